"""The process around the training loop: it paces the pictures and reports how the run goes."""

from __future__ import annotations

import signal
import sys
import time
import traceback
from dataclasses import asdict
from multiprocessing.connection import Connection
from typing import Any

import torch  # noqa: F401  (the forkserver imports this module to have torch ready)

from dgviz.data.catalogue import DataError
from dgviz.data.sets import load
from dgviz.data.split import split
from dgviz.gates.measures import always_zero_pixels
from dgviz.live.mailbox import Orders, Outbox
from dgviz.settings import Settings, SettingsError
from dgviz.training.evaluate import Evaluation, accuracy_by_tau
from dgviz.training.loop import TrainingDiverged, train
from dgviz.training.snapshot import Snapshot, finite, pack_facts, pack_gates, pack_weights

PICTURE_SECONDS = 0.1
WEIGHTS_SECONDS = 1.0
CURVE_SECONDS = 5.0
"""How often accuracy against tau is measured at most: it costs as much as ten steps."""


class Worker:
    """One run, from loading the data to its last word."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        # Ctrl-C in the terminal is for the server, which then tells its workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.settings = settings
        self.outbox = Outbox(connection)
        self.orders = Orders(connection, settings)
        self.pictures = _Pictures(self.outbox)

    def run(self) -> None:
        """Train to the end, a stop or a failure; the last report says which."""
        try:
            self._train()
        except TrainingDiverged as diverged:
            self.pictures.show(diverged.snapshot)
            self.outbox.report("ended", ("failed", str(diverged)))
        except (DataError, SettingsError) as problem:
            self.outbox.report("ended", ("failed", str(problem)))
        except Exception as unexpected:
            traceback.print_exc(file=sys.stderr)
            reason = f"Training ended unexpectedly: {type(unexpected).__name__}: {unexpected}"
            self.outbox.report("ended", ("failed", reason))
        self.outbox.close()

    def _train(self) -> None:
        dataset = load(self.settings.dataset)
        splits = split(dataset, self.settings.validation, self.settings.seed)
        always_zero = always_zero_pixels(splits.train_images)
        self.outbox.show("facts", pack_facts(always_zero, dataset.image_shape, dataset.classes))
        snapshots = train(self.settings, splits, knobs=self.orders.knobs)
        snapshot = next(snapshots)
        last_step = snapshot.epochs * snapshot.steps_per_epoch
        self.pictures.offer(snapshot)
        self.outbox.report("phase", "running")
        while snapshot.step < last_step and self._may_step(snapshot):
            snapshot = next(snapshots)
            self.pictures.offer(snapshot)
        self.pictures.show(snapshot)
        self.outbox.report("ended", ("finished" if snapshot.step == last_step else "stopped", ""))

    def _may_step(self, snapshot: Snapshot) -> bool:
        waited = False
        while self.orders.waiting:
            waited = True
            self.pictures.show(snapshot)
            self.outbox.report("phase", "paused")
            began = time.monotonic()
            self.orders.wait()
            self.pictures.do_not_count(time.monotonic() - began)
        allowed = self.orders.take_step(snapshot.step, snapshot.steps_per_epoch)
        if waited and allowed and not self.orders.waiting:
            # It goes on: not after a single batch, but on the way to the end of an epoch too.
            self.outbox.report("phase", "running")
        return allowed


class _Pictures:
    """What the server is shown of a run, and how often."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._began = time.monotonic()
        self._frame = 0
        self._next_gates = self._next_weights = self._next_curve = 0.0
        self._judged: Evaluation | None = None
        self._curve: list[tuple[float, float]] | None = None
        self._train_loss: float | None = None
        self._train_accuracy: float | None = None

    def do_not_count(self, seconds: float) -> None:
        """Leave a pause out of the time that an epoch takes."""
        self._began += seconds

    def offer(self, snapshot: Snapshot) -> None:
        """Log what is new in a snapshot, and draw what is due."""
        self._log(snapshot)
        now = time.monotonic()
        if not snapshot.step:
            # Loading the data is no part of an epoch.
            self._began = now
        if now >= self._next_gates:
            self._draw_gates(snapshot, now)
        if now >= self._next_weights:
            self._draw_weights(snapshot, now)

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot that was offered before: the run is about to stand still."""
        now = time.monotonic()
        self._next_curve = now
        self._draw_gates(snapshot, now)
        self._draw_weights(snapshot, now)

    def _draw_gates(self, snapshot: Snapshot, now: float) -> None:
        self._next_gates = now + PICTURE_SECONDS
        self._frame += 1
        self._outbox.show("gates", pack_gates(snapshot, self._figures(snapshot, now)))
        self._outbox.show("progress", self._progress(snapshot, now))

    def _draw_weights(self, snapshot: Snapshot, now: float) -> None:
        self._next_weights = now + WEIGHTS_SECONDS
        self._outbox.show("weights", pack_weights(snapshot))

    def _log(self, snapshot: Snapshot) -> None:
        entries: list[dict[str, Any]] = [
            {
                "kind": "knob",
                "step": change.step,
                "epoch": change.epoch,
                "knob": change.knob,
                "from": change.before,
                "to": change.after,
            }
            for change in snapshot.changes
        ]
        if snapshot.metrics:
            entries.append({"kind": "metrics", **asdict(snapshot.metrics)})
            self._train_loss = snapshot.metrics.train_loss
            self._train_accuracy = snapshot.metrics.train_accuracy
        if entries:
            self._outbox.report("log", finite(entries))

    def _figures(self, snapshot: Snapshot, now: float) -> dict[str, Any]:
        if snapshot.evaluation is not self._judged and now >= self._next_curve:
            self._judged = snapshot.evaluation
            self._next_curve = now + CURVE_SECONDS
            self._curve = accuracy_by_tau(snapshot.method, snapshot.held_out, tau=snapshot.tau)
        return {
            "frame": self._frame,
            "train_loss": self._train_loss,
            "train_accuracy": self._train_accuracy,
            "accuracy_by_tau": self._curve,
        }

    def _progress(self, snapshot: Snapshot, now: float) -> dict[str, Any]:
        epoch = snapshot.epoch
        pace = (now - self._began) / epoch if epoch else None
        return {
            "step": snapshot.step,
            "epoch": epoch,
            "seconds_per_epoch": pace,
            "seconds_left": pace and pace * (snapshot.epochs - epoch),
        }
