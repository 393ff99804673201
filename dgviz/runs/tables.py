"""A run's metrics as a table, for spreadsheets and notebooks; and what runs differ in."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pandas as pd

from dgviz.gates.schedules import multiplier
from dgviz.runs.record import Record
from dgviz.settings import KNOBS, Knob, Settings

METRICS = {
    "step": "int64",
    "epoch": "float64",
    "train_loss": "float64",
    "train_accuracy": "float64",
    "test_accuracy": "float64",
    "test_loss": "float64",
    "validation_accuracy": "float64",
    "active_ratio": "float64",
    "active_weights": "int64",
    "macs": "int64",
    "mean_gate_prob": "float64",
}
"""The columns read off the log, and their types; losses in nats, accuracies as fractions."""

SCHEDULED = {
    "beta": "beta_schedule",
    "tau": "tau_schedule",
    "learning_rate": "learning_rate_schedule",
}
"""The live knobs, each with the schedule that multiplies it."""


def metrics_frame(record: Record) -> pd.DataFrame:
    """One row a log point, by ascending step, about ten an epoch.

    The columns are `run` (the id), those of `METRICS` (NaN where nothing was evaluated), and
    `beta`, `tau` and `learning_rate`: what was in effect in the step that ended here, moved knobs
    and schedules included. Those three are NaN where the run's settings cannot be read.
    """
    rows = []
    knobs = dict.fromkeys(SCHEDULED, float("nan"))
    if record.settings:
        knobs = {name: getattr(record.settings, name) for name in SCHEDULED}
    waiting: list[dict[str, Any]] = []
    for entry in record.log():
        if entry["kind"] == "knob":
            waiting.append(entry)
            continue
        # A move at step n acts from step n + 1 on: a log point at n itself has not felt it.
        for move in [move for move in waiting if move["step"] < entry["step"]]:
            knobs[move["knob"]] = move["to"]
            waiting.remove(move)
        values = {name: entry.get(name) for name in METRICS}
        rows.append({"run": record.id, **values, **_in_effect(record.settings, knobs, entry)})
    columns = {"run": "str", **METRICS, **dict.fromkeys(SCHEDULED, "float64")}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def metrics_csv(record: Record) -> bytes:
    """`metrics_frame` as CSV in UTF-8; empty cells where nothing was evaluated."""
    return metrics_frame(record).to_csv(index=False).encode()


def metrics_parquet(record: Record) -> bytes:
    """`metrics_frame` as Parquet."""
    file = BytesIO()
    metrics_frame(record).to_parquet(file, index=False)
    return file.getvalue()


def differences(records: Sequence[Record]) -> pd.DataFrame:
    """The knobs that are not the same in all runs: knobs in rows, runs in columns, for reading.

    Rows are called "sparsity pressure β", columns by the runs' ids; "–" stands for settings that
    cannot be read.
    """
    columns = {
        record.id: [shown(knob, record.settings) for knob in KNOBS.values()] for record in records
    }
    names = [f"{knob.label} {knob.symbol}".strip() for knob in KNOBS.values()]
    table = pd.DataFrame(columns, index=pd.Index(names, name="knob"), dtype="str")
    return table[table.nunique(axis=1) > 1]


def shown(knob: Knob, settings: Settings | None) -> str:
    """A knob's value for people: 0.03, 10,000, "−1", "dynamicgate"."""
    if settings is None:
        return "–"
    value = getattr(settings, knob.name)
    if knob.kind is str:
        return str(value)
    # A seed names something and counts nothing.
    text = f"{value:,}" if knob.kind is int and knob.name != "seed" else f"{value:.10g}"
    return text.replace("-", "−")


def _in_effect(
    settings: Settings | None, knobs: dict[str, float], entry: dict[str, Any]
) -> dict[str, float]:
    if settings is None:
        return knobs
    step, epoch = entry["step"], entry["epoch"]
    # The first log point comes before any step; the step that ends at n was taken at n - 1.
    progress = epoch / settings.epochs * (step - 1) / step if step > 0 else 0.0
    share = min(1.0, max(0.0, progress))
    return {
        name: value
        * multiplier(
            getattr(settings, SCHEDULED[name]),
            share,
            warmup=settings.warmup,
            freeze_at=settings.freeze_at,
        )
        for name, value in knobs.items()
    }
