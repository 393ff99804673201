"""What a method did to the network after a step. The server reads it too: no torch here."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = re.compile(r"[a-z][a-z -]{0,39}")
TEXT = re.compile(r"[^<>&\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,200}")
"""One line, without what charts take for mark-up and marks that change the direction of text."""

MOST_LOGGED = 5000
"""Of one run; a log has room for these and for every log point that the settings allow."""


@dataclass(frozen=True)
class Event:
    """Something to be logged, and marked on the curves and in the replay.

    Attributes:
        name: of its kind, by which marks are grouped; it matches `NAME`: "pruned".
        text: a short sentence with figures; it matches `TEXT`.

    Raises:
        ValueError: one of them does not match.
    """

    name: str
    text: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or not TEXT.fullmatch(self.text):
            raise ValueError(f"{self!r} cannot be logged: see NAME and TEXT in {__name__}.")
