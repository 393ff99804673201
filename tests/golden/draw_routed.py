"""Small networks that route their images, and what they compute for six images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dgviz.methods.catalogue import METHODS
from dgviz.methods.method import LayerView, Method, build
from dgviz.settings import Settings
from dgviz.training.mask_bits import packed

_SHAPE = (1, 4, 4)
_SIZES = (16, 12, 4)
_TEMPERATURE = 4.0
_IMAGES = 6


@torch.no_grad()
def draw() -> dict[str, Any]:
    random = np.random.default_rng(27)
    return {"networks": [_network(random, name) for name, spec in METHODS.items() if spec.routing]}


def _network(random: np.random.Generator, name: str) -> dict[str, Any]:
    settings = Settings(method=name)
    routing = settings.spec.routing
    assert routing is not None
    method = build(settings, _SIZES)
    method.model.to(torch.float64).eval()
    for parameter in method.model.parameters():
        # Exact in half precision, as the browser receives them, and in six decimals.
        drawn = random.integers(-24, 25, tuple(parameter.shape)) / 16
        parameter.copy_(torch.from_numpy(drawn))
    for buffer in method.model.buffers():
        buffer.fill_(_TEMPERATURE)
    images = random.integers(0, 256, (_IMAGES, _SIZES[0])) * (
        random.random((_IMAGES, _SIZES[0])) < 0.5
    )
    x = torch.from_numpy(images / 255)
    layers = method.layers()
    shares = method.routing(x)
    assert shares is not None
    return {
        "kind": routing.kind,
        "word": settings.spec.routes,
        "chosen": settings[routing.chosen] if routing.chosen else None,
        "routes": method.routes,
        "image_shape": _SHAPE,
        "layers": [{"name": layer.name, "source": layer.source} for layer in layers],
        "shapes": [list(layer.mask.shape) for layer in layers],
        "mask_bits": [packed(layer.mask.numpy()).tolist() for layer in layers],
        "weights": [_flat(layer.weight) for layer in layers],
        "biases": [_flat(layer.bias) for layer in layers],
        "images": images.tolist(),
        "shares": [_flat(row) for row in shares],
        "probabilities": [_flat(row) for row in method.model(x).softmax(1)],
        "macs": method.cost(x).tolist(),
        "macs_with_ink": [_with_ink(method, layers, image) for image in x],
        "total": sum(layer.weight.numel() for layer in layers),
        "alone": [_flat(values) for values in _ALONE[routing.kind](layers, method.routes[0])],
    }


def _with_ink(method: Method, layers: list[LayerView], image: Tensor) -> int:
    """Multiplications whose input is not 0, of the layers that the image needs."""
    named = {layer.name: layer for layer in layers}

    def of(name: str, source: Tensor) -> int:
        return len(named[name].weight) * int((source != 0).sum())

    def units(name: str, source: Tensor) -> Tensor:
        return torch.relu(named[name].weight @ source + named[name].bias)

    shares = method.routing(image[None])
    assert shares is not None
    taken = [name for name, share in zip(method.routes, shares[0], strict=True) if share]
    if "router" in named:
        macs = of("router", image) + (of("shortcut", image) if "shortcut" in named else 0)
        return macs + sum(of(n, image) + of(f"{n} output", units(n, image)) for n in taken)
    if "gate" in named:
        hidden = units("hidden", image)
        macs = of("hidden", image) + of("gate", hidden)
        if taken == ["skipped"]:
            return macs + of("output", hidden)
        return macs + of("residual", hidden) + of("output", hidden + units("residual", hidden))
    mixed = sum(
        share * (named[name].weight @ image + named[name].bias)
        for name, share in zip(method.routes, shares[0], strict=True)
    )
    assert isinstance(mixed, Tensor)
    attention = of("attention hidden", image)
    attention += of("scaled attention", units("attention hidden", image))
    # Each kernel is multiplied by its share, and the image by the mixed one.
    kernels = (len(method.routes) + 1) * of(method.routes[0], image)
    return attention + kernels + of("output", torch.relu(mixed))


def _product(layers: list[LayerView], first: str, second: str, direct: str = "") -> Tensor:
    """Two matrices multiplied, and a third added: how much each pixel counts for each class."""
    named = {layer.name: layer.weight for layer in layers}
    product = named[second] @ named[first]
    return product + named[direct] if direct else product


_ALONE: dict[str, Callable[[list[LayerView], str], Tensor]] = {
    "mixture": lambda layers, route: _product(layers, route, f"{route} output"),
    "top": lambda layers, route: _product(layers, route, f"{route} output"),
    "switch": lambda layers, route: _product(layers, route, f"{route} output", "shortcut"),
    "skip": lambda layers, route: _product(layers, "hidden", "output"),
    "mix": lambda layers, route: _product(layers, route, "output"),
}
"""By kind of routing, how much each pixel counts for each class if the first route is alone."""


def _flat(values: Tensor) -> list[float]:
    """Values in row-major order, with six decimals, because processors sum in different orders."""
    return (values.double().flatten().round(decimals=6) + 0.0).tolist()
