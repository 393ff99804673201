"""A run's card: how far it came, how it ended, and on what machine. See docs/runs.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

UNFINISHED = ("stopped", "failed", "interrupted")
"""The phases of a run that has ended and can be resumed."""

ENDED = ("finished", *UNFINISHED)
PHASES = ("running", *ENDED)
"""Those that are written: of a run that is killed the lock tells."""

MOST_SESSIONS = 1000
MOST_MOVES = 2000
LONGEST_REASON = 2000

Move = tuple[int, str, float]
"""After how many steps which knob is set to what."""

SystemInfo = Mapping[str, str | float | None]
"""What is known of a machine or of its software, by name."""


@dataclass(frozen=True)
class Git:
    """The commit that trained, and whether files differed from it; None where that is not known."""

    commit: str
    dirty: bool | None = None


@dataclass(frozen=True)
class Session:
    """One process that trained the run, from its start to its end.

    Attributes:
        started, ended: in UTC, by the clock of the machine; `ended` is None while it lasts, and
            after a kill.
        seconds: spent in training.
        from_step: the step that it went on from.
    """

    started: datetime | None = None
    ended: datetime | None = None
    seconds: float = 0.0
    from_step: int | None = None
    hardware: SystemInfo = field(default_factory=dict)
    versions: SystemInfo = field(default_factory=dict)
    git: Git | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """A run's card, whose every field is within its bounds.

    Attributes:
        phase: "running", "finished", "stopped", "failed" or "interrupted", as it was written.
        created: in UTC, by the clock of the machine.
        figures: None where not known.
        planned: changes of settings after the checkpoint, to be made again.
        foreign: fields that a later dgviz has added, kept as they were.
    """

    format: int = 1
    id: str | None = None
    parent: str | None = None
    created: datetime | None = None
    phase: str
    reason: str = ""
    step: int = 0
    epoch: float = 0.0
    steps_per_epoch: int = 0
    epochs: int = 0
    figures: Mapping[str, float | None] = field(default_factory=dict)
    planned: tuple[Move, ...] = ()
    sessions: tuple[Session, ...] = ()
    foreign: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """JSON-able, and as it is written."""
        written = asdict(self, dict_factory=_jsonable)
        return written | written.pop("foreign")


def _jsonable(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value
        for name, value in pairs
    }
