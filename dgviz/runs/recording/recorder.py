"""Write a run's folder during training, and resume a run from its folder."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, SoftFileLock, Timeout

from dgviz import formatting
from dgviz.runs.card import LONGEST_REASON, MOST_MOVES, MOST_SESSIONS, Card, Git, Move, Session
from dgviz.runs.contents import RunsError
from dgviz.runs.files import (
    append_whole,
    check_regular,
    read_file,
    remove_partial_writes,
    write_json,
    write_whole,
)
from dgviz.runs.layout import (
    CARD,
    CHECKPOINT,
    FACTS,
    LARGEST_CHECKPOINT,
    LARGEST_TEXT,
    LOCK,
    METRICS,
    PREDICTIONS,
    SETTINGS,
    SNAPSHOTS,
)
from dgviz.runs.locks import is_locked, lock_on
from dgviz.runs.log import MOST_LINES, Log, as_lines, log_of
from dgviz.runs.moves import moves
from dgviz.runs.record import Record
from dgviz.runs.snapshots import SnapshotWriter
from dgviz.runs.store import Store
from dgviz.settings import Settings
from dgviz.training import machine
from dgviz.training.checkpoint import (
    Checkpoint,
    CheckpointError,
    pack_checkpoint,
    unpack_checkpoint,
)
from dgviz.training.device import resolve_device
from dgviz.training.snapshot import (
    Snapshot,
    log_entries,
    pack_coarse_weights,
    pack_gates,
    pack_predictions,
)

CHECKPOINT_SECONDS = 10.0
"""Seconds of training that a kill can lose; writing a checkpoint takes about 20 ms."""

_MOST_AT_ONCE = 16
"""Up to so many networks that are trained together have checkpoints every ten seconds."""

RECORDER_FILES = (SETTINGS, CARD, METRICS, SNAPSHOTS, FACTS, CHECKPOINT, PREDICTIONS)
"""The files that only the recorder writes; pages write the label and the findings."""

_LOCK_SECONDS = 2.0  # A check whether the run is being trained holds its lock for a moment.


@dataclass(frozen=True)
class ResumePoint:
    """The state from which training continues.

    Attributes:
        checkpoint: None if the run ended before its first checkpoint; it starts again.
        log: the entries up to the checkpoint.
        moves: the knob moves after the checkpoint, which are repeated.
    """

    checkpoint: Checkpoint | None
    log: Log
    moves: list[Move]


class Recorder:
    """Writes a run's folder, as its only writer, in the process that trains the run.

    After a failed write, recording ends and training continues. `problem` then has the reason, and
    the folder is that of a run that was interrupted at this point.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        card: Card,
        lock: FileLock,
        *,
        together: int = 1,
    ) -> None:
        self.folder = folder
        self._in_batch = together > 1
        self._checkpoint_seconds = CHECKPOINT_SECONDS * math.ceil(together / _MOST_AT_ONCE)
        self.settings = settings
        self.problem = ""
        with contextlib.ExitStack() as held:
            held.callback(lock.release)
            remove_partial_writes(folder, own=RECORDER_FILES)
            self.resume_point = _resume_point(folder, card)
            reached = self.resume_point.checkpoint.step if self.resume_point.checkpoint else -1
            # Write the card, which has the planned moves, before the log is cut: a kill in between
            # would lose them.
            self._card = self._with_new_session(card)
            write_json(folder / CARD, self._card.as_json())
            entries = self.resume_point.log.entries
            self._log_lines = len(entries)
            self._log_points = sum(entry["kind"] == "metrics" for entry in entries)
            write_whole(folder / METRICS, self.resume_point.log.content)
            self._metrics = held.enter_context((folder / METRICS).open("ab", buffering=0))
            self._snapshots = SnapshotWriter(folder / SNAPSHOTS, reached)
            held.callback(self._snapshots.close)
            self._began = time.monotonic()
            self._next_checkpoint = self._began + self._checkpoint_seconds
            self._held = held.pop_all()

    @classmethod
    def create(
        cls,
        store: Store,
        run_id: str,
        settings: Settings,
        parent: str | None,
        *,
        together: int = 1,
    ) -> Recorder:
        """Create the folder of a new run.

        Args:
            together: the number of networks that are trained at once, this one among them. If there
                are others, only its last snapshots are recorded, because recording all of them
                would take longer than the training. With more than `_MOST_AT_ONCE` networks, each
                has fewer checkpoints.

        Raises:
            RunsError: the runs directory is full or cannot be written, or the id exists already.
        """
        if (usage := store.usage()).full:
            raise RunsError(usage.warning)
        folder = store.folder(run_id)
        made = False
        try:
            folder.mkdir(parents=True)
            made = True
            write_json(folder / SETTINGS, settings.as_dict())
            card = Card(phase="running", id=run_id, parent=parent, created=_now())
            # Written at once, because a run without a card cannot be resumed.
            write_json(folder / CARD, card.as_json())
            return cls(folder, settings, card, _acquire_lock(folder), together=together)
        except OSError as problem:
            if made:
                shutil.rmtree(folder, ignore_errors=True)
            raise RunsError(f"This run is not recorded: {_error_text(problem)}.") from problem

    @classmethod
    def reopen(cls, store: Store, run_id: str, *, together: int = 1) -> Recorder:
        """Open the folder of a run to resume it at its `resume_point`.

        Args:
            together: as in `create`.

        Raises:
            RunNotFound: there is no such run.
            RunsError: the run is being trained or has finished, or its folder is damaged.
        """
        folder = store.record(run_id).folder
        try:
            with contextlib.ExitStack() as held:
                lock = _acquire_lock(folder)
                held.callback(lock.release)
                # Read only now: under the lock no other process can change the run.
                record = Record(folder)
                if record.phase == "finished":
                    raise RunsError(
                        f"Run {run_id} has finished; it can only be trained further, to more "
                        "epochs."
                    )
                if record.settings is None or record.card is None:
                    why = " ".join(record.broken.values())
                    raise RunsError(f"Run {run_id} cannot be resumed: {why}")
                held.pop_all()
            return cls(folder, record.settings, record.card, lock, together=together)
        except CheckpointError as problem:
            raise RunsError(f"Run {run_id} cannot be resumed: {problem}") from problem
        except OSError as problem:
            raise RunsError(f"Run {run_id} cannot be resumed: {_error_text(problem)}.") from problem

    @property
    def run_id(self) -> str:
        return self.folder.name

    @property
    def seconds_before(self) -> float:
        """Training time of the earlier sessions."""
        return sum(session.seconds for session in self._card.sessions[:-1])

    def exclude_seconds(self, seconds: float) -> None:
        """Leave a pause out of the training time."""
        self._began += seconds

    def kept_step(self) -> int | None:
        """The step at which a resume would begin, according to the files.

        Returns:
            0 without a checkpoint; None if the run cannot be resumed, because its folder is gone or
            its checkpoint cannot be used.
        """
        if not (self.folder / CARD).exists():
            return None
        try:
            return unpack_checkpoint(read_file(self.folder / CHECKPOINT, LARGEST_CHECKPOINT)).step
        except FileNotFoundError:
            return 0
        except (OSError, CheckpointError):
            return None

    def begin(self, snapshot: Snapshot, facts: bytes) -> None:
        """Record the first snapshot and the facts, and start counting the training time."""
        self._began = time.monotonic()
        self._card = replace(self._card, steps_per_epoch=snapshot.steps_per_epoch)
        self._try(write_whole, self.folder / FACTS, facts)
        self._try(self._write_card)
        self.record(snapshot)

    def record(self, snapshot: Snapshot) -> None:
        """Record new log entries and what is due; call it with every snapshot."""
        if snapshot.has_log_entries:
            self._try(self._write_entries, snapshot)
        if time.monotonic() >= self._next_checkpoint:
            self.checkpoint(snapshot)

    def checkpoint(self, snapshot: Snapshot) -> None:
        """Write a checkpoint of the newest snapshot."""
        self._next_checkpoint = time.monotonic() + self._checkpoint_seconds
        self._try(self._write_checkpoint, snapshot)

    def end(self, phase: str, reason: str, snapshot: Snapshot | None) -> None:
        """Write how the run ended, and release the folder.

        Args:
            phase: "finished", "stopped", "failed" or "interrupted".
            reason: a sentence, or "".
            snapshot: the newest one, for a checkpoint; None keeps the last checkpoint.
        """
        self._try(self._write_end, phase, reason, snapshot)
        self._held.close()

    def _write_entries(self, snapshot: Snapshot) -> None:
        entries = log_entries(snapshot)
        content = as_lines(entries)
        self._log_lines += len(entries)
        self._check_room(len(content))
        append_whole(self._metrics, content)
        if snapshot.metrics:
            for kind, pack in _PACK.items():
                if not self._in_batch and self._snapshots.is_due(kind, self._log_points):
                    self._snapshots.append(
                        kind,
                        snapshot.step,
                        self._log_points,
                        pack(snapshot),
                        last=snapshot.last_log_point,
                    )
            self._log_points += 1

    def _check_room(self, more: int) -> None:
        """Check that the log stays short enough to be read again.

        Raises:
            OSError: it would be too long with `more` bytes.
        """
        most = LARGEST_TEXT[METRICS]
        size = os.fstat(self._metrics.fileno()).st_size
        if self._log_lines > MOST_LINES or size + more > most:
            limits = f"a log has at most {MOST_LINES:,} lines and {formatting.size(most)}"
            raise OSError(errno.EFBIG, limits, METRICS)

    def _write_checkpoint(self, snapshot: Snapshot) -> None:
        checkpoint = snapshot.checkpoint()
        if not checkpoint.is_finite:
            return
        # Sync the log and the snapshots first: after a power cut they must not be older than the
        # checkpoint, which depends on them.
        os.fsync(self._metrics.fileno())
        self._snapshots.sync()
        write_whole(self.folder / CHECKPOINT, pack_checkpoint(checkpoint))
        self._write_card(**_figures(snapshot))

    def _write_end(self, phase: str, reason: str, snapshot: Snapshot | None) -> None:
        if snapshot:
            for kind, pack in _PACK.items():
                if not self._snapshots.has(kind, snapshot.step):
                    blob, newest = pack(snapshot), max(0, self._log_points - 1)
                    self._snapshots.append(kind, snapshot.step, newest, blob, at_end=True)
            self._write_checkpoint(snapshot)
        if snapshot and phase == "finished":
            write_whole(self.folder / PREDICTIONS, pack_predictions(snapshot))
        self._write_card(ended=_now(), phase=phase, reason=reason[:LONGEST_REASON])

    def _with_new_session(self, card: Card) -> Card:
        """The card with a new session that begins now."""
        checkpoint = self.resume_point.checkpoint
        device = resolve_device(self.settings.device).type
        session = Session(
            started=_now(),
            from_step=checkpoint.step if checkpoint else 0,
            hardware=machine.hardware(device, self.settings.threads),
            versions=machine.versions(),
            git=Git(**state) if (state := machine.git_state()) else None,
        )
        opened = replace(
            card,
            phase="running",
            reason="",
            epochs=self.settings.epochs,
            planned=tuple(self.resume_point.moves),
            sessions=(*card.sessions, session)[-MOST_SESSIONS:],
        )
        return opened if checkpoint else replace(opened, step=0, epoch=0.0, figures={})

    def _write_card(self, ended: datetime | None = None, **changes: Any) -> None:
        *before, session = self._card.sessions
        seconds = max(0.0, time.monotonic() - self._began)
        session = replace(session, seconds=seconds, ended=ended)
        self._card = replace(self._card, sessions=(*before, session), **changes)
        write_json(self.folder / CARD, self._card.as_json())

    def _try(self, action: Callable[..., None], *arguments: Any) -> None:
        if self.problem:
            return
        try:
            action(*arguments)
        except OSError as problem:
            self.problem = f"This run is not recorded any more: {_error_text(problem)}."


