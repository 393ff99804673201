"""Dropout (Srivastava et al. 2014): while it trains, inputs of a layer are set to 0 at random.

With probability p each input of a layer is dropped, for each image independently, and the others
are multiplied by 1/(1 - p), so that the mean of their sum stays the same. In evaluation nothing is
dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dgviz.methods.method import AutogradMethod, LayerView, sequential_views

if TYPE_CHECKING:
    from dgviz.settings import Settings


class Dropout(AutogradMethod):
    """A plain MLP with dropout on the image and on each hidden layer."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        self._linears = [nn.Linear(fan_in, out) for fan_in, out in pairwise(sizes)]
        first, *others = self._linears
        parts: list[nn.Module] = [self._drop("dropout.input"), first]
        for linear in others:
            parts += [nn.ReLU(), self._drop("dropout.hidden"), linear]
        self.model = nn.Sequential(*parts)

    def layers(self) -> list[LayerView]:
        return sequential_views(self._linears)

    def _drop(self, knob: str) -> _Drop:
        return _Drop(lambda: self.settings[knob], self.generator)


class _Drop(nn.Module):
    """`nn.Dropout` with its own generator, so that a resumed run draws the same numbers.

    Args:
        rate: gives the probability that an input is dropped, which may change during a run.
    """

    def __init__(self, rate: Callable[[], float], generator: torch.Generator) -> None:
        super().__init__()
        self._rate, self._generator = rate, generator

    def forward(self, x: Tensor) -> Tensor:
        rate = self._rate() if self.training else 0.0
        if not rate:
            return x
        mask = torch.rand(x.shape, generator=self._generator).to(x.device) >= rate
        return x * mask / (1 - rate)
