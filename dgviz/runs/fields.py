"""The fields of a JSON file, whoever wrote it: what does not fit is left out, field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dgviz.runs.checks import LONGEST_NAME, Check, Unfit, Value, a_list, an_object, field_name

_MOST_TOLD = 8


class Fields:
    """Reads the fields of one file, and keeps a sentence for each that is left out.

    A field that is null or absent is not known, which is no fault.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._told: list[str] = []
        self._untold = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """What was left out, a sentence each; many are counted in the last one."""
        if not self._untold:
            return tuple(self._told)
        more = f"{self._file}: {self._untold:,} more fields are not accepted, and are left out."
        return (*self._told, more)

    def one(
        self,
        content: Mapping[str, Any],
        name: str,
        check: Check[Value],
        default: Value,
        at: str = "",
    ) -> Value:
        """The field of this name.

        Args:
            default: where it is not known, or does not fit.
            at: the path in the file to what `content` holds, "" or with a point at its end.
        """
        return self.value(content.get(name), check, default, at + name)

    def inner(self, content: Mapping[str, Any], name: str, at: str = "") -> dict[str, Any]:
        """The field of this name, an object; without entries where it is not known."""
        nothing: dict[str, Any] = {}
        return self.one(content, name, an_object, nothing, at)

    def value(self, given: object, check: Check[Value], default: Value, place: str) -> Value:
        """The same for a value at a place in the file."""
        if given is None:
            return default
        try:
            return check(given)
        except Unfit as unfit:
            self.tell(place, f"{unfit}, and is left out")
            return default

    def items(
        self, content: Mapping[str, Any], name: str, check: Check[Value], most: int
    ) -> list[tuple[str, Value]]:
        """The items of a list that pass, each after its place in the file.

        Args:
            most: items that are read: of a longer list the last ones.
        """
        given: list[Any] = self.one(content, name, a_list, [])
        first = max(0, len(given) - most)
        if first:
            self.tell(
                name, f"has more than {most:,} entries, and only the newest {most:,} are used"
            )
        taken = []
        for number, value in enumerate(given[first:], start=first):
            place = f"{name}.{number}"
            try:
                taken.append((place, check(value)))
            except Unfit as unfit:
                self.tell(place, f"{unfit}, and is left out")
        return taken

    def entries(
        self,
        given: Mapping[str, Any],
        check_of: Callable[[str], Check[Value]],
        most: int,
        at: str = "",
    ) -> dict[str, Value | None]:
        """The entries of an object that has names of its own; null stays null.

        Args:
            check_of: the check for an entry of this name.
            most: entries that are taken, the first ones.
            at: as in `one`.
        """
        taken: dict[str, Value | None] = {}
        for name, value in given.items():
            if len(taken) == most:
                noun = "entries" if at else "fields of another version"
                what = f"has more than {most} {noun}, and the others are left out"
                self.tell(at.removesuffix("."), what)
                break
            try:
                taken[field_name(name)] = None if value is None else check_of(name)(value)
            except Unfit as unfit:
                self.tell(at + name, f"{unfit}, and is left out")
        return taken

    def tell(self, place: str, what: str) -> None:
        """Keep a sentence on what is left out.

        Args:
            place: in the file; "" for the file as a whole.
            what: the rest of the sentence.
        """
        if len(self._told) == _MOST_TOLD:
            self._untold += 1
            return
        shown = repr(place if len(place) <= LONGEST_NAME else f"{place[:LONGEST_NAME]}…")
        self._told.append(f"{self._file}: {shown} {what}." if place else f"{self._file} {what}.")
