"""Convert a record to the arrays that the charts take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from dgviz.charts import Mark, RunCurves
from dgviz.runs.courses import value_text
from dgviz.runs.record import Record

_CURVES = ("test_accuracy", "validation_accuracy", "active_ratio")


def run_curves(record: Record) -> RunCurves:
    """The run's log as curves, with a mark for every move of a knob and every event."""
    metrics = [entry for entry in record.log() if entry["kind"] == "metrics"]
    return RunCurves(
        title=record.title,
        epochs=max(1, record.epochs),
        epoch=_column(metrics, "epoch"),
        test_accuracy=_column(metrics, "test_accuracy"),
        validation_accuracy=_column(metrics, "validation_accuracy"),
        active_ratio=_column(metrics, "active_ratio"),
        marks=_marks(record),
    )


def mean_curves(records: Sequence[Record], title: str) -> RunCurves:
    """The mean of the curves of several runs, see `mean_of`."""
    return mean_of([run_curves(record) for record in records], title)


def mean_of(each: Sequence[RunCurves], title: str) -> RunCurves:
    """The mean of several curves, in a band of their sample standard deviation.

    `web/compare/live_mean.js` does the same for runs in flight.

    Args:
        each: at least one; of runs that differ only in the seed. Points that not all of them have
            are left out, and so are marks. An event's sentence has counts, which depend on the
            seed: where they differ, the mark has the name only. One run alone has no band.
    """
    epoch = reduce(np.intersect1d, [one.epoch for one in each])

    def of_all(name: str) -> npt.NDArray[np.float64]:
        # At an epoch that a damaged log has twice, the first point counts.
        return np.stack([getattr(one, name)[np.searchsorted(one.epoch, epoch)] for one in each])

    values = {name: of_all(name) for name in _CURVES}
    bands = {name: of.std(axis=0, ddof=1) for name, of in values.items()} if len(each) > 1 else {}
    return RunCurves(
        title=title,
        epochs=each[0].epochs,
        epoch=epoch,
        marks=_shared_marks([one.marks for one in each]),
        bands=bands,
        **{name: of.mean(axis=0) for name, of in values.items()},
    )


def _shared_marks(each: Sequence[Sequence[Mark]]) -> tuple[Mark, ...]:
    """The moves and events that all runs have, at the same epochs."""
    alike: dict[Mark, set[str]] = {}
    for mark in (mark for marks in each for mark in marks):
        alike.setdefault(_without_sentence(mark), set()).add(mark.text)
    shared = set.intersection(*(set(map(_without_sentence, marks)) for marks in each))
    return tuple(
        mark if len(alike[key]) == 1 else key
        for mark in each[0]
        if (key := _without_sentence(mark)) in shared
    )


def _without_sentence(mark: Mark) -> Mark:
    """The mark of an event with its name as its text; the mark of a move is unchanged."""
    return replace(mark, text=mark.subject) if mark.text else mark


def _marks(record: Record) -> tuple[Mark, ...]:
    """Every move of every knob and every event, by ascending epoch."""
    marks = [
        Mark(
            epoch,
            course.knob.short_name,
            value_text(course.knob, old),
            value_text(course.knob, new),
        )
        for course in record.courses.values()
        for old, (epoch, new) in zip(course.values, course.moves, strict=False)
    ]
    marks += [Mark(entry["epoch"], entry["name"], text=entry["text"]) for entry in record.events()]
    return tuple(sorted(marks, key=lambda mark: mark.epoch))


def _column(metrics: list[dict[str, Any]], name: str) -> npt.NDArray[np.float64]:
    values = (entry.get(name) for entry in metrics)
    numbers = [value if isinstance(value, int | float) else np.nan for value in values]
    return np.array(numbers, dtype=np.float64)
