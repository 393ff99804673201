"""Networks whose connections are opened and closed by a mask, and what such methods share.

The weight of a closed connection is exactly 0 in every forward pass, so the gradient of a weight is
dense: it is what the weight would get if its connection were active.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dgviz.methods.event import Event
from dgviz.methods.method import (
    AutogradMethod,
    LayerView,
    sequential_views,
    with_relus,
)

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock
    from dgviz.settings import Settings


class MaskedLinear(nn.Linear):
    """A linear layer with a mask, a buffer; the weights of closed connections are 0.

    Attributes:
        mask: bool (out, in), all True at first.
    """

    mask: Tensor

    def __init__(self, fan_in: int, out: int) -> None:
        super().__init__(fan_in, out)
        self.register_buffer("mask", torch.ones(out, fan_in, dtype=torch.bool))

    @property
    def active(self) -> int:
        """Number of active connections."""
        return int(self.mask.sum())

    @torch.no_grad()
    def use(self, mask: Tensor) -> None:
        """Take this mask, bool (out, in): the weights of closed connections become 0."""
        self.mask.copy_(mask)
        self.weight.masked_fill_(~self.mask, 0)

    @torch.no_grad()
    def magnitudes(self) -> Tensor:
        """|W|, and -1 for closed connections, so that active weights of 0 are larger."""
        return self.weight.abs().masked_fill_(~self.mask, -1)


class MaskedMLP(AutogradMethod):
    """A plain MLP with a mask on each layer, which `change_masks` may change after a step.

    Attributes:
        linears: its layers, input side first.
        total: number of connections, active or not.
    """

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        self.linears = [MaskedLinear(fan_in, out) for fan_in, out in pairwise(sizes)]
        self.model = with_relus(self.linears)
        self.total = sum(linear.mask.numel() for linear in self.linears)

    @property
    def active(self) -> int:
        """Number of active connections of all layers."""
        return sum(linear.active for linear in self.linears)

    def count_at(self, ratio: float) -> int:
        """The number of connections nearest to this part of all; at least 1."""
        return max(1, round(self.total * ratio))

    @torch.no_grad()
    def after_step(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        for linear in self.linears:
            # The optimiser moves closed weights too.
            linear.weight.masked_fill_(~linear.mask, 0)
        return self.change_masks(optimiser, clock)

    @abstractmethod
    def change_masks(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        """Open and close connections after a step; called without gradients.

        Args:
            optimiser: it may have moments of closed connections.
            clock: the position after the step.

        Returns:
            The events to log.
        """

    def layers(self) -> list[LayerView]:
        return sequential_views(self.linears, [linear.mask for linear in self.linears])


def largest(values: Tensor, count: int) -> Tensor:
    """The places of this many largest values: bool, of the same shape."""
    chosen = torch.zeros(values.numel(), dtype=torch.bool, device=values.device)
    chosen[values.flatten().topk(count).indices] = True
    return chosen.view_as(values)


def prune(linears: Sequence[MaskedLinear], active: int) -> int:
    """Close all connections but this many with the largest weights of these layers together.

    Closed connections stay closed, also if fewer than `active` are open.

    Returns:
        The number of connections that were closed.
    """
    before = sum(linear.active for linear in linears)
    if active >= before:
        return 0
    kept = largest(torch.cat([linear.magnitudes().flatten() for linear in linears]), active)
    parts = kept.split([linear.mask.numel() for linear in linears])
    for linear, part in zip(linears, parts, strict=True):
        linear.use(part.view_as(linear.mask))
    return before - active


def pruned_event(pruned: int, method: MaskedMLP) -> Event:
    """The event of a pruning by this many connections."""
    weights = "weight" if pruned == 1 else "weights"
    left = "is" if method.active == 1 else "are"
    return Event(
        "pruned",
        f"{pruned:,} {weights} pruned, {method.active:,} of {method.total:,} {left} left",
    )


def cubic(progress: float, begin: float, end: float, *, start: float, target: float) -> float:
    """The ratio of active connections of Zhu and Gupta's schedule (2017), in [0, 1].

    Args:
        progress: the part of training that is done.
        begin, end: the parts of training at which the ratio begins to fall and has fallen.
        start, target: the ratios before and after.
    """
    if progress < begin:
        return start
    left = 1 - (progress - begin) / (end - begin) if progress < end else 0.0
    return target + (start - target) * left**3
