"""The Runs page follows the runs directory: runs of this server and of any other process."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dgviz.runs.record import Record
from dgviz.runs.store import RunNotFound, the_store
from dgviz.ui.notes import rerun_unasked

_SECONDS = 3.0


def rerun_when_runs_change(records: Sequence[Record]) -> None:
    """Rerun the page when a run has been added, removed, resumed or ended, or has progressed.

    Args:
        records: all runs, as the page shows them.
    """
    st.fragment(_rerun_if_changed, run_every=_SECONDS)(records)


def _rerun_if_changed(shown: Sequence[Record]) -> None:
    if have_changed(shown):
        rerun_unasked()


def have_changed(shown: Sequence[Record]) -> bool:
    """Whether the directory has other runs by now, or one that is not finished has changed.

    Of finished runs, which are nearly all, only the names of the folders are read.
    """
    if the_store().ids() != {record.id for record in shown}:
        return True
    try:
        return any(
            _state(the_store().record(record.id)) != _state(record)
            for record in shown
            if record.phase != "finished"
        )
    except RunNotFound:
        return True


def _state(record: Record) -> tuple[object, ...]:
    return record.phase, record.reached
