"""What a field of a JSON file may hold: each check takes a JSON value, or says what it must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

Value = TypeVar("Value")
Check = Callable[[object], Value]
"""Returns what a JSON value stands for, or raises `Unfit`."""

MOST_COUNTED = 2**53 - 1
"""Whole numbers up to here are exact in every reader, the browser included."""

LARGEST_LOSS = 1e39
"""Training computes in 32 bits, whose largest number is smaller than this."""

_LONG_NUMBERS = {MOST_COUNTED: "2^53 − 1", LARGEST_LOSS: "10^39"}
"""In words."""

LONGEST_NAME = 60
"""Characters of a field that a file names itself."""

_LARGEST = 1e300
_LONGEST_DATE = 40
_NO_DATE = "must be a date in the years 1970 to 2999"
_DEEPEST = 8


class Unfit(ValueError):
    """A value that does not pass its check; the message says what it must be, within a sentence.

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


def number(least: float, most: float) -> Check[float]:
    """A number within these bounds; NaN is not."""

    def check(value: object) -> float:
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and least <= value <= most
        ):
            return value
        raise Unfit(f"must be a number from {least:g} to {_LONG_NUMBERS.get(most, f'{most:g}')}")

    return check


def whole(value: object) -> int:
    """A count."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COUNTED:
        raise Unfit(f"must be a whole number from 0 to {_LONG_NUMBERS[MOST_COUNTED]}")
    return value


share = number(0, 1)
counted = number(0, MOST_COUNTED)
loss = number(0, LARGEST_LOSS)

TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the reading order of all that follows: "gnp.exe" is shown as "exe.png".

Those that Arabic and Hebrew need (U+200E, U+200F, U+061C) act on their own place only: accepted.
"""


def text(longest: int) -> Check[str]:
    """Text that can be shown: half a surrogate pair cannot be encoded."""

    def check(value: object) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise Unfit(f"must be text of at most {longest:,} characters")
        if not _is_encodable(value):
            raise Unfit("must hold whole characters only")
        if TURNS_DIRECTION.search(value):
            raise Unfit("must hold no mark that changes the direction of the text around it")
        return value

    return check


field_name = text(LONGEST_NAME)


def matching(pattern: re.Pattern[str], words: str) -> Check[str]:
    """Text that matches a pattern as a whole; `words` say what that is: "must be …"."""

    def check(value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Unfit(words)
        return value

    return check


def date(value: object) -> datetime:
    """A date and time in UTC."""
    try:
        time = datetime.fromisoformat(text(_LONGEST_DATE)(value))
        return _in_calendar(time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Unfit(_NO_DATE) from None


def date_at(seconds: float) -> datetime:
    """The time in UTC so many seconds after the year 1970 began, as files are dated.

    Raises:
        Unfit: it is no date that `date` takes.
    """
    try:
        return _in_calendar(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        raise Unfit(_NO_DATE) from None


def _in_calendar(time: datetime) -> datetime:
    """The ends of the calendar are left out: some time zones do not have them."""
    if not 1970 <= time.year < 3000:
        raise Unfit(_NO_DATE)
    return time


def anything(value: object) -> Any:
    """What a later dgviz may have written: kept, and not understood."""
    if not _is_plain(value, _DEEPEST):
        raise Unfit("must hold finite numbers and text that can be shown")
    return value


def one_of(names: Collection[str]) -> Check[str]:
    """One of a few names."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in names:
            raise Unfit(f"must be one of {', '.join(names)}")
        return value

    return check


def or_null(check: Check[Value]) -> Check[Value | None]:
    """The same, or null where it is not known."""
    return lambda value: None if value is None else check(value)


def list_of(check: Check[Value], most: int) -> Check[tuple[Value, ...]]:
    """A list of at most so many values that all pass."""

    def checked(value: object) -> tuple[Value, ...]:
        items = a_list(value)
        if len(items) > most:
            raise Unfit(f"must have at most {most:,} entries")
        return tuple(map(check, items))

    return checked


def map_of(check: Check[Value], most: int) -> Check[dict[str, Value]]:
    """An object of at most so many fields, of names of its own, that all pass."""

    def checked(value: object) -> dict[str, Value]:
        given = an_object(value)
        if len(given) > most:
            raise Unfit(f"must have at most {most:,} entries")
        return {field_name(name): check(inner) for name, inner in given.items()}

    return checked


def object_of(fields: Mapping[str, Check[Any]]) -> Check[dict[str, Any]]:
    """An object whose fields of these names all pass; others are left out.

    A field that is absent is checked as null is.
    """

    def checked(value: object) -> dict[str, Any]:
        given, taken = an_object(value), {}
        for name, check in fields.items():
            try:
                taken[name] = check(given.get(name))
            except Unfit as unfit:
                raise Unfit(f"must have {name!r}, which {unfit}") from unfit
        return taken

    return checked


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
