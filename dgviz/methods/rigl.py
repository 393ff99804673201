"""RigL, the rigged lottery (Evci, Gale, Menick, Castro and Elsen 2020).

The network is sparse from the start, with a random mask, and its number of active weights never
changes. At regular steps, until the part `end` of training, each layer drops the part

    f(t) = drop (1 + cos(π t / end)) / 2

of its active weights, the smallest ones, and grows as many at those of its closed places where the
gradient is largest in magnitude. Grown weights begin at 0.

The paper's optimiser is SGD with momentum, and a step that changes the mask trains nothing. Here
the optimiser is that of the other methods, and the change follows its step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dgviz.methods.event import Event
from dgviz.methods.masked import MaskedMLP
from dgviz.methods.regrowth import cosine, erdos_renyi, grown_event, mask_at_random, regrow

if TYPE_CHECKING:
    import torch

    from dgviz.knobs_in_effect import Clock
    from dgviz.settings import Settings


class RigL(MaskedMLP):
    """An MLP with a sparse mask whose connections move to where the gradient is large."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        mask_at_random(self, self.counts())

    def counts(self) -> list[int]:
        """The number of active weights of each layer.

        A dense output layer has at most half of all active weights, so that some are left for the
        other layers.
        """
        active = self.count_at(self.settings["rigl.target"])
        shapes = [(linear.out_features, linear.in_features) for linear in self.linears]
        if self.settings["rigl.output"] == "sparse":
            return erdos_renyi(shapes, active)
        output = min(self.linears[-1].mask.numel(), active // 2)
        return [*erdos_renyi(shapes[:-1], active - output), output]

    def change_masks(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        if clock.step % self.settings["rigl.every"]:
            return ()
        share = self.share(clock.progress)
        grown = sum(regrow(linear, share, optimiser) for linear in self.linears)
        return [grown_event(grown, self)] if grown else ()

    def share(self, progress: float) -> float:
        """f(t), the part of a layer's active weights that is dropped."""
        end: float = self.settings["rigl.end"]
        return cosine(self.settings["rigl.drop"], progress / end) if progress < end else 0.0
