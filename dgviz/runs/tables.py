"""The metrics of a run as a table, for spreadsheets and notebooks; differences between runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from io import BytesIO
from typing import Any

import pandas as pd

from dgviz.formatting import UNKNOWN
from dgviz.knobs_in_effect import SCHEDULED, Clock, in_effect
from dgviz.runs.courses import differing_knobs, whose
from dgviz.runs.record import Record
from dgviz.settings import Settings

_MOST_STEPS_PER_EPOCH = 10**6
"""An edited log may have an epoch next to 0."""

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
"""The columns from the log and their types; losses in nats, accuracies as fractions."""


def metrics_frame(record: Record) -> pd.DataFrame:
    """One row for each log point, about ten an epoch, by ascending step.

    The columns are `run` (the id), those of `METRICS` (NaN where nothing was evaluated), and
    `beta`, `tau` and `learning_rate`: the values in effect in the step that ended here, after
    moves and schedules; a method may lower its learning rate further. These three are NaN if the
    settings cannot be read. Further columns have the method's own live settings, named like
    `granet.target`.
    """
    rows = []
    live = {name: course for name, course in record.courses.items() if course.knob.live}
    own = [name for name in live if name not in SCHEDULED]
    knobs = dict.fromkeys(SCHEDULED, float("nan"))
    knobs |= {name: course.start for name, course in live.items()}
    waiting: deque[dict[str, Any]] = deque()
    for entry in record.log():
        if entry["kind"] == "knob":
            waiting.append(entry)
        if entry["kind"] != "metrics":
            continue
        # A move at step n acts from step n + 1 on, so a log point at n has the old value.
        while waiting and waiting[0]["step"] < entry["step"]:
            move = waiting.popleft()
            if move["knob"] in record.courses:
                knobs[move["knob"]] = move["to"]
        values = {name: entry.get(name) for name in METRICS}
        used = _in_effect(record.settings, record.epochs_at(entry["step"]), knobs, entry)
        rows.append({"run": record.id, **values, **used, **{name: knobs[name] for name in own}})
    columns = {"run": "str", **METRICS, **dict.fromkeys([*SCHEDULED, *own], "float64")}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def metrics_csv(record: Record) -> bytes:
    """`metrics_frame` as CSV in UTF-8; empty cells where nothing was evaluated."""
    return metrics_frame(record).to_csv(index=False).encode()


def metrics_parquet(record: Record) -> bytes:
    """`metrics_frame` as Parquet."""
    file = BytesIO()
    metrics_frame(record).to_parquet(file, index=False)
    return file.getvalue()


def differences(records: Sequence[Record], ignored: Collection[str] = ()) -> pd.DataFrame:
    """The knobs that differ between runs, as text: knobs in rows, runs in columns.

    A knob that was moved is shown with its moves and differs from one that was not. Rows are named
    like "β sparsity penalty", with the method where two methods' knobs have one name. Columns are
    named by the ids of the runs. "–" means that the method does not read the knob, or that the
    settings cannot be read.

    Args:
        ignored: the names of knobs that are left out.
    """
    differing = differing_knobs(record.courses for record in records)
    knobs = [knob for knob in differing if knob.name not in ignored]
    columns = {
        record.id: [
            record.courses[knob.name].text if knob.name in record.courses else UNKNOWN
            for knob in knobs
        ]
        for record in records
    }
    titles = [knob.title for knob in knobs]
    names = [
        title if titles.count(title) == 1 else f"{title}{whose(knob)}"
        for knob, title in zip(knobs, titles, strict=True)
    ]
    return pd.DataFrame(columns, index=pd.Index(names, name="setting"), dtype="str")


def _in_effect(
    settings: Settings | None, epochs: int, knobs: dict[str, float], entry: dict[str, Any]
) -> dict[str, float]:
    if settings is None:
        return knobs
    step, epoch = entry["step"], entry["epoch"]
    # The first log point precedes all steps; the step that ends at n began at n - 1.
    before = max(0, step - 1)
    per_epoch = min(step / epoch, _MOST_STEPS_PER_EPOCH) if epoch else 1
    total = max(step, round(epochs * per_epoch), 1)
    used = in_effect(settings, knobs, Clock.before(settings, before, total))
    return {name: getattr(used, name) for name in SCHEDULED}
