"""A network with known predictions, and a page with a single card that shows it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from modules import open_empty
from playwright.sync_api import Locator, Page, WebSocketRoute, expect
from torch import Tensor

from dgviz.training.blob import pack
from dgviz.training.mask_bits import packed
from dgviz.training.snapshot import pack_facts

GREY, COLOUR = (1, 28, 28), (3, 32, 32)
DIGITS = tuple("0123456789")


class Net:
    """A network of ten units, one for each class; unit k sums row k + 9 of the image, times k + 1.

    Args:
        shape: channels, height and width of the images.
        active: the gate probability of connections with a weight, in 200ths.
    """

    def __init__(self, shape: tuple[int, int, int] = GREY, *, active: int = 200) -> None:
        channels, height, width = shape
        self.shape = shape
        self.first = torch.zeros(10, channels, height, width)
        for unit in range(10):
            self.first[unit, :, unit + 9] = (unit + 1) / 10
        self.first = self.first.reshape(10, -1)
        self.second = torch.eye(10)
        self.blank = torch.zeros(channels * height * width, dtype=torch.bool)
        self.means = torch.zeros(10, channels * height * width, dtype=torch.uint8)
        self.scores = [
            active * (weight != 0).to(torch.uint8) for weight in (self.first, self.second)
        ]

    def predict(self, images: Tensor) -> Tensor:
        return (images.float() / 255 @ self.first.half().float().T).argmax(1)

    def blobs(self, step: int = 9) -> list[bytes]:
        meta = {"step": step, "epoch": 1.0, "tau": 0.5, "tau_knob": 0.5}
        meta |= {"shapes": [list(layer.shape) for layer in self.scores]}
        masks = [torch.from_numpy(packed((layer > 100).numpy())) for layer in self.scores]
        weights = {"weights.0": self.first.half(), "weights.1": self.second.half()}
        biases = {"biases.0": torch.zeros(10), "biases.1": torch.zeros(10)}
        return [
            pack_facts(self.blank, self.means, self.shape, DIGITS),
            pack(
                {f"masks.{i}": bits for i, bits in enumerate(masks)}
                | {f"scores.{i}": layer for i, layer in enumerate(self.scores)},
                {"channel": "gates", "scores": "gate probability", "preview": True, **meta},
            ),
            pack(weights | biases, {"channel": "weights", "step": step}),
        ]


class Experts(Net):
    """Three experts of four units and a router; expert k reads row k + 8 of the image.

    If two are chosen for an image, expert 2 has a share of 3/4 and expert 1 of 1/4. The evaluation
    has two thirds of the images of class 3 at expert 2, and all others divided evenly.
    """

    routes = ("expert 1", "expert 2", "expert 3")

    def blobs(self, step: int = 9) -> list[bytes]:
        facts, _, _ = super().blobs()
        layers = [("router", "", torch.zeros(3, 784))]
        for k, route in enumerate(self.routes):
            first = torch.zeros(4, 1, 28, 28)
            first[:, :, k + 9] = (k + 1) / 10
            layers.append((route, "", first.reshape(4, -1)))
        layers += [(f"{route} output", route, torch.eye(10, 4)) for route in self.routes]
        by_class = [[1 / 3, 1 / 3, 1 / 3] for _ in DIGITS]
        by_class[3] = [0, 2 / 3, 1 / 3]
        meta = {"step": step, "epoch": 1.0, "tau": 0.5, "tau_knob": 0.5, "prunes": False}
        meta |= {
            "shapes": [list(weight.shape) for _, _, weight in layers],
            "layers": [{"name": name, "source": source} for name, source, _ in layers],
            "routing": {
                "routes": self.routes,
                "by_class": by_class,
                "mean": torch.tensor(by_class).mean(0).tolist(),
                "images": 5000,
            },
            "macs_per_input": 3210.4,
            "validation_accuracy": 0.9,
        }
        masks = {
            f"masks.{i}": torch.from_numpy(packed(np.ones(weight.shape, dtype=np.bool_)))
            for i, (_, _, weight) in enumerate(layers)
        }
        weights = {f"weights.{i}": weight.half() for i, (_, _, weight) in enumerate(layers)}
        biases = {f"biases.{i}": torch.zeros(len(w)) for i, (_, _, w) in enumerate(layers)}
        biases["biases.0"] = torch.tensor([0, math.log(3), -9])
        return [
            facts,
            pack(masks, {"channel": "gates", "scores": "", "preview": False, **meta}),
            pack(weights | biases, {"channel": "weights", "step": step}),
        ]


def show(
    page: Page,
    server: str,
    module: str,
    net: Net,
    digits: bytes | None = None,
    method: Mapping[str, Any] | None = None,
    routing: Mapping[str, Any] | None = None,
) -> Locator:
    """Mount one card, with the net and the test images of a test.

    Args:
        module: the card's module: "pixels/digit_story".
        digits: packed test images; None for none.
        method: what the cards show of the method; by default that of a method with gates.
        routing: how the net routes an image, for the cards of the Pixels page.
    """

    def serve(socket: WebSocketRoute) -> None:
        for blob in net.blobs():
            socket.send(blob)

    page.route_web_socket("**/dgviz/stream/**", serve)
    answer: dict[str, Any] = {"body": digits} if digits else {"status": 404, "body": "{}"}
    page.route("**/digits?*", lambda route: route.fulfill(**answer))
    return mount(page, server, module, method=method or GATES, routing=routing)


GATES = {"masks": True, "scores": "gate probability", "routes": ""}
"""What the cards show of a method with gates."""
ROUTES = {"masks": False, "scores": "", "routes": "expert"}
"""What the cards show of a method with experts."""
TOP_TWO = {"kind": "top", "word": "expert", "chosen": 2}
"""How a network with experts routes an image."""


def mount(
    page: Page,
    server: str,
    module: str,
    run: str | None = "a",
    method: Mapping[str, Any] = GATES,
    routing: Mapping[str, Any] | None = None,
) -> Locator:
    """Mount one card on an otherwise empty page, for a run whose socket a test has routed."""
    open_empty(page, server)
    page.evaluate(
        """async ([name, data]) => {
            const { mount } = await dgviz(name);
            mount({ parentElement: document.body, data });
        }""",
        [module, {"run": run, "token": "", "method": method, "routing": routing}],
    )
    card = page.locator(".dgviz")
    expect(card).to_be_visible()
    return card
