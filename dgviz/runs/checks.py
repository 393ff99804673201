"""Checks for the fields of JSON files: each returns a valid value or raises `InvalidValue`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

Value = TypeVar("Value")
Check = Callable[[object], Value]
"""Returns the value that a JSON value represents, or raises `InvalidValue`."""

LARGEST_EXACT = 2**53 - 1
"""Whole numbers up to this one are exact in every reader, including the browser."""

LARGEST_LOSS = 1e39
"""Training uses float32, whose largest number is smaller."""

_LONG_NUMBERS = {LARGEST_EXACT: "2^53 − 1", LARGEST_LOSS: "10^39"}

LONGEST_NAME = 60
"""Characters of the name of a field whose name is not fixed."""

_LARGEST = 1e300
_LONGEST_DATE = 40
_NO_DATE = "must be a date in the years 1970 to 2999"
_DEEPEST = 8


class InvalidValue(ValueError):
    """A value that does not pass its check.

    The message is the end of a sentence: "must be a whole number".
    """


def an_object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidValue("must be an object")
    return value


def a_list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidValue("must be a list")
    return value


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue("must be true or false")
    return value


def number(least: float, most: float) -> Check[float]:
    """Check for a number within these bounds, which excludes NaN."""

    def check(value: object) -> float:
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and least <= value <= most
        ):
            return value
        raise InvalidValue(
            f"must be a number from {least:g} to {_LONG_NUMBERS.get(most, f'{most:g}')}"
        )

    return check


def whole(value: object) -> int:
    """Check for a count."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_EXACT:
        raise InvalidValue(f"must be a whole number from 0 to {_LONG_NUMBERS[LARGEST_EXACT]}")
    return value


share = number(0, 1)
counted = number(0, LARGEST_EXACT)
loss = number(0, LARGEST_LOSS)

TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that change the direction of all text after them: "gnp.exe" is shown as "exe.png".

The marks that Arabic and Hebrew need (U+200E, U+200F, U+061C) act only locally and are accepted.
"""


def text(longest: int) -> Check[str]:
    """Check for text that can be shown; half a surrogate pair cannot be encoded."""

    def check(value: object) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise InvalidValue(f"must be text of at most {longest:,} characters")
        if not _is_encodable(value):
            raise InvalidValue("must hold whole characters only")
        if TURNS_DIRECTION.search(value):
            raise InvalidValue("must hold no mark that changes the direction of the text around it")
        return value

    return check


field_name = text(LONGEST_NAME)


def matching(pattern: re.Pattern[str], requirement: str) -> Check[str]:
    """Check for text that matches the whole pattern; `requirement` is the message: "must be …"."""

    def check(value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise InvalidValue(requirement)
        return value

    return check


def date(value: object) -> datetime:
    """Check for a date and time, which is converted to UTC."""
    try:
        time = datetime.fromisoformat(text(_LONGEST_DATE)(value))
        return _in_calendar(time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise InvalidValue(_NO_DATE) from None


def date_at(seconds: float) -> datetime:
    """The time in UTC for a time stamp of a file, in seconds since 1970.

    Raises:
        InvalidValue: `date` would not accept this time.
    """
    try:
        return _in_calendar(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        raise InvalidValue(_NO_DATE) from None


def _in_calendar(time: datetime) -> datetime:
    """Refuse the ends of the calendar, which cannot be converted to every time zone."""
    if not 1970 <= time.year < 3000:
        raise InvalidValue(_NO_DATE)
    return time


def anything(value: object) -> Any:
    """Check for any JSON value, which a later version of dgviz may have written."""
    if not _is_plain(value, _DEEPEST):
        raise InvalidValue("must hold finite numbers and text that can be shown")
    return value


def one_of(names: Collection[str]) -> Check[str]:
    """Check for one of these names."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in names:
            raise InvalidValue(f"must be one of {', '.join(names)}")
        return value

    return check


def or_null(check: Check[Value]) -> Check[Value | None]:
    """The same check, which also accepts null."""
    return lambda value: None if value is None else check(value)


def list_of(check: Check[Value], most: int) -> Check[tuple[Value, ...]]:
    """Check for a list of at most `most` values that all pass."""

    def checked(value: object) -> tuple[Value, ...]:
        items = a_list(value)
        if len(items) > most:
            raise InvalidValue(f"must have at most {most:,} entries")
        return tuple(map(check, items))

    return checked


def map_of(check: Check[Value], most: int) -> Check[dict[str, Value]]:
    """Check for an object of at most `most` fields with arbitrary names, whose values all pass."""

    def checked(value: object) -> dict[str, Value]:
        given = an_object(value)
        if len(given) > most:
            raise InvalidValue(f"must have at most {most:,} entries")
        return {field_name(name): check(inner) for name, inner in given.items()}

    return checked


def object_of(fields: Mapping[str, Check[Any]]) -> Check[dict[str, Any]]:
    """Check for an object whose fields with these names all pass; other fields are left out.

    An absent field is checked as null.
    """

    def checked(value: object) -> dict[str, Any]:
        given, taken = an_object(value), {}
        for name, check in fields.items():
            try:
                taken[name] = check(given.get(name))
            except InvalidValue as problem:
                raise InvalidValue(f"must have {name!r}, which {problem}") from problem
        return taken

    return checked


def _is_plain(value: object, deepest: int) -> bool:
    if isinstance(value, dict | list):
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        return deepest > 0 and all(_is_plain(one, deepest - 1) for one in inner)
    if isinstance(value, str):
        return _is_encodable(value)
    # NaN fails this comparison too. A whole number may be larger than any float.
    return not isinstance(value, int | float) or abs(value) < _LARGEST


def _is_encodable(value: str) -> bool:
    return value.encode("utf-8", "replace").decode() == value
