"""GraNet, gradual pruning with neuroregeneration (Liu et al. 2021), in its sparse-to-sparse form.

The network begins with a random mask of the ratio `start`. At regular steps, the smallest weights
of all layers together are pruned, so that the ratio of active weights falls by the cubic schedule

    r(t) = r + (start - r) (1 - t / end)³

to the target r at the part `end` of training. Then, in each layer, the part

    f(t) = drop (1 + cos(π t)) / 2

of the active weights, the smallest ones, is dropped, and as many grow where the gradient is largest
in magnitude. Grown weights begin at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dgviz.methods.event import Event
from dgviz.methods.masked import MaskedMLP, cubic, prune, pruned_event
from dgviz.methods.regrowth import cosine, erdos_renyi, grown_event, mask_at_random, regrow

if TYPE_CHECKING:
    import torch

    from dgviz.knobs_in_effect import Clock
    from dgviz.settings import Settings


class GraNet(MaskedMLP):
    """An MLP with a sparse mask that is pruned, and whose connections move, while it trains."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        shapes = [(linear.out_features, linear.in_features) for linear in self.linears]
        mask_at_random(self, erdos_renyi(shapes, self.count_at(self.ratio(0.0))))

    def change_masks(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        due = clock.step % self.settings["granet.every"] == 0
        if not due and clock.progress < self.settings["granet.end"]:
            return ()
        events = []
        if pruned := prune(self.linears, self.count_at(self.ratio(clock.progress))):
            events.append(pruned_event(pruned, self))
        share = self.share(clock.progress) if due else 0.0
        if grown := sum(regrow(linear, share, optimiser) for linear in self.linears):
            events.append(grown_event(grown, self))
        return events

    def ratio(self, progress: float) -> float:
        """r(t), the ratio of active weights after the part `progress` of training."""
        target, end = self.settings["granet.target"], self.settings["granet.end"]
        start = max(target, self.settings["granet.start"])
        return cubic(progress, 0.0, end, start=start, target=target)

    def share(self, progress: float) -> float:
        """f(t), the part of a layer's active weights that is dropped."""
        return cosine(self.settings["granet.drop"], progress)
