"""The table of groups of runs that differ only in the seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dgviz.comparison.table import Spread
from dgviz.data.catalogue import DATASETS
from dgviz.runs.groups import Group
from dgviz.runs.spreadsheets import plain_cell
from dgviz.ui.runs import state
from dgviz.ui.runs.table import choosable

DEVIATION = "Sample standard deviation over the seeds; none for a single seed."


def group_table(shown: Sequence[Group], every: Sequence[Group]) -> None:
    """Show a row for each group, in the given order; a click on a row's box chooses the group.

    Args:
        every: all groups, also those that are not shown.
    """
    choosable(
        frame(shown),
        [group.id for group in shown],
        [group.id for group in chosen_groups(every, state.view().runs)],
        key="runs_groups",
        columns=_columns(),
        alt="Groups of runs that differ only in the seed, a row each",
    )


def chosen_groups(groups: Sequence[Group], run_ids: Iterable[str]) -> list[Group]:
    """The groups of these runs, in the order of the runs."""
    group_of = {record.id: group for group in groups for record in group.records}
    chosen = {group_of[run_id].id: group_of[run_id] for run_id in run_ids if run_id in group_of}
    return list(chosen.values())


def frame(groups: Sequence[Group]) -> pd.DataFrame:
    """The content of the table, a row for each group; the browser saves it as CSV."""
    return pd.DataFrame([_row(group) for group in groups])


def _row(group: Group) -> dict[str, Any]:
    first = group.records[0]
    settings = first.settings
    accuracy, accuracy_spread = _mean_and_deviation(group, "test_accuracy", 100)
    ratio, ratio_spread = _mean_and_deviation(group, "active_ratio", 1)
    return {
        "Group": plain_cell(group.title),
        "Method": settings.spec.title if settings else None,
        "Runs": group.phases_text,
        "Seeds": len(group.seeds),
        "Test accuracy, %, mean": accuracy,
        "± accuracy": accuracy_spread,
        "Active ratio r, mean": ratio,
        "± r": ratio_spread,
        "Active connections, mean": _mean_and_deviation(group, "active_weights", 1)[0],
        "Planned epochs": first.epochs or None,
        "Data set": DATASETS[settings.dataset].title if settings else None,
        "Which seeds": ", ".join(str(seed) for seed in group.seeds) or None,
        "Ids": [record.id for record in group.records],
    }


def _mean_and_deviation(
    group: Group, figure: str, factor: float
) -> tuple[float | None, float | None]:
    if not (values := group.values(figure)):
        return None, None
    spread = Spread(values)
    deviation = None if spread.deviation is None else factor * spread.deviation
    return factor * spread.mean, deviation


def _columns() -> dict[str, Any]:
    """The format of each column. Names of columns are their heads, on the page and in the CSV."""
    column = st.column_config
    return {
        "Group": column.TextColumn(width=400),
        "Method": column.TextColumn(width=130),
        "Runs": column.TextColumn(width=90),
        "Seeds": column.NumberColumn(
            help="The number of seeds with a finished run. Means and ± are over them."
        ),
        "Test accuracy, %, mean": column.NumberColumn(format="%.2f"),
        "± accuracy": column.NumberColumn(format="%.2f", help=DEVIATION),
        "Active ratio r, mean": column.NumberColumn(
            format="%.3f", help="The share of the connections that is active."
        ),
        "± r": column.NumberColumn(format="%.3f", help=DEVIATION),
        "Active connections, mean": column.NumberColumn(format="localized"),
        "Planned epochs": column.NumberColumn(format="%d"),
        "Ids": column.ListColumn(),
    }
