"""Marks of the changes during a run: which get a line, and their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

_APART = 0.25
"""The part of the epoch axis that a label takes; closer marks share a label."""
_LEFTWARDS = 0.5
"""In the part of the epoch axis after this, labels are to the left of their marks."""
_LISTED = 4
"""Subjects in a label, and values of a knob; of more values it has the first and the last."""
_DRAGGED = 0.02
"""The part of the epoch axis within which moves belong to the same drag."""
MOST_EVENTS = 10
"""Events of one name that are all marked. Of more, the first and the last are."""


@dataclass(frozen=True)
class Mark:
    """A knob was moved from one value to another, or the method did something to the network.

    Attributes:
        subject: the knob's symbol, or the name of the event.
        before, after: the values of the knob; "" for an event.
        text: the sentence of the event; "" for a knob.
        until: the epoch of the last event of a series, at its first; see `collapsed`.
    """

    epoch: float
    subject: str
    before: str = ""
    after: str = ""
    text: str = ""
    until: float | None = None

    @property
    def hover_text(self) -> str:
        return self.text or f"{self.subject} {self.before} → {self.after}"


@dataclass(frozen=True)
class Label:
    """The label of one mark or of several close marks.

    Attributes:
        epoch: of the first mark.
        line: 0 or 1. Labels alternate between two lines, because on a narrow screen neighbours
            would overlap on one line.
        leftwards: whether the text ends at the mark instead of beginning there.
    """

    epoch: float
    text: str
    line: int
    leftwards: bool


def labels(marks: Sequence[Mark], last: float) -> list[Label]:
    """Labels for marks in ascending order, on an axis that ends at epoch `last`."""
    groups: list[list[Mark]] = []
    for row in _rows(marks):
        if row[0].epoch > last:
            # An edited log may have any number of marks after the end.
            break
        if groups and row[0].epoch - groups[-1][0].epoch < _APART * last:
            groups[-1] += row
        else:
            groups.append(list(row))
    return [
        Label(group[0].epoch, _group_text(group), i % 2, group[0].epoch > _LEFTWARDS * last)
        for i, group in enumerate(groups)
    ]


def collapsed(marks: Sequence[Mark]) -> list[Mark]:
    """All moves, and of events with one name, of which there may be hundreds, a few or the ends.

    `web/core/marks.js` has the same rule.
    """
    kept: list[Mark] = []
    for row in _rows(marks):
        times, until = len(row), row[-1].epoch
        for number, mark in enumerate(row, start=1):
            which = {1: "first", times: "last"}.get(number, f"{number}")
            text = f"{mark.text} ({which} of {times:,})"
            if times == 1:
                kept.append(mark)
            elif number == 1:
                kept.append(replace(mark, text=text, until=until))
            elif number == times or times <= MOST_EVENTS:
                kept.append(replace(mark, text=text))
    return sorted(kept, key=lambda mark: mark.epoch)


def _rows(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The events of each name, at the place of the first; every move is alone."""
    rows: dict[str | int, list[Mark]] = {}
    for number, mark in enumerate(marks):
        rows.setdefault(mark.subject if mark.text else number, []).append(mark)
    return list(rows.values())


def marks_with_lines(marks: Sequence[Mark], last: float) -> list[Mark]:
    """The collapsed marks without those within a drag, whose lines would hide the curves."""

    def dragged(mark: Mark, other: Mark | None) -> bool:
        near = other is not None and abs(other.epoch - mark.epoch) < _DRAGGED * last
        return near and other is not None and other.subject == mark.subject

    neighbours = zip([None, *marks], marks, [*marks[1:], None], strict=False)
    return [
        mark
        for before, mark, after in neighbours
        if not (dragged(mark, before) and dragged(mark, after))
    ]


def _group_text(marks: Sequence[Mark]) -> str:
    """The changes of each subject:

    "τ 0.5 → … → 0.54 (24 changes), pruned 8 times, epochs 1 to 3"
    """
    by_subject: dict[str, list[Mark]] = {}
    for mark in marks:
        by_subject.setdefault(mark.subject, []).append(mark)
    texts = [_subject_text(own) for own in list(by_subject.values())[:_LISTED]]
    if more := len(by_subject) - len(texts):
        texts.append(f"and {more:,} more")
    return ", ".join(texts)


def _subject_text(own: Sequence[Mark]) -> str:
    """The changes of one subject."""
    subject = own[0].subject
    values = [own[0].before, *(mark.after for mark in own)]
    if own[0].text:
        if len(own) == 1:
            return subject
        first, last = (f"{round(mark.epoch, 1):g}" for mark in (own[0], own[-1]))
        return f"{subject} {len(own):,} times, epochs {first} to {last}"
    if len(values) <= _LISTED:
        return f"{subject} {' → '.join(values)}"
    return f"{subject} {values[0]} → … → {values[-1]} ({len(own)} changes)"
