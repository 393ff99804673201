"""The table of runs, in which runs are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dgviz.data.catalogue import DATASETS
from dgviz.runs.courses import moves_text, short_moves_text
from dgviz.runs.record import Record
from dgviz.runs.search import status_of
from dgviz.runs.spreadsheets import plain_cell
from dgviz.ui.runs import state
from dgviz.ui.words import timezone

_MB = 1e6

_MOVES_LENGTH = 46
"""Characters that fit the column of changes."""

_TOOLBAR_MARGIN = "<style>@media (hover: none) {{ .st-key-{key} {{ margin-top: 1.5rem }} }}</style>"
"""On a touch screen, Streamlit's toolbar is always shown above the table."""


def table(records: Sequence[Record]) -> None:
    """Show a row for each run, in the given order; a click on a row's box chooses the run."""
    choosable(
        frame(records),
        [record.id for record in records],
        state.view().runs,
        key="runs_table",
        columns=_columns(),
        alt="Runs, a row each",
    )


def choosable(
    content: pd.DataFrame,
    ids: Sequence[str],
    chosen: Sequence[str],
    *,
    key: str,
    columns: dict[str, Any],
    alt: str,
) -> None:
    """Show a table in which rows are chosen.

    Args:
        ids: the id of the run that each row stands for.
        chosen: the ids chosen so far, also those that no row has.
    """
    rows = [row for row, run_id in enumerate(ids) if run_id in chosen]
    # Only if it differs: setting it again would undo a click made in the meantime.
    if _selected(key) != rows:
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    st.html(_TOOLBAR_MARGIN.format(key=key))
    st.dataframe(
        content,
        key=key,
        on_select=partial(_choose, key, ids, chosen),
        selection_mode="multi-row",
        hide_index=True,
        placeholder="–",
        column_config=columns,
        alt=alt,
    )


def frame(records: Sequence[Record]) -> pd.DataFrame:
    """The content of the table, a row for each record; the browser saves it as CSV."""
    return pd.DataFrame([_row(record) for record in records])


def marked_status(record: Record) -> str:
    """The status, with a warning sign if one of the run's files is damaged."""
    status = status_of(record)
    return f"⚠️ {status}" if record.problems else status


def _row(record: Record) -> dict[str, Any]:
    settings, (epoch, figures) = record.settings, record.reached
    began = {name: course.start for name, course in record.courses.items()}
    accuracy = figures.get("test_accuracy")
    return {
        "Name": plain_cell(record.title),
        "Method": settings.spec.title if settings else None,
        "Status": marked_status(record),
        "Test accuracy, %": None if accuracy is None else 100 * accuracy,
        "Active ratio r": figures.get("active_ratio"),
        "Started": record.created,
        "Changed while training": short_moves_text(record.courses, _MOVES_LENGTH) or None,
        "Active connections": figures.get("active_weights"),
        "β at start": began.get("beta"),
        "τ at start": began.get("tau"),
        "Epochs trained": epoch if record.card is not None else None,
        "Planned epochs": record.epochs or None,
        "Tags": [plain_cell(tag) for tag in record.tags],
        "Preset": settings.preset if settings else None,
        "Data set": DATASETS[settings.dataset].title if settings else None,
        "Seed": settings.seed if settings else None,
        "Size, MB": record.disk_bytes / _MB,
        "Started from": record.parent,
        "Id": record.id,
        "All changes, with epochs": moves_text(record.courses) or None,
    }


def _columns() -> dict[str, Any]:
    """The format of each column. Names of columns are their heads, on the page and in the CSV.

    The name is as wide as a window of 1280 pixels allows that also shows the active ratio.
    """
    column = st.column_config
    return {
        "Name": column.TextColumn(width=365),
        "Method": column.TextColumn(width=165),
        "Status": column.TextColumn(width=100),
        "Started": column.DatetimeColumn(
            format="YYYY-MM-DD HH:mm", timezone=str(timezone()), width=130
        ),
        "Test accuracy, %": column.NumberColumn(format="%.2f"),
        "Active ratio r": column.NumberColumn(
            format="%.3f", help="The share of the connections that is active."
        ),
        "Active connections": column.NumberColumn(format="localized"),
        "Epochs trained": column.NumberColumn(format="%.1f"),
        "Planned epochs": column.NumberColumn(format="%d"),
        "Tags": column.ListColumn(),
        "β at start": column.NumberColumn(format="%g", help="Sparsity penalty."),
        "τ at start": column.NumberColumn(format="%g", help="Threshold."),
        "Changed while training": column.TextColumn(
            help="Settings that were changed during the run. The last column has all, with epochs.",
            width=160,
        ),
        "Seed": column.NumberColumn(format="%d"),
        "Size, MB": column.NumberColumn(format="%.1f"),
        "Started from": column.TextColumn(help="The run whose settings it began with."),
        "All changes, with epochs": column.TextColumn(width=900),
    }


def _selected(key: str) -> list[int]:
    drawn = st.session_state.get(key)
    return sorted(drawn["selection"]["rows"]) if drawn else []


def _choose(key: str, ids: Sequence[str], before: Sequence[str]) -> None:
    """Update the choice: earlier runs keep their order, and hidden ones stay chosen."""
    clicked = [ids[row] for row in st.session_state[key]["selection"]["rows"] if row < len(ids)]
    kept = [run_id for run_id in before if run_id in clicked or run_id not in ids]
    now = (*kept, *(run_id for run_id in clicked if run_id not in kept))
    if now != tuple(before):
        state.choose(*now)
