"""Gradual magnitude pruning (Zhu and Gupta 2017): it removes the smallest weights step by step.

From the part `begin` of training to the part `end`, at regular steps, the weights with the smallest
magnitudes of all layers together are set to 0 for good, so that the ratio of active weights is

    r(t) = r + (1 - r) (1 - (t - begin) / (end - begin))³

where r is the target. After `end`, the network trains on with the active weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dgviz.methods.event import Event
from dgviz.methods.method import AutogradMethod, LayerView, sequential_views

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock
    from dgviz.settings import Settings


class GradualMagnitude(AutogradMethod):
    """A plain MLP whose smallest weights are pruned while it trains."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        self._linears = [_Pruned(fan_in, out) for fan_in, out in pairwise(sizes)]
        hidden = [part for linear in self._linears[:-1] for part in (linear, nn.ReLU())]
        self.model = nn.Sequential(*hidden, self._linears[-1])

    @torch.no_grad()
    def after_step(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        for linear in self._linears:
            # The optimiser's moments still move pruned weights.
            linear.weight.mul_(linear.mask)
        total = sum(linear.mask.numel() for linear in self._linears)
        active = max(1, round(total * self.ratio(clock.progress)))
        due = clock.step % self.settings["magnitude.every"] == 0
        if not due and clock.progress < self.settings["magnitude.end"]:
            return ()
        before = sum(int(linear.mask.sum()) for linear in self._linears)
        if active >= before:
            return ()
        self._prune_to(active)
        pruned = before - active
        weights = "weight" if pruned == 1 else "weights"
        return [Event("pruned", f"{pruned:,} {weights} pruned, {active:,} of {total:,} are left")]

    def ratio(self, progress: float) -> float:
        """r(t), the ratio of active weights after the part `progress` of training."""
        begin, end = self.settings["magnitude.begin"], self.settings["magnitude.end"]
        target: float = self.settings["magnitude.target"]
        if progress < begin:
            return 1.0
        done = (progress - begin) / (end - begin) if progress < end else 1.0
        return target + (1 - target) * (1 - done) ** 3

    def _prune_to(self, active: int) -> None:
        """Prune all weights except this many largest ones; pruned weights stay pruned."""
        magnitudes = torch.cat([linear.magnitudes().flatten() for linear in self._linears])
        mask = torch.zeros_like(magnitudes, dtype=torch.bool)
        mask[magnitudes.topk(active).indices] = True
        parts = mask.split([linear.mask.numel() for linear in self._linears])
        for linear, part in zip(self._linears, parts, strict=True):
            linear.mask.copy_(part.view_as(linear.mask))
            linear.weight.mul_(linear.mask)

    def layers(self) -> list[LayerView]:
        return sequential_views(self._linears, [linear.mask for linear in self._linears])


class _Pruned(nn.Linear):
    """A linear layer with a mask; its pruned weights are 0."""

    mask: Tensor

    def __init__(self, fan_in: int, out: int) -> None:
        super().__init__(fan_in, out)
        self.register_buffer("mask", torch.ones(out, fan_in, dtype=torch.bool))

    def magnitudes(self) -> Tensor:
        """|W|, and -1 for pruned weights, so that active weights of 0 are larger."""
        return self.weight.abs().masked_fill_(~self.mask, -1)
