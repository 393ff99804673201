"""One run as the disk tells it. What is broken in it is named and costs nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from dgviz.runs.card import ENDED, UNFINISHED, Card, Move, Session
from dgviz.runs.card_fields import card_of
from dgviz.runs.checks import Unfit, date_at
from dgviz.runs.contents import Missing, RunsError, Unreadable, read_json, read_object
from dgviz.runs.courses import Course, courses
from dgviz.runs.files import folder_bytes, read_file, write_json
from dgviz.runs.labels import checked_label
from dgviz.runs.layout import CARD, FACTS, LABEL, LARGEST_FACTS, LOCK, METRICS, SETTINGS, SNAPSHOTS
from dgviz.runs.locks import is_locked
from dgviz.runs.log import read_knob_entries, read_log
from dgviz.runs.moves import ahead, moves
from dgviz.runs.snapshots import Snapshots
from dgviz.settings import Settings, SettingsError

_DIGITS_IN_TITLE = 4
_NOT_IN_TITLE = ("preset", "method", "seed", "device", "threads")


class Record:
    """A run folder, read once; make a new one to see what has changed since.

    Attributes:
        settings: as the run started with; None when they cannot be read.
        card: None when it cannot be read.
        name, tags: the user's own.
        phase: "running" while a process trains it, "interrupted" when that process died, or as the
            run ended.
        broken: a sentence by file for the settings, the card and the label, where they cannot be
            used.
        left_out: a sentence for each field of the card that does not fit.
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
        """A sentence for each part that is seen at once to be broken."""
        return (*self.broken.values(), *self.left_out)

    @property
    def title(self) -> str:
        """The user's name for it, or what its knobs differ in from their preset.

        Runs with equal knobs are told apart by the first digits of their ids, which the command
        line takes for a run as well. They come first: a narrow place cuts off the end.
        """
        if self.name or self.settings is None:
            return self.name or f"run {self.id}"
        return f"{self.id[:_DIGITS_IN_TITLE]} · {title_of(self.settings, self.courses)}"

    @cached_property
    def courses(self) -> dict[str, Course]:
        """How each knob that the method reads stood, by name; empty without settings."""
        return courses(self.settings, self.changes())

    @property
    def created(self) -> datetime:
        """When it began, by the clock of then; never raises."""
        if self.card and self.card.created:
            return self.card.created
        with contextlib.suppress(Unfit, OSError):
            return date_at(self.folder.stat().st_mtime)
        return date_at(0)

    @property
    def parent(self) -> str | None:
        return self.card.parent if self.card else None

    @property
    def step(self) -> int:
        return self.card.step if self.card else 0

    @property
    def epoch(self) -> float:
        return float(self.card.epoch) if self.card else 0.0

    @property
    def epochs(self) -> int:
        if self.settings:
            return self.settings.epochs
        return self.card.epochs if self.card else 0

    @property
    def steps_per_epoch(self) -> int:
        """0 until it is known."""
        return self.card.steps_per_epoch if self.card else 0

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Every process that trained it, in order."""
        return self.card.sessions if self.card else ()

    @property
    def seconds(self) -> float:
        """Spent in training, over all its sessions."""
        return sum(session.seconds for session in self.sessions)

    @property
    def figures(self) -> dict[str, float]:
        """The newest ones, by name; those that are not known are left out."""
        figures = self.card.figures if self.card else {}
        return {name: value for name, value in figures.items() if value is not None}

    @property
    def settled(self) -> bool:
        """Whether its files alone tell its phase, and not also whether its trainer lives."""
        return self.card is not None and self.card.phase in ENDED

    def lives_as_read(self) -> bool:
        """Whether a process trains it if one did when it was read; its files do not tell that."""
        return self.settled or is_locked(self.folder / LOCK) == (self.phase == "running")

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def resumable(self) -> bool:
        """Whether there is something left to train and nobody trains it."""
        unfinished = self.phase in UNFINISHED
        return unfinished and self.settings is not None and self.card is not None

    @cached_property
    def disk_bytes(self) -> int:
        """The size of all its files."""
        return folder_bytes(self.folder)

    def log(self) -> list[dict[str, Any]]:
        """The log's entries of every kind, in order; damaged lines are left out."""
        return _log_of(self)

    def events(self) -> list[dict[str, Any]]:
        """What the method did to the network, in order: the log's entries of kind "event"."""
        return [entry for entry in self.log() if entry["kind"] == "event"]

    def changes(self) -> list[dict[str, Any]]:
        """The log's knob entries by which a value changed, in order.

        An entry whose `from` equals its `to` calls off a planned move, and changes nothing.
        """
        return self._changes

    @property
    def planned(self) -> list[Move]:
        """The moves that the run, resumed, has yet to make again: step, knob and value."""
        # One that is under way goes on from where it is, and another one from its checkpoint.
        of = ahead if self.phase == "running" else moves
        return [move for move in of(self.card, self._knob_entries) if move[0] >= self.step]

    def snapshots(self) -> Snapshots:
        return Snapshots(self.folder / SNAPSHOTS)

    def facts(self) -> bytes | None:
        """The blob of what is known of the data, or None."""
        try:
            return read_file(self.folder / FACTS, LARGEST_FACTS)
        except OSError:
            return None

    def damage(self) -> tuple[str, ...]:
        """`problems`, and what only shows when everything is read: what an export leaves out."""
        # Not at the top: a list of runs needs no arrays.
        from dgviz.runs.inspection import parts

        return tuple(problem for part in parts(self) for problem in part.problems)

    def relabel(self, *, name: str | None = None, tags: Iterable[str] | None = None) -> None:
        """Change the user's name or tags, on the disk and here.

        Raises:
            RunsError: they are not accepted, or cannot be written.
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
        # Asked only where it decides: of a thousand runs nearly all say how they ended.
        if self.card is not None and self.settled:
            return self.card.phase, self.card.reason
        if is_locked(self.folder / LOCK):
            return "running", ""
        lost = "Its training process ended without giving a reason."
        return "interrupted", lost if self.card else ""

    def _read_settings(self) -> Settings | None:
        try:
            return Settings.from_dict(read_object(self.folder / SETTINGS))
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
    """What a run without a name is called: its preset, and every knob that differs from it.

    Args:
        known: the courses of its knobs; without them it is called by what it begins with.
    """
    preset = _preset(settings.preset, settings.method)
    told = [settings.preset]
    if settings.method != Settings.method:
        told = [settings.spec.title, settings.preset]
    for name, course in (known or courses(settings)).items():
        if name in _NOT_IN_TITLE:
            continue
        if course.moves or course.start != preset[name]:
            told.append(f"{course.knob.short_name} {course.short}")
    return ", ".join([*told, f"seed {settings.seed}"])


@lru_cache(maxsize=8)
def _log_of(record: Record) -> list[dict[str, Any]]:
    """The newest few are kept: in memory a log takes ten times the room of its file."""
    return read_log(record.folder / METRICS)


@cache
def _preset(name: str, method: str) -> Settings:
    return Settings.from_preset(name, method=method)
