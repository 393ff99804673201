"""The worker process of a run: it trains, obeys commands and reports progress."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from types import FrameType

import torch  # noqa: F401  (the forkserver imports this module to have torch ready)

from dgviz import signals
from dgviz.data.catalogue import DataError
from dgviz.live.breakable import Breakable, BrokenOff
from dgviz.live.job import Job
from dgviz.live.mailbox import Commands, Outbox
from dgviz.live.publisher import Publisher
from dgviz.runs.contents import RunsError
from dgviz.runs.recording.session import TrainingSession
from dgviz.runs.store import RunNotFound, Store
from dgviz.settings import SettingsError
from dgviz.training.checkpoint import CheckpointError
from dgviz.training.loop import TrainingDiverged
from dgviz.training.snapshot import Snapshot


class Worker:
    """Trains one run in this process."""

    def __init__(self, connection: Connection, job: Job) -> None:
        self.job = job
        self.outbox = Outbox(connection)
        self.loading = Breakable()
        self.commands = Commands(connection, job.settings, self._answer_stop)
        # Ctrl-C in the terminal ends the server, which then stops its workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # A scheduler or a shutdown signals every process, so the server may be ending as well.
        signals.handle(self._interrupt)
        self.publisher = Publisher(self.outbox)
        self.warned = ""

    def run(self) -> None:
        """Train to the end, a stop or a failure; the last report is ("ended", (phase, reason))."""
        job, store = self.job, Store(self.job.runs_root, self.job.quota_bytes)
        try:
            if job.resume:
                self.session = TrainingSession.resumed(store, job.run_id)
            else:
                self.session = TrainingSession.new(store, job.run_id, job.settings, job.parent)
        except (RunsError, RunNotFound, SettingsError) as problem:
            self.outbox.report("ended", ("failed", str(problem)))
        else:
            self._train()
        self.outbox.close()

    def _answer_stop(self) -> None:
        """Answer a stop at once, also in the middle of a step, and break off loading the data."""
        self.outbox.report("stopping", None)
        self.loading.break_off()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        reason = signals.interruption_text(number)
        # In a thread: the signal may arrive while this one holds the lock of the commands.
        threading.Thread(target=self.commands.interrupt, args=(reason,), daemon=True).start()

    def _train(self) -> None:
        self.outbox.report("past", self.session.log)
        try:
            snapshots = self.session.snapshots(self.commands.knobs, self._show_teacher)
            self._end(*self._follow(snapshots))
        except BrokenOff:
            self._end(*self.commands.ending)
        except TrainingDiverged as diverged:
            self.publisher.show(diverged.snapshot)
            self._end("failed", str(diverged))
        except (DataError, CheckpointError, SettingsError) as problem:
            self._end("failed", str(problem))
        except Exception as unexpected:
            with contextlib.suppress(OSError):
                traceback.print_exc(file=sys.stderr)
            reason = f"Training ended unexpectedly: {type(unexpected).__name__}: {unexpected}"
            self._end("failed", reason)

    def _follow(self, snapshots: Iterator[Snapshot]) -> tuple[str, str, Snapshot]:
        """Train the run; return its final phase, the reason or "", and its last snapshot."""
        with self.loading.work():
            snapshot = next(snapshots)
        self.outbox.show("facts", self.session.facts)
        self.publisher.begin(snapshot)
        self.outbox.report("phase", "running")
        while not snapshot.finished and self._may_step(snapshot):
            snapshot = next(snapshots)
            self._warn()
            self.publisher.offer(snapshot)
        self.publisher.show(snapshot)
        if snapshot.finished:
            return "finished", "", snapshot
        return *self.commands.ending, snapshot

    def _show_teacher(self, epoch: int | None, epochs: int) -> None:
        # Broken off in its middle, it could leave the outbox locked.
        with self.loading.unbroken():
            self.publisher.show_teacher(epoch, epochs)

    def _may_step(self, snapshot: Snapshot) -> bool:
        waited = False
        while self.commands.waiting:
            waited = True
            self.publisher.show(snapshot)
            self.session.pause(snapshot)
            self.outbox.report("phase", "paused")
            began = time.monotonic()
            self.commands.wait()
            self.publisher.do_not_count(time.monotonic() - began)
            self.session.exclude_seconds(time.monotonic() - began)
        allowed = self.commands.take_step(snapshot.step, snapshot.steps_per_epoch)
        if waited and allowed and not self.commands.waiting:
            # Not for a single batch, after which it pauses again.
            self.outbox.report("phase", "running")
        return allowed

    def _end(self, phase: str, reason: str, snapshot: Snapshot | None = None) -> None:
        self.session.end(phase, reason, snapshot)
        self._warn()
        if self.warned and self.session.recorder:
            self.outbox.report("warning", self.session.outcome_text("Resume on the Runs page"))
        self.outbox.report("ended", (phase, reason))

    def _warn(self) -> None:
        """Report once why the run is not recorded."""
        if self.session.warning != self.warned:
            self.warned = self.session.warning
            self.outbox.report("warning", self.warned)
