"""The values of a run's knobs: each one's start, and its moves during training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dgviz.data.catalogue import DATASETS
from dgviz.formatting import count, plain
from dgviz.methods.catalogue import METHODS
from dgviz.runs.card import Move
from dgviz.settings import KNOBS, Knob, Settings

_MOST_PLANNED = 10
MAX_LISTED = 3
"""Moves of one knob that are listed one by one; dragging a slider may log dozens."""


@dataclass(frozen=True)
class Course:
    """The values of one knob over one run. Two courses are equal if all values and epochs are.

    Attributes:
        start: the value at the start of the run.
        moves: (epoch, new value), ascending; each value differs from the one before.
    """

    knob: Knob
    start: Any
    moves: tuple[tuple[float, float], ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """All values of the knob, in order."""
        return (self.start, *(value for _, value in self.moves))

    @property
    def text(self) -> str:
        """The values with epochs: "1 → 10 (epoch 3.2) → −1 (epoch 5)".

        For many moves their ends and range: "0.5 → 0.54, moved 24 times between 0.48 and 0.61
        (epochs 1.2 to 8.3)".
        """
        if len(self.moves) <= MAX_LISTED:
            moves = [f"{self._text(value)} (epoch {_epoch(at)})" for at, value in self.moves]
            return " → ".join([self._text(self.start), *moves])
        (first, _), (last, end) = self.moves[0], self.moves[-1]
        low, high = (self._text(value) for value in (min(self.values), max(self.values)))
        return (
            f"{self._text(self.start)} → {self._text(end)}, moved {len(self.moves)} times "
            f"between {low} and {high} (epochs {_epoch(first)} to {_epoch(last)})"
        )

    @property
    def short_text(self) -> str:
        """The values without epochs, for titles: "1 → 10 → −1"; for many moves "0.5 → … → 0.54"."""
        values = [self._text(value) for value in self.values]
        if len(self.moves) > MAX_LISTED:
            values[1:-1] = ["…"]
        return " → ".join(values)

    def _text(self, value: Any) -> str:
        return value_text(self.knob, value)


def courses(
    settings: Settings | None, entries: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Course]:
    """The courses of the knobs that the method reads, by name, in the order of `KNOBS`.

    Args:
        settings: the settings at the start; None, if they cannot be read, gives no courses.
        entries: the log entries of kind "knob", in order.
    """
    if settings is None:
        return {}
    # Several moves may lie between two steps; only the last value takes effect.
    moved: dict[str, dict[float, float]] = {}
    for entry in entries:
        moved.setdefault(entry["knob"], {})[entry["epoch"]] = entry["to"]
    return {
        knob.name: _course(knob, settings[knob.name], moved.get(knob.name, {}))
        for knob in settings.knobs()
    }


def differing_knobs(many: Iterable[Mapping[str, Course]]) -> list[Knob]:
    """The knobs whose courses differ between runs, or that some of the runs do not have."""
    several = list(many)
    return [
        knob for name, knob in KNOBS.items() if len({courses.get(name) for courses in several}) > 1
    ]


def differences_text(before: Mapping[str, Course], after: Mapping[str, Course]) -> str:
    """How one run differs from another: "β 0.1 instead of 0.03, epochs 3 instead of 15".

    A knob that only one of them has is left out: it follows from the method, which is listed.
    """
    return ", ".join(
        f"{knob.short_name} {after[knob.name].text} instead of {before[knob.name].text}"
        for knob in differing_knobs([before, after])
        if knob.name in before and knob.name in after
    )


def moves_text(run: Mapping[str, Course]) -> str:
    """The moved knobs: "β 1 → 10 (epoch 3.2); τ 0.5 → 0.54 (epoch 4)"; "" if there are none."""
    return "; ".join(
        f"{course.knob.short_name} {course.text}" for course in run.values() if course.moves
    )


def short_moves_text(run: Mapping[str, Course], room: int) -> str:
    """The moved knobs without epochs: "β 1 → 10 → −1, and 2 more"; "" if there are none.

    Args:
        room: the number of characters. The first knob is always listed, the others if they fit.
    """
    moved = [f"{one.knob.short_name} {one.short_text}" for one in run.values() if one.moves]
    text = ""
    for number in range(1, len(moved) + 1):
        rest = len(moved) - number
        longer = "; ".join(moved[:number]) + (f", and {rest} more" if rest else "")
        if not text or len(longer) <= room:
            text = longer
    return text


def planned_text(planned: Sequence[Move], steps_per_epoch: int) -> str:
    """The moves that a resumed run will repeat: "to be made again: τ → 0.6 (epoch 0.5)".

    Args:
        planned: the moves; the result is "" if there are none.
        steps_per_epoch: 0 if not known; then the text has steps: "τ → 0.6 (step 50)".
    """
    listed = [
        f"{KNOBS[name].short_name} → {value_text(KNOBS[name], value)} "
        + (f"(epoch {_epoch(step / steps_per_epoch)})" if steps_per_epoch else f"(step {step:,})")
        for step, name, value in planned[:_MOST_PLANNED]
    ]
    if more := len(planned) - len(listed):
        listed.append(f"and {more:,} more")
    return f"to be made again: {'; '.join(listed)}" if listed else ""


def value_text(knob: Knob, value: Any) -> str:
    """A knob's value as text: "0.03", "10,000", "−1", "DynamicGate-MLP", "hidden unit"."""
    if knob.name == "method":
        return METHODS[value].title
    if knob.name == "dataset":
        return DATASETS[value].title
    if knob.kind is str:
        return knob.words[knob.choices.index(value)] if knob.words else str(value)
    # A seed is not a count, so its digits are not grouped.
    return count(value) if knob.kind is int and knob.name != "seed" else plain(value, digits=10)


def whose(knob: Knob) -> str:
    """The method of its own knob: " (RigL)"; "" for a knob of several methods."""
    method = METHODS.get(knob.name.partition(".")[0])
    return f" ({method.title})" if method else ""


def _course(knob: Knob, start: Any, moved: Mapping[float, float]) -> Course:
    moves: list[tuple[float, float]] = []
    for epoch, value in moved.items():
        if value != (moves[-1][1] if moves else start):
            moves.append((epoch, value))
    return Course(knob, start, tuple(moves))


def _epoch(epoch: float) -> str:
    return f"{round(epoch, 2):g}"
