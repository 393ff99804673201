"""Steps of a run at which something was changed: which get a line, and the words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_APART = 0.25
"""The share of the epoch axis that a label takes; marks nearer than that share one."""
_LEFTWARDS = 0.5
"""From this share of the epoch axis on a label stands to the left of its mark."""
_LISTED = 4
"""Subjects that a label lists, and values of one knob; of more values the first and the last."""
_DRAGGED = 0.02
"""The share of the epoch axis within which a move belongs to the same drag as the next."""


@dataclass(frozen=True)
class Mark:
    """A knob was moved from one value to another, or the method did something to the network.

    Attributes:
        subject: the knob's symbol, or the name of the event.
        before, after: the knob's values; of an event both are "".
        text: the event's sentence.
    """

    epoch: float
    subject: str
    before: str = ""
    after: str = ""
    text: str = ""

    @property
    def words(self) -> str:
        return self.text or f"{self.subject} {self.before} → {self.after}"


@dataclass(frozen=True)
class Label:
    """Words for one mark or for several that are near to each other.

    Attributes:
        epoch: of the first of them.
        line: 0 or 1. Labels take turns on two lines: on a narrow screen neighbours on one line
            would overlap.
        leftwards: whether the words end at the mark and do not begin there.
    """

    epoch: float
    words: str
    line: int
    leftwards: bool


def labels(marks: Sequence[Mark], last: float) -> list[Label]:
    """Words for the marks on the axis, which ends at epoch `last`; they are in ascending order."""
    groups: list[list[Mark]] = []
    for row in _rows(marks):
        if row[0].epoch > last:
            # A log that was edited may have any number of them.
            break
        if groups and row[0].epoch - groups[-1][0].epoch < _APART * last:
            groups[-1] += row
        else:
            groups.append(list(row))
    return [
        Label(group[0].epoch, _together(group), i % 2, group[0].epoch > _LEFTWARDS * last)
        for i, group in enumerate(groups)
    ]


def _rows(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Events of one name that follow each other together, every other mark by itself."""
    rows: list[list[Mark]] = []
    for mark in marks:
        if mark.text and rows and rows[-1][-1].text and rows[-1][-1].subject == mark.subject:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return rows


def with_lines(marks: Sequence[Mark], last: float) -> list[Mark]:
    """The marks without those in the midst of a drag, whose lines would hide the curves."""

    def dragged(mark: Mark, other: Mark | None) -> bool:
        near = other is not None and abs(other.epoch - mark.epoch) < _DRAGGED * last
        return near and other is not None and other.subject == mark.subject

    neighbours = zip([None, *marks], marks, [*marks[1:], None], strict=False)
    return [
        mark
        for before, mark, after in neighbours
        if not (dragged(mark, before) and dragged(mark, after))
    ]


def _together(marks: Sequence[Mark]) -> str:
    """What happened to each subject.

    "τ 0.5 → … → 0.54 (24 changes), pruned 8 times, epochs 1 to 3"
    """
    by_subject: dict[str, list[Mark]] = {}
    for mark in marks:
        by_subject.setdefault(mark.subject, []).append(mark)
    told = [_of_one(own) for own in list(by_subject.values())[:_LISTED]]
    if more := len(by_subject) - len(told):
        told.append(f"and {more:,} more")
    return ", ".join(told)


def _of_one(own: Sequence[Mark]) -> str:
    """What happened to one subject."""
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
