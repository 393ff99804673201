"""Convert a record to the arrays that the charts take."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dgviz.charts import Mark, RunCurves
from dgviz.runs.courses import value_text
from dgviz.runs.record import Record


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


def _marks(record: Record) -> tuple[Mark, ...]:
    """Every move of every knob and every event, by ascending epoch."""
    marks = [
        Mark(epoch, course.knob.short_name, *(value_text(course.knob, v) for v in (old, new)))
        for course in record.courses.values()
        for old, (epoch, new) in zip(course.values, course.moves, strict=False)
    ]
    marks += [Mark(entry["epoch"], entry["name"], text=entry["text"]) for entry in record.events()]
    return tuple(sorted(marks, key=lambda mark: mark.epoch))


def _column(metrics: list[dict[str, Any]], name: str) -> npt.NDArray[np.float64]:
    values = (entry.get(name) for entry in metrics)
    numbers = [value if isinstance(value, int | float) else np.nan for value in values]
    return np.array(numbers, dtype=np.float64)
