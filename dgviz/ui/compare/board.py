"""The data of the cards of a race, as the modules in `web/compare/` read them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from dgviz.charts.curves import Floats, RunCurves
from dgviz.charts.thinning import thinned
from dgviz.comparison.plan import MOST_RUNS, Plan
from dgviz.comparison.standing import Standing
from dgviz.comparison.table import Row
from dgviz.live.hub import UnknownRun, the_hub
from dgviz.runs.drawing import mean_curves, run_curves
from dgviz.runs.record import Record
from dgviz.ui.compare import inside, race
from dgviz.ui.compare.table_text import (
    address_of,
    anchors,
    caption_lines,
    caption_lines_of_seed,
    files,
    key_of,
    label,
    table,
)

_MOST_POINTS = 150
"""Of a curve: a race may have two hundred runs."""

_NAMES = {
    "test": "test_accuracy",
    "validation": "validation_accuracy",
    "ratio": "active_ratio",
}
"""Of the curves: in the browser, and in `RunCurves`."""

_IN_FLIGHT = ("queued", "starting", "running", "paused", "stopping")


def board(
    plan: Plan, standing: Sequence[Standing], rows: Sequence[Row], seed: str
) -> dict[str, Any]:
    """The data of all cards.

    Args:
        seed: of the runs of which maps, overlap and digits are.
    """
    one = int(seed)
    return {
        "rows": [_row(row, plan.methods.index(row.method)) for row in rows],
        "epochs": plan.epochs,
        "limit": the_hub().limit,
        "paces": race.paces(standing),
        "caption": caption_lines(plan, rows, columns=()),
        "caption_of_seed": caption_lines_of_seed(plan, rows, one),
        "table": table(plan, rows),
        "files": files(plan, rows),
        "dots": [dot for row in rows if (dot := _dot(row))],
        "anchors": anchors(),
        "seed": seed,
        "seeds": plan.seeds,
        "maps": inside.maps(rows, one),
        "overlap": inside.overlap(rows, one),
        "answers": inside.answers(rows, one),
        "images": _images(rows, one),
    }


def _row(row: Row, series: int) -> dict[str, Any]:
    averaged = _averaged(row)
    return {
        "key": key_of(row),
        "method": row.method,
        "title": row.title,
        "label": label(row),
        "ratio": row.ratio,
        "series": series,
        "mean": _mean(averaged) if averaged else None,
        "runs": [_run(one, is_averaged=one in averaged) for one in row.standings],
    }


def _averaged(row: Row) -> list[Standing]:
    """The finished runs of a row, if there are several."""
    finished = [one for one in row.standings if one.finished and one.record]
    return finished if len(finished) > 1 else []


def _mean(averaged: Sequence[Standing]) -> dict[str, Any]:
    records = tuple(one.record for one in averaged if one.record)
    return {"seeds": [one.planned.seed for one in averaged], "curves": _mean_curves(records)}


def _run(one: Standing, *, is_averaged: bool) -> dict[str, Any]:
    followed = one.phase in _IN_FLIGHT
    return {
        "seed": one.planned.seed,
        "id": one.id or None,
        "token": _token(one.id) if followed else None,
        "phase": "unmeasured" if one.unmeasured else one.phase,
        "epoch": one.epoch,
        "reason": one.reason,
        "accuracy": one.result.figures["test_accuracy"] if one.result else None,
        # A run in flight sends its own curves.
        "curves": _curves(one.record) if one.record and not (followed or is_averaged) else None,
    }


def _token(run_id: str) -> str | None:
    """What opens the run's socket; None if it has been deleted in the meantime."""
    try:
        return the_hub().find(run_id).token
    except UnknownRun:
        return None


def _images(rows: Sequence[Row], seed: int) -> dict[str, str] | None:
    """A run by which the browser may load the test images."""
    for _, record in inside.of_one_seed(rows, seed):
        if token := _token(record.id):
            return {"run": record.id, "token": token}
    return None


_Curves = dict[str, list[list[float]]]
"""Points of epoch and value, and of a mean its deviation, by the curves' names in the browser."""


@lru_cache(maxsize=MOST_RUNS)
def _curves(record: Record) -> _Curves:
    """The curves of an ended run."""
    return _thinned(run_curves(record))


@lru_cache(maxsize=MOST_RUNS)
def _mean_curves(records: tuple[Record, ...]) -> _Curves:
    """The means of finished runs, as on the Runs page, with their sample standard deviations."""
    return _thinned(mean_curves(records, ""))


def _thinned(whole: RunCurves) -> _Curves:
    return {
        short: _points(whole.epoch, getattr(whole, name), whole.bands.get(name))
        for short, name in _NAMES.items()
    }


def _points(epoch: Floats, values: Floats, deviation: Floats | None) -> list[list[float]]:
    measured = np.flatnonzero(np.isfinite(epoch) & np.isfinite(values))
    places, _ = thinned(measured.astype(float), values[measured], _MOST_POINTS)
    kept = places.astype(int)
    columns = [epoch[kept].round(3), values[kept].round(5)]
    if deviation is not None:
        columns.append(deviation[kept].round(5))
    return np.column_stack(columns).tolist()


def _dot(row: Row) -> dict[str, Any] | None:
    """The row in the chart of error against kept weights; None while no run has finished."""
    kept, accuracy = row.kept_weights, row.test_accuracy
    if kept is None or accuracy is None:
        return None
    each = [(one, one.result.figures) for one in row.standings if one.result]
    deviation = accuracy.deviation
    return {
        "key": key_of(row),
        "kept": kept.mean,
        "error": 100 * (1 - accuracy.mean),
        "spread": None if deviation is None else 100 * deviation,
        "keptRange": [kept.low, kept.high],
        "runs": address_of([one.id for one, _ in each]),
        "each": [
            {
                "seed": one.planned.seed,
                "kept": figures["active_weights"],
                "error": 100 * (1 - figures["test_accuracy"]),
                "address": address_of([one.id]),
            }
            for one, figures in each
        ],
    }
