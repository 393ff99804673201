"""What a worker sends to the server for display, and how often."""

from __future__ import annotations

import time
from typing import Any

from dgviz.live.budget import Budget
from dgviz.live.mailbox import Outbox
from dgviz.training.evaluate import Evaluation, accuracy_by_tau
from dgviz.training.snapshot import Snapshot, log_entries, pack_gates, pack_weights

SNAPSHOT_SECONDS = 0.1
_EARLY_SECONDS, _LATE_SECONDS = 0.03, 0.05
"""A snapshot is published at a log point if it is due at most this much later or earlier: there the
gates have just been measured for the log, and packing costs half."""
WEIGHTS_SECONDS = 1.0
CURVE_SECONDS = 5.0
"""How often accuracy against tau is measured at most: it costs as much as ten steps."""

PACKING_SHARE = 0.02
"""The most of the training's processor time for packing. A slow machine shows fewer snapshots."""
_SAVED_SECONDS = 0.05


class Publisher:
    """Packs and sends the snapshots that are due, and all log entries."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._began = time.monotonic()
        self._from_epoch = 0.0
        self._number = 0
        self._budget = Budget(PACKING_SHARE, _SAVED_SECONDS)
        self._next_gates = self._next_weights = self._next_curve = 0.0
        self._judged: Evaluation | None = None
        self._curve: list[tuple[float, float]] | None = None
        self._train_loss: float | None = None
        self._train_accuracy: float | None = None

    def do_not_count(self, seconds: float) -> None:
        """Exclude a pause from the measured time of an epoch."""
        self._began += seconds

    def begin(self, snapshot: Snapshot) -> None:
        """Offer the first snapshot and start the clock: loading the data is no part of an epoch."""
        self._began, self._from_epoch = time.monotonic(), snapshot.epoch
        self.offer(snapshot)

    def show_teacher(self, epoch: int | None, epochs: int) -> None:
        """Show how far the teacher is, which is trained before the first snapshot.

        Args:
            epoch: the number of epochs that are finished, of `epochs`; None while another process
                trains it.
        """
        begun = {"step": 0, "epoch": 0.0, "seconds_per_epoch": None, "seconds_left": None}
        self._outbox.show("progress", begun | {"teacher": [epoch, epochs]})

    def offer(self, snapshot: Snapshot) -> None:
        """Send a snapshot's log entries, and publish the snapshot if one is due."""
        if snapshot.has_log_entries:
            self._log(snapshot)
        now = time.monotonic()
        late = now - self._next_gates
        due = late >= (-_EARLY_SECONDS if snapshot.metrics else _LATE_SECONDS)
        if not due or not self._budget.allows():
            return
        with self._budget.spending():
            self._publish_gates(snapshot, now)
            if now >= self._next_weights:
                self._publish_weights(snapshot, now)

    def show(self, snapshot: Snapshot) -> None:
        """Publish an offered snapshot even if none is due: the run is about to pause or to end."""
        now = time.monotonic()
        self._next_curve = now
        self._publish_gates(snapshot, now)
        self._publish_weights(snapshot, now)

    def _publish_gates(self, snapshot: Snapshot, now: float) -> None:
        self._next_gates = now + SNAPSHOT_SECONDS
        self._number += 1
        figures = self._figures(snapshot, now)
        masks = pack_gates(snapshot, figures, scores=False)
        has_scores = snapshot.gates.scores is not None
        self._outbox.show("masks", masks)
        self._outbox.show("gates", pack_gates(snapshot, figures) if has_scores else masks)
        self._outbox.show("progress", self._progress(snapshot, now))

    def _publish_weights(self, snapshot: Snapshot, now: float) -> None:
        self._next_weights = now + WEIGHTS_SECONDS
        self._outbox.show("weights", pack_weights(snapshot))

    def _log(self, snapshot: Snapshot) -> None:
        if snapshot.metrics:
            self._train_loss = snapshot.metrics.train_loss
            self._train_accuracy = snapshot.metrics.train_accuracy
        self._outbox.report("log", log_entries(snapshot))

    def _figures(self, snapshot: Snapshot, now: float) -> dict[str, Any]:
        if snapshot.evaluation is not self._judged and now >= self._next_curve:
            self._judged = snapshot.evaluation
            self._next_curve = now + CURVE_SECONDS
            self._curve = accuracy_by_tau(snapshot.method, snapshot.held_out, tau=snapshot.tau)
        return {
            "number": self._number,
            "train_loss": self._train_loss,
            "train_accuracy": self._train_accuracy,
            "accuracy_by_tau": self._curve,
        }

    def _progress(self, snapshot: Snapshot, now: float) -> dict[str, Any]:
        epoch = snapshot.epoch
        trained = epoch - self._from_epoch
        pace = (now - self._began) / trained if trained else None
        return {
            "step": snapshot.step,
            "epoch": epoch,
            "seconds_per_epoch": pace,
            "seconds_left": pace and pace * (snapshot.epochs - epoch),
        }