def _pack_gates(snapshot: Snapshot) -> bytes:
    return pack_gates(snapshot, {})


_PACK: dict[str, Callable[[Snapshot], bytes]] = {
    "gates": _pack_gates,
    "weights": pack_coarse_weights,
}


def _resume_point(folder: Path, card: Card) -> ResumePoint:
    """Find the state from which the run in a folder continues.

    Args:
        card: as the previous session left it, with the moves that it had not repeated yet.

    Raises:
        CheckpointError: the checkpoint exists and cannot be used.
        OSError: the checkpoint or the log cannot be read.
    """
    try:
        checkpoint = unpack_checkpoint(read_file(folder / CHECKPOINT, LARGEST_CHECKPOINT))
    except FileNotFoundError:
        checkpoint = None
    reached = checkpoint.step if checkpoint else -1
    try:
        log = log_of(read_file(folder / METRICS, LARGEST_TEXT[METRICS]))
    except FileNotFoundError:
        log = log_of(b"")
    # A move at step s acts from step s + 1 on, so a move at the checkpoint's step is repeated.
    kept = log.only(lambda entry: entry["step"] < reached + (entry["kind"] != "knob"))
    # No user makes more moves than a card can have.
    again = [move for move in moves(card, log.entries) if move[0] >= reached][-MOST_MOVES:]
    return ResumePoint(checkpoint, kept, again)


def _figures(snapshot: Snapshot) -> dict[str, Any]:
    """The progress and the figures of a snapshot, as fields of the card."""
    return {
        "step": snapshot.step,
        "epoch": snapshot.epoch,
        "figures": snapshot.figures,
    }


def _acquire_lock(folder: Path) -> FileLock:
    """Lock a run's folder, so that only this process writes it.

    Raises:
        RunsError: another process trains the run.
        OSError: a path of the run's files is not a regular file.
    """
    for name in (*RECORDER_FILES, LOCK):
        with contextlib.suppress(FileNotFoundError):
            check_regular(folder / name)
    lock = lock_on(folder / LOCK)
    # This removes an empty lock file, which could not be acquired.
    is_locked(folder / LOCK)
    try:
        lock.acquire(timeout=_LOCK_SECONDS)
    except Timeout:
        message = f"Run {folder.name} is being trained by another process."
        if isinstance(lock, SoftFileLock):
            message += f" If that process has crashed on another machine, delete {folder / LOCK}."
        raise RunsError(message) from None
    return lock


def _error_text(problem: OSError) -> str:
    return f"{problem.strerror or problem} ({problem.filename or 'in the runs directory'})"


def _now() -> datetime:
    return datetime.now(UTC)
