"""Which runs a search and a set of filters mean."""

from __future__ import annotations

from collections.abc import Iterable

from dgviz.runs.record import Record
from dgviz.settings import KNOBS, Knob, SettingsError
from dgviz.ui.runs_view import BROKEN, FILTERS, View

_BY_NAME = {
    alias.casefold(): knob
    for knob in KNOBS.values()
    for alias in (knob.name, knob.symbol, knob.name.replace("_", "-"))
    if alias
}


def found(records: Iterable[Record], view: View) -> list[Record]:
    """The records that every word of the search and every filter lets through, in their order."""
    words = view.search.casefold().split()
    return [
        record
        for record in records
        if all(_lets_through(view, name, record) for name in FILTERS)
        and all(_matches(word, record) for word in words)
    ]


def complaints(search: str) -> list[str]:
    """What is wrong with the terms `knob=value` of a search, a sentence each."""
    sentences = []
    for word in search.split():
        name, equals, value = word.partition("=")
        knob = _BY_NAME.get(name.casefold())
        if not equals:
            continue
        if knob is None:
            sentences.append(f"{name[:40]!r} is not a knob.")
            continue
        try:
            _value(knob, value.casefold())
        except SettingsError as problem:
            sentences.append(str(problem))
    return sentences


def status_of(record: Record) -> str:
    """Its phase, or "broken" where not even that can be read."""
    return record.phase if record.card or record.phase == "running" else BROKEN


def values_of(name: str, record: Record) -> tuple[str, ...]:
    """What a record has to say to a filter."""
    if name == "status":
        return (status_of(record),)
    if name == "tag":
        return record.tags
    return (getattr(record.settings, name),) if record.settings else ()


def _lets_through(view: View, name: str, record: Record) -> bool:
    wanted = view.filtered(name)
    return not wanted or not set(wanted).isdisjoint(values_of(name, record))


def _matches(word: str, record: Record) -> bool:
    name, equals, value = word.partition("=")
    if equals:
        return _has_knob_at(record, name, value)
    known = [record.name, record.title, record.id, status_of(record), *record.tags]
    if record.settings:
        known += [record.settings.preset, record.settings.method, record.settings.dataset]
    return any(word in text.casefold() for text in known)


def _has_knob_at(record: Record, name: str, value: str) -> bool:
    knob = _BY_NAME.get(name)
    if knob is None or record.settings is None:
        return False
    try:
        return bool(getattr(record.settings, knob.name) == _value(knob, value))
    except SettingsError:
        return False


def _value(knob: Knob, written: str) -> object:
    return knob.check(written.replace("−", "-"))
