"""Read the fields of an untrusted JSON file: each invalid field is left out on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dgviz.runs.checks import (
    LONGEST_NAME,
    Check,
    InvalidValue,
    Value,
    a_list,
    an_object,
    field_name,
)

_MAX_LISTED = 8


class Fields:
    """Reads the fields of one file and collects a sentence for each field that is left out.

    A field that is null or absent counts as not known; that is not a problem.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._sentences: list[str] = []
        self._unlisted = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each field that was left out; the last one counts the unlisted ones."""
        if not self._unlisted:
            return tuple(self._sentences)
        more = f"{self._file}: {self._unlisted:,} more fields are not accepted, and are left out."
        return (*self._sentences, more)

    def get(
        self,
        content: Mapping[str, Any],
        name: str,
        check: Check[Value],
        default: Value,
        at: str = "",
    ) -> Value:
        """The field with this name.

        Args:
            default: the result where the field is not known or invalid.
            at: the path of `content` in the file, "" or with a dot at its end.
        """
        return self.value(content.get(name), check, default, at + name)

    def inner(self, content: Mapping[str, Any], name: str, at: str = "") -> dict[str, Any]:
        """The field with this name, an object; {} where it is not known or invalid."""
        nothing: dict[str, Any] = {}
        return self.get(content, name, an_object, nothing, at)

    def value(self, given: object, check: Check[Value], default: Value, place: str) -> Value:
        """The value `given` at a path in the file, or `default`, as in `get`."""
        if given is None:
            return default
        try:
            return check(given)
        except InvalidValue as problem:
            self.report(place, f"{problem}, and is left out")
            return default

    def items(
        self, content: Mapping[str, Any], name: str, check: Check[Value], most: int
    ) -> list[tuple[str, Value]]:
        """The valid items of a list, each as (path in the file, value).

        Args:
            most: the number of items that are read, the last ones.
        """
        given: list[Any] = self.get(content, name, a_list, [])
        first = max(0, len(given) - most)
        if first:
            self.report(
                name, f"has more than {most:,} entries, and only the newest {most:,} are used"
            )
        taken = []
        for number, value in enumerate(given[first:], start=first):
            place = f"{name}.{number}"
            try:
                taken.append((place, check(value)))
            except InvalidValue as problem:
                self.report(place, f"{problem}, and is left out")
        return taken

    def entries(
        self,
        given: Mapping[str, Any],
        check_of: Callable[[str], Check[Value]],
        most: int,
        at: str = "",
    ) -> dict[str, Value | None]:
        """The valid entries of an object with arbitrary names; null stays null.

        Args:
            check_of: returns the check for a name.
            most: the number of entries that are used, the first ones.
            at: as in `get`.
        """
        taken: dict[str, Value | None] = {}
        for name, value in given.items():
            if len(taken) == most:
                noun = "entries" if at else "fields of another version"
                what = f"has more than {most} {noun}, and the others are left out"
                self.report(at.removesuffix("."), what)
                break
            try:
                taken[field_name(name)] = None if value is None else check_of(name)(value)
            except InvalidValue as problem:
                self.report(at + name, f"{problem}, and is left out")
        return taken

    def report(self, place: str, what: str) -> None:
        """Add a sentence about something that is left out.

        Args:
            place: the path in the file; "" for the file as a whole.
            what: the rest of the sentence.
        """
        if len(self._sentences) == _MAX_LISTED:
            self._unlisted += 1
            return
        shown = repr(place if len(place) <= LONGEST_NAME else f"{place[:LONGEST_NAME]}…")
        self._sentences.append(
            f"{self._file}: {shown} {what}." if place else f"{self._file} {what}."
        )
