"""Writes a run's folder while it trains, and finds the way back into one that was left."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
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
    clear_left_overs,
    read_file,
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
from dgviz.training.snapshot import Snapshot, log_entries, pack_coarse_weights, pack_gates

CHECKPOINT_SECONDS = 10.0
"""What a kill costs at most; a checkpoint takes about 20 ms, a five-hundredth of it."""

OWN = (SETTINGS, CARD, METRICS, SNAPSHOTS, FACTS, CHECKPOINT)
"""The files that nobody but the recorder writes: a page writes the label and the findings."""

_LOCK_SECONDS = 2.0
# Those who ask whether a run is alive hold its lock for an instant.


@dataclass(frozen=True)
class Past:
    """What a run goes on from.

    Attributes:
        checkpoint: None if it was left before its first one: it begins again.
        log: up to there.
        moves: knob moves made after it, to be made again.
    """

    checkpoint: Checkpoint | None
    log: Log
    moves: list[Move]


class Recorder:
    """The only writer of a run's folder, in the process that trains it.

    Once something cannot be written, recording ends and training goes on: `problem` then says why,
    and what is on the disk is a run that was interrupted there.
    """

    def __init__(self, folder: Path, settings: Settings, card: Card, lock: FileLock) -> None:
        self.folder = folder
        self.settings = settings
        self.problem = ""
        with contextlib.ExitStack() as held:
            held.callback(lock.release)
            clear_left_overs(folder, own=OWN)
            self.past = _past(folder, card)
            reached = self.past.checkpoint.step if self.past.checkpoint else -1
            # Before the log is cut: a kill between the two would lose the moves to be made again.
            self._card = self._opened(card)
            write_json(folder / CARD, self._card.as_json())
            entries = self.past.log.entries
            self._log_lines = len(entries)
            self._log_points = sum(entry["kind"] == "metrics" for entry in entries)
            write_whole(folder / METRICS, self.past.log.content)
            self._metrics = held.enter_context((folder / METRICS).open("ab", buffering=0))
            self._snapshots = SnapshotWriter(folder / SNAPSHOTS, reached)
            held.callback(self._snapshots.close)
            self._began = time.monotonic()
            self._next_checkpoint = self._began + CHECKPOINT_SECONDS
            self._held = held.pop_all()

    @classmethod
    def create(cls, store: Store, run_id: str, settings: Settings, parent: str | None) -> Recorder:
        """Begin a new run's folder.

        Raises:
            RunsError: the runs directory is full or cannot be written, or the id is taken.
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
            # At once: without a card nobody could go on with it.
            write_json(folder / CARD, card.as_json())
            return cls(folder, settings, card, _take_lock(folder))
        except OSError as problem:
            if made:
                shutil.rmtree(folder, ignore_errors=True)
            raise RunsError(f"This run is not recorded: {_why(problem)}.") from problem

    @classmethod
    def reopen(cls, store: Store, run_id: str) -> Recorder:
        """Go on with a run that was stopped, killed or left by a crash; see `past`.

        Raises:
            RunNotFound: there is none of this id.
            RunsError: it is being trained, has finished, or its folder is broken.
        """
        folder = store.record(run_id).folder
        try:
            with contextlib.ExitStack() as held:
                lock = _take_lock(folder)
                held.callback(lock.release)
                # Read now, when no other process can train it any more.
                record = Record(folder)
                if record.phase == "finished":
                    raise RunsError(f"Run {run_id} has finished: there is nothing left to train.")
                if record.settings is None or record.card is None:
                    why = " ".join(record.broken.values())
                    raise RunsError(f"Run {run_id} cannot be resumed: {why}")
                held.pop_all()
            return cls(folder, record.settings, record.card, lock)
        except CheckpointError as problem:
            raise RunsError(f"Run {run_id} cannot be resumed: {problem}") from problem
        except OSError as problem:
            raise RunsError(f"Run {run_id} cannot be resumed: {_why(problem)}.") from problem

    @property
    def run_id(self) -> str:
        return self.folder.name

    @property
    def seconds_before(self) -> float:
        """Trained in the sessions before this one."""
        return sum(session.seconds for session in self._card.sessions[:-1])

    def do_not_count(self, seconds: float) -> None:
        """Leave a pause out of the time spent in training."""
        self._began += seconds

    def kept_step(self) -> int | None:
        """The step that a resume begins at, as the disk has it.

        Returns:
            0 without a checkpoint; None if nothing can go on with the run: its folder is gone, or
            the checkpoint cannot be used.
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
        """Take in the first snapshot and what is known of the data; the clock starts here."""
        self._began = time.monotonic()
        self._card = replace(self._card, steps_per_epoch=snapshot.steps_per_epoch)
        self._try(write_whole, self.folder / FACTS, facts)
        self._try(self._write_card)
        self.take(snapshot)

    def take(self, snapshot: Snapshot) -> None:
        """Record what is new; to be called with every snapshot."""
        if snapshot.has_log_entries:
            self._try(self._write_news, snapshot)
        if time.monotonic() >= self._next_checkpoint:
            self.checkpoint(snapshot)

    def checkpoint(self, snapshot: Snapshot) -> None:
        """Make the newest snapshot the one that the run goes on from."""
        self._next_checkpoint = time.monotonic() + CHECKPOINT_SECONDS
        self._try(self._write_checkpoint, snapshot)

    def end(self, phase: str, reason: str, snapshot: Snapshot | None) -> None:
        """Write the last word and let go of the folder.

        Args:
            phase: "finished", "stopped", "failed" or "interrupted".
            reason: a sentence, or "".
            snapshot: the newest one; None where there is none, or none worth going on from.
        """
        self._try(self._write_end, phase, reason, snapshot)
        self._held.close()

    def _write_news(self, snapshot: Snapshot) -> None:
        entries = log_entries(snapshot)
        content = as_lines(entries)
        self._log_lines += len(entries)
        self._check_room(len(content))
        append_whole(self._metrics, content)
        if snapshot.metrics:
            for kind, pack in _PACK.items():
                if self._snapshots.wants(kind, self._log_points):
                    self._snapshots.append(
                        kind,
                        snapshot.step,
                        self._log_points,
                        pack(snapshot),
                        last=snapshot.last_log_point,
                    )
            self._log_points += 1

    def _check_room(self, more: int) -> None:
        """A log that is too long could not be read: better it ends, and that is said.

        Raises:
            OSError: these bytes do not fit into it.
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
        # First what the checkpoint relies on: after a power cut it must not be ahead of the log.
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
        self._write_card(ended=_now(), phase=phase, reason=reason[:LONGEST_REASON])

    def _opened(self, card: Card) -> Card:
        """The card with a session that begins now."""
        checkpoint = self.past.checkpoint
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
            planned=tuple(self.past.moves),
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
            self.problem = f"This run is not recorded any more: {_why(problem)}."


