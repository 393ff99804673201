"""Which training sessions of a run are told one by one, and what is said of those before them."""

from __future__ import annotations

from collections.abc import Sequence

from dgviz.formatting import duration
from dgviz.runs.card import Session

_MOST_TOLD = 10


def newest(sessions: Sequence[Session]) -> list[tuple[int, Session]]:
    """The newest few with their numbers, from 1, in order."""
    return list(enumerate(sessions, start=1))[-_MOST_TOLD:]


def earlier_text(sessions: Sequence[Session]) -> str:
    """The others: "990 earlier sessions, 16 min 30 s together"; "" for none."""
    earlier = sessions[:-_MOST_TOLD]
    if not earlier:
        return ""
    noun = "1 earlier session" if len(earlier) == 1 else f"{len(earlier):,} earlier sessions"
    return f"{noun}, {duration(sum(session.seconds for session in earlier))} together"
