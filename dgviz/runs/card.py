"""The card of a run: its progress, how it ended, and on what machine. See docs/runs.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

UNFINISHED = ("stopped", "failed", "interrupted")
"""The phases of a run that has ended and can be resumed."""

ENDED = ("finished", *UNFINISHED)
PHASES = ("running", *ENDED)
"""The phases that a card can have. A killed run is recognised by its lock."""

MOST_SESSIONS = 1000
MOST_MOVES = 2000
MOST_EXTENSIONS = 1000
LONGEST_REASON = 2000

Extension = tuple[int, int]
"""The step from which a finished run was trained further, and the epochs that it had before."""

Move = tuple[int, str, float]
"""The number of steps after which a knob is set, its name, and the new value."""

SystemInfo = Mapping[str, str | float | None]
"""Properties of a machine or of its software, by name; None where one is not known."""


@dataclass(frozen=True)
class Git:
    """The commit that trained, and whether files differed from it; None if not known."""

    commit: str
    dirty: bool | None = None


@dataclass(frozen=True)
class Session:
    """One process that trained the run, from its start to its end.

    Attributes:
        started, ended: in UTC, by the clock of the machine; `ended` is None during the session
            and after a kill.
        seconds: training time.
        from_step: the step at which it began.
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
    """The card of a run; every field is within its bounds.

    Attributes:
        phase: "running", "finished", "stopped", "failed" or "interrupted", as last written.
        created: in UTC, by the clock of the machine.
        figures: None where not known.
        planned: knob moves after the checkpoint, which a resume repeats.
        extended: how it was trained further, in order; empty for most runs.
        unknown: fields that a later version of dgviz added, unchanged.
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
    extended: tuple[Extension, ...] = ()
    sessions: tuple[Session, ...] = ()
    unknown: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The content of the file, as values that JSON can represent."""
        written = asdict(self, dict_factory=_jsonable)
        return written | written.pop("unknown")


def _jsonable(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value
        for name, value in pairs
    }
