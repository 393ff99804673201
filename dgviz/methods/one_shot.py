"""One-shot magnitude pruning with fine-tuning (Han, Pool, Tran and Dally 2015).

After the part `at` of training, the weights with the smallest magnitudes are set to 0 for good, all
at once; the network trains on with the active weights at a lower learning rate, in the paper's
LeNets a tenth of the former one.

The paper found an L2 penalty best for pruning with further training. Here it matters: Adam lets the
weights of pixels grow that rarely have ink, and without weight decay these are most of the weights
that are kept.

The paper prunes below a threshold for each layer. Here the number of active weights is given: of
all layers together, or the same part of each layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dgviz.methods.event import Event
from dgviz.methods.masked import MaskedMLP, prune, pruned_event

if TYPE_CHECKING:
    import torch

    from dgviz.knobs_in_effect import Clock, KnobsInEffect


class OneShot(MaskedMLP):
    """A plain MLP whose smallest weights are pruned once."""

    def learning_rate(self, knobs: KnobsInEffect, clock: Clock) -> float:
        factor: float = self.settings["one_shot.factor"] if self._is_pruned(clock) else 1.0
        return knobs.learning_rate * factor

    def change_masks(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        if not self._is_pruned(clock):
            return ()
        target = self.settings["one_shot.target"]
        if self.settings["one_shot.scope"] == "network":
            pruned = prune(self.linears, self.count_at(target))
        else:
            sizes = [linear.mask.numel() for linear in self.linears]
            counts = [max(1, round(size * target)) for size in sizes]
            pruned = sum(map(prune, [[linear] for linear in self.linears], counts))
        # In later steps, nothing is left to prune.
        return [pruned_event(pruned, self)] if pruned else ()

    def _is_pruned(self, clock: Clock) -> bool:
        """Whether the time of the pruning has come."""
        return bool(clock.progress >= self.settings["one_shot.at"])
