"""Convert a record to the arrays that the charts take."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dgviz.charts import Mark, PixelCounts, RunCurves, count_pixels
from dgviz.data.catalogue import DATASETS
from dgviz.runs.courses import value_text
from dgviz.runs.record import Record
from dgviz.runs.recorded_gates import RecordedGates, gates_of
from dgviz.runs.snapshot_blob import arrays, last_blob
from dgviz.runs.snapshots import SnapshotError


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


def last_gates(record: Record) -> RecordedGates | None:
    """The gates of the newest recorded snapshot; None if none can be read."""
    blob = last_blob(record.snapshots(), "gates")
    try:
        return None if blob is None else gates_of(blob)
    except SnapshotError:
        return None


def last_pixels(record: Record, gates: RecordedGates) -> PixelCounts:
    """The active connections of each pixel. Without facts no pixel counts as always blank."""
    shape = DATASETS[record.settings.dataset].image_shape if record.settings else None
    try:
        tensors, _ = arrays(record.facts() or b"")
    except SnapshotError:
        tensors = {}
    return count_pixels(gates.masks[0], shape, tensors.get("always_zero"))


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
