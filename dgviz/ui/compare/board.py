"""The data of the cards of a race, as the modules in `web/compare/` read them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from dgviz.charts.curves import Floats
from dgviz.charts.thinning import thinned
from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import Standing
from dgviz.comparison.table import Row
from dgviz.live.hub import UnknownRun, the_hub
from dgviz.methods.catalogue import METHODS
from dgviz.runs.drawing import run_curves
from dgviz.runs.record import Record
from dgviz.ui.compare import inside, race
from dgviz.ui.compare.table_text import (
    address_of,
    anchors,
    caption_lines,
    files,
    key_of,
    label,
    table,
)

_MOST_POINTS = 150
"""Of a curve: a race may have two hundred runs."""

_SERIES = {name: place for place, name in enumerate(METHODS)}
"""By the place in the catalogue, so that a method looks the same in every comparison."""

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
        "rows": [_row(row) for row in rows],
        "epochs": plan.epochs,
        "limit": the_hub().limit,
        "paces": race.paces(standing),
        "caption": caption_lines(plan, rows),
        "table": table(rows),
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


def _row(row: Row) -> dict[str, Any]:
    return {
        "key": key_of(row),
        "method": row.method,
        "title": row.title,
        "label": label(row),
        "ratio": row.ratio,
        "series": _SERIES[row.method],
        "runs": [_run(one) for one in row.standings],
    }


def _run(one: Standing) -> dict[str, Any]:
    followed = one.phase in _IN_FLIGHT
    return {
        "seed": one.planned.seed,
        "id": one.id or None,
        "token": _token(one.id) if followed else None,
        "phase": "unmeasured" if one.unmeasured else one.phase,
        "epoch": one.epoch,
        "reason": one.reason,
        # A run in flight sends its own curves.
        "curves": _curves(one.record) if one.record and not followed else None,
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


@lru_cache(maxsize=256)
def _curves(record: Record) -> dict[str, list[list[float]]]:
    """The curves of an ended run: pairs of epoch and value, by their names in the browser."""
    whole = run_curves(record)
    values = {
        "test": whole.test_accuracy,
        "validation": whole.validation_accuracy,
        "ratio": whole.active_ratio,
    }
    return {name: _points(whole.epoch, curve) for name, curve in values.items()}


def _points(epoch: Floats, values: Floats) -> list[list[float]]:
    measured = np.isfinite(epoch) & np.isfinite(values)
    x, y = thinned(epoch[measured], values[measured], _MOST_POINTS)
    return np.column_stack([x.round(3), y.round(5)]).tolist()


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
