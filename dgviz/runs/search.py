"""The search for runs, on the Runs page and on the command line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from dgviz.runs.record import Record
from dgviz.settings import KNOBS, Knob, SettingsError

BROKEN = "broken"
"""The status of a run whose phase cannot be read."""

_BY_NAME = {
    alias.casefold(): knob
    for knob in KNOBS.values()
    for alias in (knob.name, knob.symbol, knob.name.replace("_", "-"))
    if alias
}


def matches(search: str, record: Record) -> bool:
    """Whether the run matches every word of the search.

    A word is part of a text, or a term `setting=value`: the setting had this value at some time.
    """
    return all(_matches(word, record) for word in _words(search))


def search_problems(search: str, records: Iterable[Record]) -> list[str]:
    """One sentence for each invalid term `setting=value` of a search."""
    sentences = []
    for word in _words(search):
        name, equals, value = word.partition("=")
        knob = _BY_NAME.get(name)
        if not equals:
            continue
        if knob is None:
            if not any(_has_text(word, record) for record in records):
                sentences.append(f"{name[:40]!r} is not a setting, nor in a name or tag.")
            continue
        try:
            knob.check(value)
        except SettingsError as problem:
            sentences.append(str(problem))
    return sentences


def status_of(record: Record) -> str:
    """The phase of a run, or "broken" if it cannot be read."""
    return record.phase if record.card is not None or record.phase == "running" else BROKEN


def _words(search: str) -> list[str]:
    return unicodedata.normalize("NFC", search).casefold().split()


def _matches(word: str, record: Record) -> bool:
    name, equals, value = word.partition("=")
    if equals and name in _BY_NAME:
        return _had_value(record, _BY_NAME[name], value)
    return _has_text(word, record)


def _has_text(word: str, record: Record) -> bool:
    known = [record.name, record.title, record.id, status_of(record), *record.tags]
    if record.settings:
        settings = record.settings
        known += [settings.preset, settings.spec.title, settings.dataset]
    return any(word in text.casefold() for text in known)


def _had_value(record: Record, knob: Knob, value: str) -> bool:
    """Whether the knob had this value at the start of the run or after a move."""
    course = record.courses.get(knob.name)
    try:
        return course is not None and knob.check(value) in course.values
    except SettingsError:
        return False
