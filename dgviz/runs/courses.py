"""How a run's knobs stood: where each began, and to what it was moved while the network trained."""

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
MOST_TOLD = 3
"""Moves of one knob that are told one by one; a slider that is dragged may log dozens."""


@dataclass(frozen=True)
class Course:
    """One knob over one run. Two courses are equal when nothing about the knob differed.

    Attributes:
        start: the value that the run began with.
        moves: (epoch, new value), ascending; each value differs from the one before.
    """

    knob: Knob
    start: Any
    moves: tuple[tuple[float, float], ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """Every value that the knob has had, in order."""
        return (self.start, *(value for _, value in self.moves))

    @property
    def words(self) -> str:
        """With epochs: "1 → 10 (epoch 3.2) → −1 (epoch 5)"; of many moves, the ends and the range.

        "0.5 → 0.54, moved 24 times between 0.48 and 0.61 (epochs 1.2 to 8.3)"
        """
        if len(self.moves) <= MOST_TOLD:
            told = [f"{self._written(value)} (epoch {_epoch(at)})" for at, value in self.moves]
            return " → ".join([self._written(self.start), *told])
        (first, _), (last, end) = self.moves[0], self.moves[-1]
        low, high = (self._written(value) for value in (min(self.values), max(self.values)))
        return (
            f"{self._written(self.start)} → {self._written(end)}, moved {len(self.moves)} times "
            f"between {low} and {high} (epochs {_epoch(first)} to {_epoch(last)})"
        )

    @property
    def short(self) -> str:
        """Without epochs, for titles: "1 → 10 → −1"; of many moves "0.5 → … → 0.54"."""
        told = [self._written(value) for value in self.values]
        if len(self.moves) > MOST_TOLD:
            told[1:-1] = ["…"]
        return " → ".join(told)

    def _written(self, value: Any) -> str:
        return value_text(self.knob, value)


def courses(
    settings: Settings | None, entries: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Course]:
    """The knobs that the run's method reads, by name, in the order of the table of knobs.

    Args:
        settings: as the run began; None where they cannot be read: then no knob is known.
        entries: the log's knob entries, in their order.
    """
    if settings is None:
        return {}
    # Of several values between two steps only the last one was ever in effect.
    moved: dict[str, dict[float, float]] = {}
    for entry in entries:
        moved.setdefault(entry["knob"], {})[entry["epoch"]] = entry["to"]
    return {
        knob.name: _course(knob, settings[knob.name], moved.get(knob.name, {}))
        for knob in settings.knobs()
    }


def differing(many: Iterable[Mapping[str, Course]]) -> list[Knob]:
    """The knobs whose courses are not the same in all runs, or that not all runs have."""
    several = list(many)
    return [
        knob for name, knob in KNOBS.items() if len({courses.get(name) for courses in several}) > 1
    ]


def differences_text(before: Mapping[str, Course], after: Mapping[str, Course]) -> str:
    """What one run has otherwise than another: "β 0.1 instead of 0.03, epochs 3 instead of 15".

    A knob that only one of them has is left out: the method, which is told, says that.
    """
    return ", ".join(
        f"{knob.short_name} {after[knob.name].words} instead of {before[knob.name].words}"
        for knob in differing([before, after])
        if knob.name in before and knob.name in after
    )


def moves_text(run: Mapping[str, Course]) -> str:
    """The knobs that were moved: "β 1 → 10 (epoch 3.2); τ 0.5 → 0.54 (epoch 4)"; "" for none."""
    return "; ".join(
        f"{course.knob.short_name} {course.words}" for course in run.values() if course.moves
    )


def moves_at_a_glance(run: Mapping[str, Course], room: int) -> str:
    """The same in a narrow place, without epochs: "β 1 → 10 → −1, and 2 more"; "" for none.

    Args:
        room: characters. The first knob is always told, of the others as many as there is room for.
    """
    told = [f"{one.knob.short_name} {one.short}" for one in run.values() if one.moves]
    words = ""
    for number in range(1, len(told) + 1):
        rest = len(told) - number
        longer = "; ".join(told[:number]) + (f", and {rest} more" if rest else "")
        if not words or len(longer) <= room:
            words = longer
    return words


def planned_text(planned: Sequence[Move], steps_per_epoch: int) -> str:
    """Moves that a resumed run has yet to repeat: "to be made again: τ → 0.6 (epoch 0.5)".

    Args:
        planned: the moves; "" for none.
        steps_per_epoch: 0 where it is not known; then steps are told: "τ → 0.6 (step 50)".
    """
    told = [
        f"{KNOBS[name].short_name} → {value_text(KNOBS[name], value)} "
        + (f"(epoch {_epoch(step / steps_per_epoch)})" if steps_per_epoch else f"(step {step:,})")
        for step, name, value in planned[:_MOST_PLANNED]
    ]
    if more := len(planned) - len(told):
        told.append(f"and {more:,} more")
    return f"to be made again: {'; '.join(told)}" if told else ""


def value_text(knob: Knob, value: Any) -> str:
    """A knob's value for people: 0.03, 10,000, "−1", "DynamicGate-MLP"."""
    if knob.name == "method":
        return METHODS[value].title
    if knob.name == "dataset":
        return DATASETS[value].title
    if knob.kind is str:
        return str(value)
    # A seed names something and counts nothing.
    return count(value) if knob.kind is int and knob.name != "seed" else plain(value, digits=10)


def _course(knob: Knob, start: Any, moved: Mapping[float, float]) -> Course:
    moves: list[tuple[float, float]] = []
    for epoch, value in moved.items():
        if value != (moves[-1][1] if moves else start):
            moves.append((epoch, value))
    return Course(knob, start, tuple(moves))


def _epoch(epoch: float) -> str:
    return f"{round(epoch, 2):g}"
