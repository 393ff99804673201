"""Events: changes that a method made to the network. The server imports this too: no torch."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = re.compile(r"[a-z][a-z -]{0,39}")
TEXT = re.compile(r"[^<>&\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,200}")
"""One line, without mark-up and without characters that change the direction of text."""

MOST_LOGGED = 5000
"""Events of one run; a log has room for these and for all log points that the settings allow."""


@dataclass(frozen=True)
class Event:
    """A change that is logged, and marked on the curves and in the replay.

    Attributes:
        name: the kind of event, such as "pruned", by which marks are grouped; it matches `NAME`.
        text: a short sentence with figures; it matches `TEXT`.

    Raises:
        ValueError: the name or the text does not match.
    """

    name: str
    text: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or not TEXT.fullmatch(self.text):
            raise ValueError(f"{self!r} cannot be logged: see NAME and TEXT in {__name__}.")


LAST_LOGGED = Event("log full", "further events are not logged")
"""Takes the place of the last event that a log has room for."""
