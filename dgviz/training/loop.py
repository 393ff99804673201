"""The training loop: a generator of snapshots that knows of no clock, screen or file."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from dgviz.baselines import METHODS, Method
from dgviz.data.split import Splits
from dgviz.gates.measures import measure
from dgviz.gates.schedules import gates_frozen, multiplier
from dgviz.settings import Settings
from dgviz.training.device import prepare_process, resolve_device
from dgviz.training.evaluate import Evaluation, HeldOut, evaluate
from dgviz.training.knobs import Knobs
from dgviz.training.snapshot import KnobChange, Metrics, Snapshot

LOG_POINTS_PER_EPOCH = 10
_EARLY_EVALUATIONS = (0, 1, 2, 5)
"""Log points of the first epoch, where accuracy climbs fastest, that are evaluated as well."""


class TrainingDiverged(ArithmeticError):
    """The loss stopped being finite. `snapshot` holds the last good state, which was restored."""

    def __init__(self, step: int, snapshot: Snapshot) -> None:
        super().__init__(
            f"The loss stopped being a finite number at step {step} (epoch {snapshot.epoch:.1f} of "
            f"{snapshot.epochs}), so training ended; the state of step {snapshot.step} is kept. "
            "A smaller learning rate usually helps."
        )
        self.snapshot = snapshot


def train(settings: Settings, data: Splits, *, knobs: Knobs | None = None) -> Iterator[Snapshot]:
    """Train and yield a `Snapshot` before the first step and after every step.

    Asking for the next snapshot takes one step, so not asking pauses, and closing the generator
    stops at once. Equal settings, data and knob changes give equal numbers (on a CPU, bit for bit).
    Sets torch's thread count for the process.

    Args:
        settings: decides everything but the data.
        data: images are uint8 (n, pixels); labels int64 (n,).
        knobs: the live ones; made from `settings` if not given.

    Raises:
        TrainingDiverged: the loss of a step was not finite; the last good state is restored.
        SettingsError: the device asked for is not there.
    """
    return _Run(settings, data, knobs or Knobs(settings)).snapshots()


class _Run:
    """The state of one training run."""

    def __init__(self, settings: Settings, data: Splits, knobs: Knobs) -> None:
        prepare_process(settings)
        device = resolve_device(settings.device)
        self.settings = settings
        self.knobs = knobs
        self.tau = settings.tau
        self.images = data.train_images.to(device)
        self.labels = data.train_labels.to(device)
        self.held_out = HeldOut(
            _to_unit_floats(data.test_images.to(device)),
            data.test_labels.to(device),
            _to_unit_floats(data.validation_images.to(device)),
            data.validation_labels.to(device),
        )
        self.method = _build(settings, self.images.shape[1], int(data.test_labels.max()) + 1)
        self.method.model.to(device)
        self.optimiser = torch.optim.Adam(
            self.method.model.parameters(), lr=settings.learning_rate, fused=True
        )
        self.order = torch.Generator().manual_seed(settings.seed)
        self.steps_per_epoch = -(-len(self.labels) // settings.batch_size)
        self.log_every = max(1, self.steps_per_epoch // LOG_POINTS_PER_EPOCH)

    def snapshots(self) -> Iterator[Snapshot]:
        settings, total = self.settings, self.settings.epochs * self.steps_per_epoch
        window = _Window()
        before = self.knobs.values()
        self._set_tau(0.0)
        evaluation = evaluate(self.method, self.held_out)
        snapshot = self._snapshot(0, self._metrics(0, window, evaluation), evaluation, ())
        good = snapshot, copy.deepcopy(self.method.model.state_dict())
        yield snapshot

        step, due = 0, False
        for epoch in range(settings.epochs):
            shuffled = torch.randperm(len(self.labels), generator=self.order)
            for first in range(0, len(shuffled), settings.batch_size):
                values = self.knobs.values()
                changes = _changes(before, values, step, step / self.steps_per_epoch)
                due = due or any(change.knob == "tau" for change in changes)
                before = values

                loss = self._step(shuffled[first : first + settings.batch_size], step / total)
                if not math.isfinite(loss):
                    self.method.model.load_state_dict(good[1])
                    raise TrainingDiverged(step + 1, good[0])
                window.add(loss, *self._correct)
                step += 1

                within = step - epoch * self.steps_per_epoch
                epoch_ends = within == self.steps_per_epoch
                metrics = None
                if epoch_ends or within % self.log_every == 0:
                    early = epoch == 0 and within // self.log_every in _EARLY_EVALUATIONS
                    fresh = epoch_ends or early or due
                    if fresh:
                        evaluation = evaluate(self.method, self.held_out)
                        due = False
                    metrics = self._metrics(step, window, evaluation if fresh else None)
                    window = _Window()
                snapshot = self._snapshot(step, metrics, evaluation, changes)
                if metrics and _all_finite(self.method.model):
                    good = snapshot, copy.deepcopy(self.method.model.state_dict())
                yield snapshot

    def _step(self, batch: Tensor, progress: float) -> float:
        """One optimiser step on the images numbered by `batch`; returns the mean cross-entropy."""
        settings, knobs = self.settings, self.knobs
        self._set_tau(progress)
        for group in self.optimiser.param_groups:
            group["lr"] = knobs.learning_rate * self._scheduled(
                settings.learning_rate_schedule, progress
            )
        batch = batch.to(self.labels.device)
        labels = self.labels[batch]
        loss = self.method.gradients(
            # Ten times as fast as indexing with [batch], and a step has little else to save.
            _to_unit_floats(self.images.index_select(0, batch)),
            labels,
            beta=knobs.beta * self._scheduled(settings.beta_schedule, progress),
            smoothing=settings.label_smoothing,
            train_gates=not gates_frozen(progress, settings.freeze_at),
        )
        self._correct = int((self.method.logits.argmax(1) == labels).sum()), len(labels)
        self.optimiser.step()
        return float(loss)

    def _set_tau(self, progress: float) -> None:
        factor = self._scheduled(self.settings.tau_schedule, progress)
        tau = self.knobs.tau * factor
        if tau != self.tau:
            self.tau = tau
            self.method.set_tau(tau)

    def _scheduled(self, schedule: str, progress: float) -> float:
        return multiplier(
            schedule, progress, warmup=self.settings.warmup, freeze_at=self.settings.freeze_at
        )

    @torch.no_grad()
    def _metrics(self, step: int, window: _Window, evaluation: Evaluation | None) -> Metrics:
        measures = measure(self.method.hard_masks())
        probs = self.method.gate_probs()
        total = sum(layer.numel() for layer in probs)
        return Metrics(
            step=step,
            epoch=step / self.steps_per_epoch,
            train_loss=window.loss,
            train_accuracy=window.accuracy,
            active_ratio=measures.active_ratio,
            active_weights=measures.active_weights,
            macs=measures.macs,
            mean_gate_prob=sum(float(layer.sum()) for layer in probs) / total,
            test_accuracy=evaluation.test_accuracy if evaluation else None,
            test_loss=evaluation.test_loss if evaluation else None,
            validation_accuracy=evaluation.validation_accuracy if evaluation else None,
        )

    def _snapshot(
        self,
        step: int,
        metrics: Metrics | None,
        evaluation: Evaluation,
        changes: tuple[KnobChange, ...],
    ) -> Snapshot:
        return Snapshot(
            step=step,
            steps_per_epoch=self.steps_per_epoch,
            epochs=self.settings.epochs,
            beta=self.knobs.beta,
            tau=self.tau,
            tau_knob=self.knobs.tau,
            method=self.method,
            held_out=self.held_out,
            evaluation=evaluation,
            metrics=metrics,
            changes=changes,
        )


class _Window:
    """Loss and accuracy over the training batches since the last log point."""

    def __init__(self) -> None:
        self._loss, self._correct, self._images = 0.0, 0, 0

    def add(self, loss: float, correct: int, images: int) -> None:
        self._loss += loss * images
        self._correct += correct
        self._images += images

    @property
    def loss(self) -> float | None:
        return self._loss / self._images if self._images else None

    @property
    def accuracy(self) -> float | None:
        return self._correct / self._images if self._images else None


def _build(settings: Settings, pixels: int, classes: int) -> Method:
    """The method's network, from the seed and without disturbing the caller's random state."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return METHODS[settings.method](settings, (pixels, settings.hidden, classes))


def _to_unit_floats(images: Tensor) -> Tensor:
    return images.float().div_(255)


def _all_finite(model: torch.nn.Module) -> bool:
    return all(bool(torch.isfinite(parameter).all()) for parameter in model.parameters())


def _changes(
    before: dict[str, Any], after: dict[str, Any], step: int, epoch: float
) -> tuple[KnobChange, ...]:
    return tuple(
        KnobChange(step, epoch, name, before[name], value)
        for name, value in after.items()
        if value != before[name]
    )
