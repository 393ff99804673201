"""Which runs a search and a set of filters mean."""

from __future__ import annotations

from collections.abc import Iterable

from dgviz.runs.record import Record
from dgviz.runs.search import matches, status_of
from dgviz.ui.runs.state import FILTERS, View


def found(records: Iterable[Record], view: View) -> list[Record]:
    """The records that the search and every filter let through, in their order."""
    return [
        record
        for record in records
        if all(_lets_through(view, name, record) for name in FILTERS)
        and matches(view.search, record)
    ]


def values_of(name: str, record: Record) -> tuple[str, ...]:
    """What a record has to say to a filter."""
    if name == "status":
        return (status_of(record),)
    if name == "tag":
        return record.tags
    return (record.settings[name],) if record.settings else ()


def _lets_through(view: View, name: str, record: Record) -> bool:
    wanted = view.filtered(name)
    return not wanted or not set(wanted).isdisjoint(values_of(name, record))
