"""Experts: small MLPs side by side, and the router that weights or chooses them for each image.

All experts together have the hidden units of one dense network. Every expert is computed for every
image, because that is fastest for networks so small; what an inference needs is counted from the
routing.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dgviz.methods.method import LayerView, active_view


class Experts(nn.Module):
    """K experts, each an MLP with one hidden layer of at least one unit."""

    def __init__(self, count: int, pixels: int, hidden: int, classes: int) -> None:
        """Make experts with `hidden` units in all, rounded down to a multiple of `count`."""
        super().__init__()
        self.count = count
        width = max(1, hidden // count)
        self.hidden = nn.Linear(pixels, count * width)
        self.output = nn.Linear(width, count * classes)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one expert for one image."""
        return (self.hidden.weight.numel() + self.output.weight.numel()) // self.count

    def forward(self, images: Tensor) -> Tensor:
        """The outputs of every expert: (n, experts, classes)."""
        values = self.hidden(images).relu().view(len(images), self.count, -1)
        weight = self.output.weight.view(self.count, -1, values.shape[2])
        bias = self.output.bias.view(self.count, -1)
        return torch.einsum("nkh,kch->nkc", values, weight) + bias

    def views(self) -> list[LayerView]:
        """The first layers of all experts, and then their second layers."""
        names = expert_names(self.count)
        firsts = zip(names, self._split(self.hidden), strict=True)
        seconds = zip(names, self._split(self.output), strict=True)
        return [active_view(name, *part) for name, part in firsts] + [
            active_view(f"{name} output", *part, source=name) for name, part in seconds
        ]

    def _split(self, layer: nn.Linear) -> list[tuple[Tensor, Tensor]]:
        """The weights and biases of each expert in one of the two layers."""
        weights, biases = layer.weight.chunk(self.count), layer.bias.chunk(self.count)
        return list(zip(weights, biases, strict=True))


def router_view(router: nn.Linear) -> LayerView:
    """The layer that gives each image a number for each expert."""
    return active_view("router", router.weight, router.bias)


def expert_names(count: int) -> tuple[str, ...]:
    """The experts' names as routes, which are those of their first layers too."""
    return tuple(f"expert {i}" for i in range(1, count + 1))
