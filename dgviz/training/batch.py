"""Train several DynamicGate networks at once, on the same images in the same order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from dgviz.data.split import Splits
from dgviz.gates.stacked import StackedMLP
from dgviz.knobs_in_effect import Clock, KnobsInEffect, in_effect
from dgviz.methods.dynamicgate import DynamicGate
from dgviz.methods.method import build
from dgviz.settings import Settings
from dgviz.training.alike import in_common
from dgviz.training.checkpoint import (
    Checkpoint,
    CheckpointError,
    optimiser_options,
    optimiser_state,
    restore,
)
from dgviz.training.device import prepare_process, resolve_device
from dgviz.training.evaluate import CHUNK, Evaluation, HeldOut, to_unit_floats
from dgviz.training.gate_state import GateState
from dgviz.training.knobs import Knobs
from dgviz.training.snapshot import Metrics, Snapshot
from dgviz.training.stacked_steps import StackedSteps


def train_batch(
    trials: Sequence[Settings], data: Splits, checkpoints: Sequence[Checkpoint] = ()
) -> Iterator[list[Snapshot | None]]:
    """Train networks together; yields before the first step and after every epoch.

    Each network is trained as `train` would train it alone: from the same initial weights, on the
    same batches, by the same formulas. The results differ by the rounding of matrix products, whose
    sums are formed in another order.

    Args:
        trials: their settings, which must have the same ones `in_common`.
        data: their data; the same for all, because they have the same seed.
        checkpoints: those to go on from, one for each network, all of the end of the same epoch;
            none to begin.

    Yields:
        For each network a snapshot, valid until the next step; None from the epoch on in which its
        loss has stopped being a finite number.

    Raises:
        SettingsError: the machine does not have the device.
        CheckpointError: the networks cannot go on from these checkpoints.
        ValueError: these networks cannot be trained together.
    """
    return _Batch(trials, data, checkpoints).epochs()


class _Batch:
    """The state of K networks in training."""

    def __init__(
        self, trials: Sequence[Settings], data: Splits, checkpoints: Sequence[Checkpoint]
    ) -> None:
        first = in_common(trials[0])
        if first is None or any(in_common(trial) != first for trial in trials):
            raise ValueError("These networks cannot be trained together.")
        self.trials, self.settings = trials, trials[0]
        prepare_process(self.settings)
        device = resolve_device(self.settings.device)
        self.images, self.labels = data.train_images.to(device), data.train_labels.to(device)
        self.held_out = HeldOut.of(data, device)
        classes = int(data.test_labels.max()) + 1
        sizes = (self.images.shape[1], self.settings.hidden_units, classes)
        self.methods = [_dynamic_gate(trial, sizes) for trial in trials]
        self.stack = StackedMLP([method.model for method in self.methods], device)
        self.order = torch.Generator().manual_seed(self.settings.seed)
        self.steps_per_epoch = -(-len(self.labels) // self.settings.batch_size)
        self.total = self.settings.epochs * self.steps_per_epoch
        self.step = 0
        self.taus = torch.tensor([trial.tau for trial in trials], dtype=torch.float64)
        self.tau_factor = math.nan
        self.steps = StackedSteps(self.settings, self.stack, [trial.beta for trial in trials])
        self.finite = torch.ones(len(trials), dtype=torch.bool)
        self.resumed = bool(checkpoints)
        if checkpoints:
            self._restore(checkpoints)

    def epochs(self) -> Iterator[list[Snapshot | None]]:
        self._set_tau(self._in_effect(max(0, self.step - 1)))
        yield self._snapshots(log=not self.resumed)
        for _ in range(self.step // self.steps_per_epoch, self.settings.epochs):
            shuffled = torch.randperm(len(self.labels), generator=self.order)
            for batch in shuffled.to(self.labels.device).split(self.settings.batch_size):
                knobs = self._in_effect(self.step)
                self._set_tau(knobs)
                # Ten times as fast as indexing with [batch].
                images = to_unit_floats(self.images.index_select(0, batch))
                self.steps.take(images, self.labels[batch], knobs)
                self.step += 1
            yield self._snapshots(log=True)
            self.steps.begin_window()

    def _in_effect(self, step: int) -> KnobsInEffect:
        """The knobs in the step after `step`; β and τ as the factors that their schedules give."""
        clock = Clock.before(self.settings, step, self.total)
        values = {"beta": 1.0, "tau": 1.0, "learning_rate": self.settings.learning_rate}
        return in_effect(self.settings, values, clock)

    def _set_tau(self, knobs: KnobsInEffect) -> None:
        if knobs.tau != self.tau_factor:
            self.tau_factor = knobs.tau
            self.stack.tau.copy_((self.taus * knobs.tau).view_as(self.stack.tau))

    def _snapshots(self, *, log: bool) -> list[Snapshot | None]:
        """A snapshot of each network that has not diverged, with metrics to log or without."""
        self.finite &= self.steps.finite()
        evaluations = self._evaluate()
        return [
            self._snapshot(k, evaluations[k], log=log) if finite else None
            for k, finite in enumerate(self.finite.tolist())
        ]

    def _snapshot(self, k: int, evaluation: Evaluation, *, log: bool) -> Snapshot:
        method, trial = self.methods[k], self.trials[k]
        tau = float(self.taus[k]) * self.tau_factor
        method.set_tau(tau)
        gates = GateState(method)
        measures, images = gates.measures, self.steps.images
        metrics = Metrics(
            step=self.step,
            epoch=self.step / self.steps_per_epoch,
            train_loss=float(self.steps.loss_sum[k]) / images if images else None,
            train_accuracy=int(self.steps.correct[k]) / images if images else None,
            active_ratio=measures.active_ratio,
            active_weights=measures.active_weights,
            macs=measures.macs,
            mean_gate_prob=gates.mean_score,
            test_accuracy=evaluation.test_accuracy,
            test_loss=evaluation.test_loss,
            validation_accuracy=evaluation.validation_accuracy,
        )
        return Snapshot(
            step=self.step,
            steps_per_epoch=self.steps_per_epoch,
            epochs=trial.epochs,
            beta=trial.beta,
            tau=tau,
            tau_knob=trial.tau,
            method=method,
            gates=gates,
            held_out=self.held_out,
            evaluation=evaluation,
            metrics=metrics if log else None,
            changes=(),
            events=(),
            last_log_point=trial.epochs,
            checkpoint=partial(self._checkpoint, k, evaluation),
        )

    def _checkpoint(self, k: int, evaluation: Evaluation) -> Checkpoint:
        """That of network k at the end of an epoch, as it would have it alone."""
        method, model = self.methods[k], self.methods[k].model
        optimiser = self.steps.optimiser_of(k, method)
        return Checkpoint(
            step=self.step,
            knobs=Knobs(self.trials[k]).values(),
            loss=0.0,
            correct=0,
            images=0,
            evaluation=evaluation,
            evaluation_due=False,
            events=0,
            model={name: value.detach().clone() for name, value in model.state_dict().items()},
            optimiser=optimiser_state(model, optimiser),
            options=optimiser_options(optimiser),
            generator=method.generator.get_state(),
            order=self.order.get_state(),
        )

    def _restore(self, checkpoints: Sequence[Checkpoint]) -> None:
        first = checkpoints[0]
        if (
            {checkpoint.step for checkpoint in checkpoints} != {first.step}
            or first.step % self.steps_per_epoch
            or first.step > self.total
        ):
            raise CheckpointError("The checkpoints are not of the end of one epoch.")
        optimisers = []
        for trial, checkpoint, method in zip(self.trials, checkpoints, self.methods, strict=True):
            if checkpoint.knobs != Knobs(trial).values():
                raise CheckpointError("A setting of a network was changed during its training.")
            optimisers.append(method.make_optimiser())
            restore(checkpoint, method, optimisers[-1])
        self.steps.restore(optimisers)
        self.order.set_state(first.order)
        self.step = first.step

    def _evaluate(self) -> list[Evaluation]:
        held_out, networks = self.held_out, len(self.trials)
        test = self._scores(held_out.test_images, held_out.test_labels)
        validation: list[float] | list[None] = [None] * networks
        if len(held_out.validation_labels):
            validation, _ = self._scores(held_out.validation_images, held_out.validation_labels)
        return [Evaluation(*figures) for figures in zip(*test, validation, strict=True)]

    def _scores(self, images: Tensor, labels: Tensor) -> tuple[list[float], list[float]]:
        """Accuracy and mean cross-entropy of each network, as `evaluate.score` has them."""
        loss = torch.zeros_like(self.steps.loss_sum)
        right = torch.zeros_like(self.steps.correct)
        for some, expected in zip(images.split(CHUNK), labels.split(CHUNK), strict=True):
            logits = self.stack(some)
            right += (logits.argmax(-1) == expected).sum(-1)
            picked = expected.expand(len(logits), -1).unsqueeze(-1)
            loss -= functional.log_softmax(logits, -1).gather(-1, picked).sum((-2, -1))
        return [k / len(labels) for k in right.tolist()], (loss / len(labels)).tolist()


def _dynamic_gate(settings: Settings, sizes: tuple[int, ...]) -> DynamicGate:
    method = build(settings, sizes)
    assert isinstance(method, DynamicGate)
    return method
