"""The paper's baseline: the same network with every connection always active.

With fewer hidden units it is the control of sparse networks: it has as many weights as they keep.
All weights of a hidden unit are its own, so a part of the units has the same part of the weights.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from torch import nn

from dgviz.methods.method import (
    AutogradMethod,
    LayerView,
    sequential_views,
    with_relus,
)

if TYPE_CHECKING:
    from dgviz.settings import Settings


class Dense(AutogradMethod):
    """A plain MLP: linear layers with ReLU between them."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        self._linears = [nn.Linear(fan_in, out) for fan_in, out in pairwise(sizes)]
        self.model = with_relus(self._linears)

    def layers(self) -> list[LayerView]:
        return sequential_views(self._linears)
