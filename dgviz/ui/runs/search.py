"""The runs that match a search and a set of filters."""

from __future__ import annotations

from collections.abc import Iterable

from dgviz.runs.record import Record
from dgviz.runs.search import matches, status_of
from dgviz.ui.runs.state import FILTERS, View


def found(records: Iterable[Record], view: View) -> list[Record]:
    """The records that match the search and every filter, in their order."""
    return [
        record
        for record in records
        if all(_passes(view, name, record) for name in FILTERS) and matches(view.search, record)
    ]


def values_of(name: str, record: Record) -> tuple[str, ...]:
    """The values that a filter finds in a record."""
    if name == "status":
        return (status_of(record),)
    if name == "tag":
        return record.tags
    return (record.settings[name],) if record.settings else ()


def _passes(view: View, name: str, record: Record) -> bool:
    wanted = view.filtered(name)
    return not wanted or not set(wanted).isdisjoint(values_of(name, record))
