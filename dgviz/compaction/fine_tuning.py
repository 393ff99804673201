"""Train the weights that are left in a network for some more epochs. Imports torch.

The network is trained with its masks applied, not in its pruned form: then it is still the run's
network, of which pruning gives the same as ever, and the loop of all methods can train it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dgviz.compaction.network import CompactNetwork
from dgviz.data.split import Splits
from dgviz.methods.event import Event
from dgviz.methods.masked import MaskedMLP
from dgviz.settings import Settings
from dgviz.training.diverged import DIVERGED
from dgviz.training.loop import TrainingDiverged, train

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock

LEARNING_RATE = 1e-2
"""Adam's at the start; it falls to 0 as half a cosine. Chosen on validation images: lower ones
bring back less of the accuracy that a threshold or a limited fan-in costs (docs/compact.md)."""


class FixedMask(MaskedMLP):
    """A network in which closed connections stay closed."""

    def __init__(self, settings: Settings, network: CompactNetwork) -> None:
        """Take over the weights and biases of a network that reads all inputs."""
        # The initial weights are drawn in vain.
        with torch.random.fork_rng(devices=[]):
            super().__init__(settings, network.widths)
        for linear, layer in zip(self.linears, network.layers, strict=True):
            weight = torch.from_numpy(layer.weight)
            linear.mask.copy_(weight != 0)
            linear.weight.data.copy_(weight)
            linear.bias.data.copy_(torch.from_numpy(layer.bias))

    def change_masks(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        return ()


def fine_tune(
    network: CompactNetwork,
    settings: Settings,
    data: Splits,
    epochs: int,
    answers: Tensor | None = None,
    report: Callable[[float], None] = lambda done: None,
) -> FixedMask:
    """Train the open connections and the biases of a network, on the CPU.

    Equal arguments give equal numbers. Batch size, weight decay, label smoothing, distillation,
    threads and seed are those of the run; Adam begins anew.

    Args:
        network: reads all inputs, and has a layer of hidden units.
        settings: those of the run.
        data: those of the settings.
        epochs: at least 1.
        answers: the teacher's for the training images (t, classes). Without them there is no
            distillation, because a teacher that is trained anew would give other ones.
        report: called with the finished part of the work, in [0, 1].

    Raises:
        ValueError: the network has no connections, or the loss of a step was not finite.
    """
    if not network.connections:
        raise ValueError(
            "No connection is active, so there is nothing to fine-tune. Without fine-tuning it can "
            "be compacted."
        )
    plan = settings.with_changes(
        method="dense",
        epochs=epochs,
        learning_rate=LEARNING_RATE,
        learning_rate_schedule="cosine",
        freeze_at=0,
        device="cpu",
        distillation=0 if answers is None else settings.distillation,
    )
    method = FixedMask(plan, network)
    threads = torch.get_num_threads()
    try:
        for snapshot in train(plan, data, method=method, answers=answers):
            report(snapshot.step / (snapshot.epochs * snapshot.steps_per_epoch))
    except TrainingDiverged as diverged:
        raise ValueError(f"{DIVERGED} while it was fine-tuned.") from diverged
    finally:
        # As they were before: the process may time the network next.
        torch.set_num_threads(threads)
        torch.set_flush_denormal(False)
    return method
