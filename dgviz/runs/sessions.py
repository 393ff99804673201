"""The list of training sessions of a run: the newest in full, a summary of the others."""

from __future__ import annotations

from collections.abc import Sequence

from dgviz.formatting import duration
from dgviz.runs.card import Session

_MAX_LISTED = 10


def newest(sessions: Sequence[Session]) -> list[tuple[int, Session]]:
    """The newest sessions with their numbers, counted from 1, in order."""
    return list(enumerate(sessions, start=1))[-_MAX_LISTED:]


def earlier_text(sessions: Sequence[Session]) -> str:
    """A summary of the others: "990 earlier sessions, 16 min 30 s together"; "" for none."""
    earlier = sessions[:-_MAX_LISTED]
    if not earlier:
        return ""
    noun = "1 earlier session" if len(earlier) == 1 else f"{len(earlier):,} earlier sessions"
    return f"{noun}, {duration(sum(session.seconds for session in earlier))} together"
