"""What a field of a JSON file may hold: each kind takes a JSON value, or says what it must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

Value = TypeVar("Value")
Kind = Callable[[object], Value]
"""Returns what a JSON value stands for, or raises `Unfit`."""

MOST_COUNTED = 2**53 - 1
"""Whole numbers up to here are exact in every reader, the browser included."""

LARGEST_LOSS = 1e39
"""Training computes in 32 bits, whose largest number is smaller than this."""

_LARGEST = 1e300
_LONGEST_DATE = 40
_DEEPEST = 8


class Unfit(ValueError):
    """A value that is not of its kind; the message says what it must be, and continues a sentence.

    "must be a whole number"
    """


def an_object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit("must be an object")
    return value


def a_list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise Unfit("must be a list")
    return value


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unfit("must be true or false")
    return value


def number(least: float, most: float) -> Kind[float]:
    """A number within these bounds; NaN is not."""

    def kind(value: object) -> float:
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and least <= value <= most
        ):
            return value
        raise Unfit(f"must be a number from {least:g} to {most:g}")

    return kind


def whole(value: object) -> int:
    """A count."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COUNTED:
        raise Unfit("must be a whole number from 0 to 2^53 − 1")
    return value


share = number(0, 1)
counted = number(0, MOST_COUNTED)
loss = number(0, LARGEST_LOSS)


def text(longest: int) -> Kind[str]:
    """Text that can be shown: half a surrogate pair cannot be encoded."""

    def kind(value: object) -> str:
        if not isinstance(value, str) or len(value) > longest or not _is_encodable(value):
            raise Unfit(f"must be text of at most {longest:,} characters")
        return value

    return kind


def matching(pattern: re.Pattern[str], words: str) -> Kind[str]:
    """Text that matches a pattern as a whole; `words` say what that is: "must be …"."""

    def kind(value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Unfit(words)
        return value

    return kind


def date(value: object) -> datetime:
    """A moment in UTC. The ends of the calendar are left out: some time zones do not have them."""
    try:
        moment = datetime.fromisoformat(text(_LONGEST_DATE)(value))
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if 1970 <= moment.year < 3000:
            return moment
    except (ValueError, OverflowError):
        pass
    raise Unfit("must be a date in the years 1970 to 2999")


def anything(value: object) -> Any:
    """What a later dgviz may have written: kept, and not understood."""
    if not _is_plain(value, _DEEPEST):
        raise Unfit("must hold finite numbers and text that can be shown")
    return value


def scalar(value: object) -> Any:
    """The same, for one number, text, truth value or null."""
    if not _is_plain(value, 0):
        raise Unfit("must be a finite number or text that can be shown")
    return value


def _is_plain(value: object, deepest: int) -> bool:
    if isinstance(value, dict | list):
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        return deepest > 0 and all(_is_plain(one, deepest - 1) for one in inner)
    if isinstance(value, str):
        return _is_encodable(value)
    # False for NaN as well. A whole number may be larger than any float.
    return not isinstance(value, int | float) or abs(value) < _LARGEST


def _is_encodable(value: str) -> bool:
    return value.encode("utf-8", "replace").decode() == value