def _pack_gates(snapshot: Snapshot) -> bytes:
    return pack_gates(snapshot, {})


_PACK: dict[str, Callable[[Snapshot], bytes]] = {
    "gates": _pack_gates,
    "weights": pack_coarse_weights,
}


def _past(folder: Path, card: Card) -> Past:
    """What the run in a folder goes on from.

    Args:
        card: as the session before has left it, with the moves that it had yet to make again.

    Raises:
        CheckpointError: there is a checkpoint, and it cannot be used.
        OSError: it or the log cannot be read.
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
    # A move at step s is made on the way to s + 1: at the checkpoint's own step it is yet to come.
    kept = log.only(lambda entry: entry["step"] < reached + (entry["kind"] != "knob"))
    # More than a card can hold were made by no hand.
    again = [move for move in moves(card, log.entries) if move[0] >= reached][-MOST_MOVES:]
    return Past(checkpoint, kept, again)


def _figures(snapshot: Snapshot) -> dict[str, Any]:
    """How far a run has come, as its card tells it."""
    figures = asdict(snapshot.evaluation) | asdict(snapshot.gates.measures)
    # One number a name: what reads a card need not know more.
    del figures["active_ratio_by_layer"]
    return {
        "step": snapshot.step,
        "epoch": snapshot.epoch,
        "figures": figures,
    }


def _take_lock(folder: Path) -> FileLock:
    """Make this process the only one that writes in a run's folder.

    Raises:
        RunsError: another process trains the run.
        OSError: something else than a file lies in the place of one.
    """
    for name in (*OWN, LOCK):
        with contextlib.suppress(FileNotFoundError):
            check_regular(folder / name)
    lock = lock_on(folder / LOCK)
    # Asking removes a lock file that names no process, which would be waited for in vain.
    is_locked(folder / LOCK)
    try:
        lock.acquire(timeout=_LOCK_SECONDS)
    except Timeout:
        told = f"Run {folder.name} is being trained by another process."
        if isinstance(lock, SoftFileLock):
            told += f" If that process has crashed on another machine, delete {folder / LOCK}."
        raise RunsError(told) from None
    return lock


def _why(problem: OSError) -> str:
    return f"{problem.strerror or problem} ({problem.filename or 'in the runs directory'})"


def _now() -> datetime:
    return datetime.now(UTC)
