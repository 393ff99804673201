"""The results of a comparison in words and numbers, for the browser and for files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dgviz.comparison.anchors import ANCHORS
from dgviz.comparison.caption import caption, caption_of_seed, network
from dgviz.comparison.exports import COLUMNS, Column, as_csv, as_latex, as_markdown
from dgviz.comparison.plan import Plan, PlannedRun
from dgviz.comparison.table import Row
from dgviz.formatting import counted, plain, ratio

_TITLES = [column.title for column in COLUMNS]


def label(row: Row) -> str:
    """The method's name with the target ratio, and the reached one if it is far from it."""
    if row.ratio is None:
        return row.title
    reached = "" if row.missed is None else f", reached {ratio(row.missed)}"
    return f"{row.title}, target {plain(row.ratio)}{reached}"


def key_of(row: Row | PlannedRun) -> str:
    """The name of a row, or of a run's row; for one without a target ratio it is the method's."""
    return row.method if row.ratio is None else f"{row.method}@{plain(row.ratio)}"


def address_of(run_ids: Sequence[str]) -> str:
    """The address of runs on the Runs page, relative to this page; "" without runs."""
    return "./runs?" + "&".join(f"run={run_id}" for run_id in run_ids) if run_ids else ""


def caption_lines(
    plan: Plan, rows: Sequence[Row], columns: Sequence[Column] = COLUMNS
) -> list[str]:
    """The lines beneath the table, or with no columns beneath a saved chart: the network, and what
    a reader has to know of the runs."""
    finished = sum(one.finished for row in rows for one in row.standings)
    planned = sum(len(row.standings) for row in rows)
    about = _about(plan)
    if finished < planned:
        about += f"; {finished:,} of {counted(planned, 'run')} finished"
    return [f"{about}.", caption(rows, columns)]


def caption_lines_of_seed(plan: Plan, rows: Sequence[Row], seed: int) -> list[str]:
    """The lines beneath a saved picture of the networks of one seed."""
    return [f"{_about(plan)}.", caption_of_seed(rows, seed)]


def table(plan: Plan, rows: Sequence[Row]) -> dict[str, Any]:
    """The rows of which a run has ended, as `web/compare/race_table.js` reads them."""
    return {
        "columns": _TITLES[1:],
        "opens": _TITLES.index("seeds") - 1,
        "caption": caption_lines(plan, rows),
        "rows": [
            {
                "key": key_of(row),
                "cells": [column.text(row) for column in COLUMNS[1:]],
                "runs": address_of(row.run_ids),
            }
            for row in _ended(rows)
        ],
    }


def files(plan: Plan, rows: Sequence[Row]) -> dict[str, str]:
    """The same table as the content of files, by their formats; empty while no run has ended."""
    ended = _ended(rows)
    if not ended:
        return {}
    about = " ".join(caption_lines(plan, rows))
    return {
        "csv": as_csv(ended),
        "latex": as_latex(ended, about),
        "markdown": f"{as_markdown(ended)}\n{about}\n",
    }


def anchors() -> list[dict[str, Any]]:
    """The published results, as `web/compare/tradeoff.js` reads them."""
    return [
        {
            "name": anchor.name,
            "network": anchor.network,
            "kept": anchor.kept_weights,
            "error": round(100 * (1 - anchor.accuracy), 4),
            "source": anchor.source,
            "note": anchor.note,
        }
        for anchor in ANCHORS
    ]


def _about(plan: Plan) -> str:
    return f"{network(plan.runs()[0].settings)}, preset {plan.preset}"


def _ended(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if any(one.done for one in row.standings)]
