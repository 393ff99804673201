"""Gradual magnitude pruning (Zhu and Gupta 2017): it removes the smallest weights step by step.

From the part `begin` of training to the part `end`, at regular steps, the weights with the smallest
magnitudes of all layers together are set to 0 for good, so that the ratio of active weights is

    r(t) = r + (1 - r) (1 - (t - begin) / (end - begin))³

where r is the target. After `end`, the network trains on with the active weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dgviz.methods.event import Event
from dgviz.methods.masked import MaskedMLP, cubic, prune, pruned_event

if TYPE_CHECKING:
    import torch

    from dgviz.knobs_in_effect import Clock


class GradualMagnitude(MaskedMLP):
    """A plain MLP whose smallest weights are pruned while it trains."""

    def change_masks(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        due = clock.step % self.settings["magnitude.every"] == 0
        if not due and clock.progress < self.settings["magnitude.end"]:
            return ()
        pruned = prune(self.linears, self.count_at(self.ratio(clock.progress)))
        return [pruned_event(pruned, self)] if pruned else ()

    def ratio(self, progress: float) -> float:
        """r(t), the ratio of active weights after the part `progress` of training."""
        begin, end = self.settings["magnitude.begin"], self.settings["magnitude.end"]
        return cubic(progress, begin, end, start=1.0, target=self.settings["magnitude.target"])
