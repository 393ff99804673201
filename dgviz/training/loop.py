"""The training loop: a generator of snapshots. It uses no clock, screen or file."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator

import torch
from torch import Tensor

from dgviz.data.split import Splits
from dgviz.gates.distillation import Teaching
from dgviz.knobs_in_effect import Clock, in_effect
from dgviz.methods.event import LAST_LOGGED, MOST_LOGGED, Event
from dgviz.methods.method import Method, build
from dgviz.settings import COMMON, Settings
from dgviz.training.checkpoint import (
    Checkpoint,
    CheckpointError,
    optimiser_options,
    optimiser_state,
    restore,
)
from dgviz.training.device import prepare_process, resolve_device
from dgviz.training.diverged import DIVERGED
from dgviz.training.evaluate import HeldOut, evaluate, to_unit_floats
from dgviz.training.gate_state import GateState
from dgviz.training.knobs import Knobs
from dgviz.training.snapshot import KnobChange, Metrics, Snapshot, macs_per_image

LOG_POINTS_PER_EPOCH = 10
_EARLY_EVALUATIONS = (0, 1, 2, 5)
"""Log points of the first epoch that are evaluated too, because accuracy rises fastest there."""


class TrainingDiverged(ArithmeticError):
    """The loss is no longer finite. `snapshot` has the last finite state, which was restored."""

    def __init__(self, step: int, snapshot: Snapshot) -> None:
        super().__init__(
            f"{DIVERGED} at step {step} (epoch {snapshot.epoch:.1f} of "
            f"{snapshot.epochs}), so training ended; the state of step {snapshot.step} is saved. "
            "A smaller learning rate usually helps."
        )
        self.snapshot = snapshot


def train(
    settings: Settings,
    data: Splits,
    *,
    knobs: Knobs | None = None,
    checkpoint: Checkpoint | None = None,
    method: Method | None = None,
    answers: Tensor | None = None,
) -> Iterator[Snapshot]:
    """Train and yield a `Snapshot` before the first step and after every step.

    Each `next` takes one step: to pause, do not call it; to stop, close the generator. Equal
    settings, data and knob changes give equal numbers (on a CPU, bit for bit), also when the run is
    stopped and resumed. Sets torch's thread count for the process.

    Args:
        settings: the run's settings.
        data: images are uint8 (n, pixels); labels int64 (n,).
        knobs: the live knobs; made from `settings` if not given.
        checkpoint: the state to resume from; it sets the knobs.
        method: the network to train on, which is changed; built from `settings` if not given.
        answers: a teacher's for the training images (t, classes), see `teacher_answers`; needed
            for distillation, unless the checkpoint has them. `with_teacher.train` gets them.

    Raises:
        ValueError: the answers are missing.
        TrainingDiverged: the loss of a step was not finite; the last finite state is restored.
        SettingsError: the machine does not have the device.
        CheckpointError: the checkpoint is not one of a run with these settings.
    """
    return _Run(settings, data, knobs or Knobs(settings), checkpoint, method, answers).snapshots()


class _Run:
    """The state of one training run."""

    def __init__(
        self,
        settings: Settings,
        data: Splits,
        knobs: Knobs,
        checkpoint: Checkpoint | None,
        method: Method | None,
        answers: Tensor | None,
    ) -> None:
        prepare_process(settings)
        device = resolve_device(settings.device)
        self.settings = settings
        self.knobs = knobs
        self.tau = settings.tau
        self.images = data.train_images.to(device)
        self.labels = data.train_labels.to(device)
        self.held_out = HeldOut.of(data, device)
        self.classes = int(data.test_labels.max()) + 1
        sizes = (self.images.shape[1], settings.hidden_units, self.classes)
        self.method = method or build(settings, sizes)
        self.method.model.to(device)
        self.optimiser = self.method.make_optimiser()
        self.order = torch.Generator().manual_seed(settings.seed)
        self.steps_per_epoch = -(-len(self.labels) // settings.batch_size)
        self.total = settings.epochs * self.steps_per_epoch
        self.log_every = max(1, self.steps_per_epoch // LOG_POINTS_PER_EPOCH)
        self.last_log_point = settings.epochs * -(-self.steps_per_epoch // self.log_every)
        self.step = 0
        self.used = knobs.values()
        """The knobs' values in the last step."""
        self.own: dict[str, float] = {}
        """The values of the method's own live knobs, as it has them."""
        self.window = _Window()
        self.evaluation_due = False
        self.events = 0
        """Number of events logged so far."""
        self.answers = answers
        """The teacher's, (t, classes); None without a teacher."""
        self.order_before_epoch = self.order.get_state()
        self.resumed = checkpoint is not None
        if checkpoint:
            self._restore(checkpoint)
        else:
            self._set_tau()
            self.evaluation = evaluate(self.method, self.held_out)
        if settings.distillation and self.answers is None:
            raise ValueError("A network with a teacher needs the teacher's answers.")

    def snapshots(self) -> Iterator[Snapshot]:
        gates = GateState(self.method)
        metrics = None if self.resumed else self._metrics(gates, evaluated=True)
        snapshot = self._snapshot(gates, metrics)
        good = snapshot, copy.deepcopy(self.method.model.state_dict())
        yield snapshot

        begun, done = divmod(self.step, self.steps_per_epoch)
        for epoch in range(begun, self.settings.epochs):
            self.order_before_epoch = self.order.get_state()
            shuffled = torch.randperm(len(self.labels), generator=self.order)
            for batch in shuffled.split(self.settings.batch_size)[done:]:
                self.knobs.make_planned(self.step)
                values = self.knobs.values()
                changes = self._changes(values)
                self.evaluation_due = self.evaluation_due or values["tau"] != self.used["tau"]
                self.used = values

                loss = self._step(batch)
                if not math.isfinite(loss):
                    self.method.model.load_state_dict(good[1])
                    self._use_tau(good[0].tau)
                    raise TrainingDiverged(self.step + 1, good[0])
                self.window.add(loss, *self._correct)
                self.step += 1
                events = self._after_step()

                within = self.step - epoch * self.steps_per_epoch
                gates, metrics = GateState(self.method), None
                if within == self.steps_per_epoch or within % self.log_every == 0:
                    metrics = self._log_point(gates, epoch, within)
                snapshot = self._snapshot(gates, metrics, changes, events)
                if metrics and _all_finite(self.method.model):
                    good = snapshot, copy.deepcopy(self.method.model.state_dict())
                yield snapshot
            done = 0

    def _changes(self, values: dict[str, float]) -> tuple[KnobChange, ...]:
        """The knobs that were moved since the last step, or whose planned moves were cancelled."""
        called_off = self.knobs.called_off()
        epoch = self.step / self.steps_per_epoch
        return tuple(
            KnobChange(self.step, epoch, name, self.used[name], value, name in called_off)
            for name, value in values.items()
            if value != self.used[name] or name in called_off
        )

    def _log_point(self, gates: GateState, epoch: int, within: int) -> Metrics:
        """The metrics at a log point, with an evaluation if one is due; begins a new window."""
        early = epoch == 0 and within // self.log_every in _EARLY_EVALUATIONS
        fresh = within == self.steps_per_epoch or early or self.evaluation_due
        if fresh:
            self.evaluation = evaluate(self.method, self.held_out)
            self.evaluation_due = False
        metrics = self._metrics(gates, evaluated=fresh)
        self.window = _Window()
        return metrics

    def _checkpoint(self) -> Checkpoint:
        """The state between two steps."""
        model = self.method.model
        # Between two epochs the next shuffle has not been drawn yet.
        mid_epoch = self.step % self.steps_per_epoch
        return Checkpoint(
            step=self.step,
            knobs=self.used,
            loss=self.window.loss_sum,
            correct=self.window.correct,
            images=self.window.images,
            evaluation=self.evaluation,
            evaluation_due=self.evaluation_due,
            events=self.events,
            model={name: value.detach().clone() for name, value in model.state_dict().items()},
            optimiser=optimiser_state(model, self.optimiser),
            options=optimiser_options(self.optimiser),
            generator=self.method.generator.get_state(),
            order=self.order_before_epoch if mid_epoch else self.order.get_state(),
            answers=self.answers,
        )

    def _restore(self, checkpoint: Checkpoint) -> None:
        if not checkpoint.step <= self.total:
            raise CheckpointError(
                f"The checkpoint is of step {checkpoint.step}, and this run ends at {self.total}."
            )
        restore(checkpoint, self.method, self.optimiser)
        self.step = checkpoint.step
        self.knobs.adopt(checkpoint.knobs)
        self.used = self.knobs.values()
        self.window.loss_sum = checkpoint.loss
        self.window.correct, self.window.images = checkpoint.correct, checkpoint.images
        self.evaluation, self.evaluation_due = checkpoint.evaluation, checkpoint.evaluation_due
        self.events = checkpoint.events
        if checkpoint.answers is not None:
            checkpoint.check_answers(len(self.labels), self.classes)
            self.answers = checkpoint.answers
        self.order.set_state(checkpoint.order)
        self.order_before_epoch = checkpoint.order
        self._set_tau()

    def _after_step(self) -> tuple[Event, ...]:
        """Let the method change the network, and return the events to log."""
        clock = Clock.after(self.settings, self.step, self.total)
        events = self.method.after_step(self.optimiser, clock)
        logged = tuple(events)[: MOST_LOGGED - self.events]
        if logged and self.events + len(logged) == MOST_LOGGED:
            logged = (*logged[:-1], LAST_LOGGED)
        self.events += len(logged)
        return logged

    def _step(self, batch: Tensor) -> float:
        """Take one optimiser step on the images with indices `batch`; return the cross-entropy."""
        clock = Clock.before(self.settings, self.step, self.total)
        knobs = in_effect(self.settings, self.used, clock)
        self._use_tau(knobs.tau)
        self._use_own()
        learning_rate = self.method.learning_rate(knobs, clock)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate * group.get("factor", 1.0)
        if self.answers is not None:
            answers = self.answers[batch].to(self.labels.device)
            self.method.teaching = Teaching(answers, self.settings.distillation)
        batch = batch.to(self.labels.device)
        labels = self.labels[batch]
        # Ten times as fast as indexing with [batch].
        images = to_unit_floats(self.images.index_select(0, batch))
        loss, logits = self.method.gradients(images, labels, knobs, clock)
        self._correct = int((logits.argmax(1) == labels).sum()), len(labels)
        self.optimiser.step()
        return float(loss)

    def _set_tau(self) -> None:
        """Set tau as in the last step; a schedule may give the next step another value."""
        before = Clock.before(self.settings, max(0, self.step - 1), self.total)
        self._use_tau(in_effect(self.settings, self.used, before).tau)

    def _use_tau(self, tau: float) -> None:
        if tau != self.tau:
            self.tau = tau
            self.method.set_tau(tau)

    def _use_own(self) -> None:
        """Give the method the values of its own live knobs."""
        own = {name: value for name, value in self.used.items() if name not in COMMON}
        if own != self.own:
            self.own = own
            self.method.settings = self.method.settings.with_changes(**own)

    @torch.no_grad()
    def _metrics(self, gates: GateState, *, evaluated: bool) -> Metrics:
        evaluation = self.evaluation if evaluated else None
        measures = gates.measures
        return Metrics(
            step=self.step,
            epoch=self.step / self.steps_per_epoch,
            train_loss=self.window.loss,
            train_accuracy=self.window.accuracy,
            active_ratio=measures.active_ratio,
            active_weights=measures.active_weights,
            macs=macs_per_image(gates, self.evaluation),
            mean_gate_prob=gates.mean_score,
            test_accuracy=evaluation.test_accuracy if evaluation else None,
            test_loss=evaluation.test_loss if evaluation else None,
            validation_accuracy=evaluation.validation_accuracy if evaluation else None,
        )

    def _snapshot(
        self,
        gates: GateState,
        metrics: Metrics | None,
        changes: tuple[KnobChange, ...] = (),
        events: tuple[Event, ...] = (),
    ) -> Snapshot:
        return Snapshot(
            step=self.step,
            steps_per_epoch=self.steps_per_epoch,
            epochs=self.settings.epochs,
            beta=self.knobs.beta,
            tau=self.tau,
            tau_knob=self.knobs.tau,
            method=self.method,
            gates=gates,
            held_out=self.held_out,
            evaluation=self.evaluation,
            metrics=metrics,
            changes=changes,
            events=events,
            last_log_point=self.last_log_point,
            checkpoint=self._checkpoint,
        )


class _Window:
    """Loss and accuracy over the training batches since the last log point."""

    def __init__(self) -> None:
        self.loss_sum, self.correct, self.images = 0.0, 0, 0

    def add(self, loss: float, correct: int, images: int) -> None:
        self.loss_sum += loss * images
        self.correct += correct
        self.images += images

    @property
    def loss(self) -> float | None:
        return self.loss_sum / self.images if self.images else None

    @property
    def accuracy(self) -> float | None:
        return self.correct / self.images if self.images else None


def _all_finite(model: torch.nn.Module) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in model.state_dict().values())
