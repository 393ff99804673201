"""One run, read from its folder. Damaged parts are listed; the other parts stay usable."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from dgviz.formatting import resume_text
from dgviz.runs.card import ENDED, UNFINISHED, Card, Extension, Move, Session
from dgviz.runs.card_fields import card_of
from dgviz.runs.checks import InvalidValue, date_at
from dgviz.runs.contents import Missing, RunsError, Unreadable, read_json, read_object
from dgviz.runs.courses import Course, courses
from dgviz.runs.files import folder_bytes, read_file, write_json
from dgviz.runs.labels import checked_label
from dgviz.runs.layout import CARD, FACTS, LABEL, LARGEST_FACTS, LOCK, METRICS, SETTINGS, SNAPSHOTS
from dgviz.runs.locks import is_locked
from dgviz.runs.log import read_knob_entries, read_last_points, read_log
from dgviz.runs.moves import moves, remaining_moves
from dgviz.runs.snapshots import Snapshots
from dgviz.settings import Settings, SettingsError

_DIGITS_IN_TITLE = 4
_NOT_IN_TITLE = ("preset", "method", "seed", "device", "threads")
_LOGGED = (
    "test_accuracy",
    "test_loss",
    "validation_accuracy",
    "active_ratio",
    "active_weights",
    "macs",
)
"""The figures that the log has at every point, or at those where the network is evaluated."""


class Reached(NamedTuple):
    """How far a run is.

    Attributes:
        epoch: the epochs trained.
        figures: the newest value of each, by name, without those that are not known.
    """

    epoch: float
    figures: Mapping[str, float]


class Record:
    """A run folder, read once, but for log, snapshots and facts, which are read when asked for.

    Create a new record to see later changes.

    Attributes:
        settings: the settings at the start; None when they cannot be read.
        card: None when it cannot be read.
        name, tags: given by the user.
        phase: "running" while a process trains it, "interrupted" when that process was killed, or
            else how the run ended.
        broken: one sentence, by file name, for each of settings, card and label that cannot be
            used.
        left_out: one sentence for each invalid field of the card.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self.broken: dict[str, str] = {}
        self.settings = self._read_settings()
        self.card, self.left_out = self._read_card()
        self.name, self.tags = self._read_label()
        self.phase, self.reason = self._phase()

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each damaged part that is found without reading the arrays."""
        return (*self.broken.values(), *self.left_out)

    @property
    def title(self) -> str:
        """The user's name for the run, or how its knobs differ from their preset.

        The first digits of the id distinguish runs with equal knobs; the command line accepts them
        too. They come first because a narrow column cuts off the end.
        """
        if self.name or self.settings is None:
            return self.name or f"run {self.id}"
        return f"{self.id[:_DIGITS_IN_TITLE]} · {title_of(self.settings, self.courses)}"

    @cached_property
    def courses(self) -> dict[str, Course]:
        """The course of each knob that the method reads, by name; empty without settings."""
        return courses(self.settings, self.changes())

    @property
    def created(self) -> datetime:
        """When the run began, by the clock of its machine; never raises."""
        if self.card and self.card.created:
            return self.card.created
        with contextlib.suppress(InvalidValue, OSError):
            return date_at(self.folder.stat().st_mtime)
        return date_at(0)

    @property
    def parent(self) -> str | None:
        return self.card.parent if self.card else None

    @property
    def step(self) -> int:
        """The step of the last checkpoint."""
        return self.card.step if self.card else 0

    @property
    def epoch(self) -> float:
        """The epochs trained at the last checkpoint."""
        return float(self.card.epoch) if self.card else 0.0

    @property
    def epochs(self) -> int:
        if self.settings:
            return self.settings.epochs
        return self.card.epochs if self.card else 0

    @property
    def steps_per_epoch(self) -> int:
        """0 while it is not known."""
        return self.card.steps_per_epoch if self.card else 0

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions, in order of time."""
        return self.card.sessions if self.card else ()

    @property
    def extended(self) -> tuple[Extension, ...]:
        """The steps from which it was trained further, with the epochs that it had before."""
        return self.card.extended if self.card else ()

    def epochs_at(self, step: int) -> int:
        """The number of epochs that the run was to have when it took this step."""
        before = (epochs for end, epochs in self.extended if step <= end)
        return next(before, self.epochs)

    @property
    def matches_settings(self) -> bool:
        """Whether an uninterrupted run with these settings alone gives the same numbers.

        Not if a setting was changed during training, or if the run was trained further and its
        schedules or its method follow the part of training that is done.
        """
        if self.settings is None or any(course.moves for course in self.courses.values()):
            return False
        return not (self.extended and self.settings.follows_progress)

    @property
    def seconds(self) -> float:
        """Training time of all sessions, in seconds."""
        return sum(session.seconds for session in self.sessions)

    @property
    def figures(self) -> dict[str, float]:
        """The figures at the last checkpoint, by name, without those that are not known."""
        return _known(self.card.figures if self.card else {})

    @cached_property
    def reached(self) -> Reached:
        """How far it is: while it is being trained, by the log, which is ahead of the card."""
        epoch, figures = self.epoch, self.figures
        if self.phase == "running":
            for point in read_last_points(self.folder / METRICS):
                # A resumed run logs the steps after its checkpoint again.
                if point["step"] >= self.step:
                    epoch = point["epoch"]
                    figures |= _known({name: point[name] for name in _LOGGED})
        return Reached(epoch, figures)

    @property
    def end_is_recorded(self) -> bool:
        """Whether the card says how the run ended, so that its lock need not be checked."""
        return self.card is not None and self.card.phase in ENDED

    def is_current(self) -> bool:
        """Whether the phase is still right, which depends on the lock and not only on the files."""
        return self.end_is_recorded or is_locked(self.folder / LOCK) == (self.phase == "running")

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def resumable(self) -> bool:
        """Whether training is not finished and no process trains the run."""
        unfinished = self.phase in UNFINISHED
        return unfinished and self.settings is not None and self.card is not None

    @property
    def onward(self) -> str:
        """Where Resume begins, as a sentence; "" without settings or card, which it needs."""
        readable = self.settings is not None and self.card is not None
        return resume_text("Resume", self.step, self.epoch) if readable else ""

    @cached_property
    def disk_bytes(self) -> int:
        """Size of all files of the run."""
        return folder_bytes(self.folder)

    def log(self) -> list[dict[str, Any]]:
        """The log entries of all kinds, in order, without damaged lines."""
        return read_log(self.folder / METRICS)

    def events(self) -> list[dict[str, Any]]:
        """The log entries of kind "event", in order: what the method did to the network."""
        return [entry for entry in self.log() if entry["kind"] == "event"]

    def changes(self) -> list[dict[str, Any]]:
        """The log entries of kind "knob" that changed a value, in order.

        An entry whose `from` equals its `to` cancels a planned move and changes nothing.
        """
        return self._changes

    @property
    def planned(self) -> list[Move]:
        """The moves that the run will repeat after a resume: step, knob and value."""
        # A running session has repeated some moves already; a resume starts from the checkpoint.
        find = remaining_moves if self.phase == "running" else moves
        return [move for move in find(self.card, self._knob_entries) if move[0] >= self.step]

    def snapshots(self) -> Snapshots:
        return Snapshots(self.folder / SNAPSHOTS)

    def facts(self) -> bytes | None:
        """The facts of the data as a blob; None where they cannot be read."""
        try:
            return read_file(self.folder / FACTS, LARGEST_FACTS)
        except OSError:
            return None

    def damage(self) -> tuple[str, ...]:
        """`problems`, and those found when all files are read: what an export leaves out."""
        # Imported here because a list of runs needs no arrays.
        from dgviz.runs.inspection import parts

        return tuple(problem for part in parts(self) for problem in part.problems)

    def relabel(self, *, name: str | None = None, tags: Iterable[str] | None = None) -> None:
        """Change the user's name or tags, on the disk and in this record.

        Raises:
            RunsError: they are invalid, or cannot be written.
        """
        label = checked_label(
            self.name if name is None else name, self.tags if tags is None else tags
        )
        try:
            write_json(self.folder / LABEL, label)
        except OSError as problem:
            raise RunsError(f"The name could not be saved: {problem.strerror}.") from problem
        self.name, self.tags = label["name"], tuple(label["tags"])

    @cached_property
    def _knob_entries(self) -> list[dict[str, Any]]:
        return read_knob_entries(self.folder / METRICS)

    @cached_property
    def _changes(self) -> list[dict[str, Any]]:
        return [entry for entry in self._knob_entries if entry["from"] != entry["to"]]

    def _phase(self) -> tuple[str, str]:
        # The lock is checked only where needed: nearly all cards say how the run ended.
        if self.card is not None and self.end_is_recorded:
            return self.card.phase, self.card.reason
        if is_locked(self.folder / LOCK):
            return "running", ""
        if self.card is None:
            return "interrupted", ""
        lost = "Its training process ended without giving a reason."
        return "interrupted", f"{lost} {self.onward}".rstrip()

    def _read_settings(self) -> Settings | None:
        try:
            return Settings.from_stored(read_object(self.folder / SETTINGS))
        except (Unreadable, SettingsError) as problem:
            self.broken[SETTINGS] = f"{SETTINGS} cannot be used: {problem}"
            return None

    def _read_card(self) -> tuple[Card | None, tuple[str, ...]]:
        try:
            return card_of(read_json(self.folder / CARD), CARD)
        except Unreadable as problem:
            self.broken[CARD] = f"{CARD} cannot be used: {problem}"
            return None, ()

    def _read_label(self) -> tuple[str, tuple[str, ...]]:
        try:
            label = read_object(self.folder / LABEL)
            checked = checked_label(label.get("name", ""), label.get("tags", []))
        except Missing:
            return "", ()
        except (Unreadable, RunsError) as problem:
            self.broken[LABEL] = f"{LABEL} cannot be used: {problem}"
            return "", ()
        return checked["name"], tuple(checked["tags"])


def title_of(settings: Settings, known: Mapping[str, Course] | None = None) -> str:
    """The title of a run without a name: its preset, every knob that differs from it, its seed."""
    return f"{title_without_seed(settings, known)}, seed {settings.seed}"


def title_without_seed(settings: Settings, known: Mapping[str, Course] | None = None) -> str:
    """The preset of a run, and every knob that differs from it.

    Args:
        known: the courses of its knobs; without them the settings at the start are used.
    """
    preset = _preset(settings.preset, settings.method)
    parts = [settings.preset]
    if settings.method != Settings.method:
        parts = [settings.spec.title, settings.preset]
    for name, course in (known or courses(settings)).items():
        if name in _NOT_IN_TITLE:
            continue
        if course.moves or course.start != preset[name]:
            parts.append(f"{course.knob.short_name} {course.short_text}")
    return ", ".join(parts)


def _known(figures: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if value is not None}


@cache
def _preset(name: str, method: str) -> Settings:
    return Settings.from_preset(name, method=method)
