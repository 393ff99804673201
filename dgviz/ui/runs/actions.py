"""The actions of the Runs page: delete, restore, resume and restart runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from dgviz.live.hub import UnknownRun, the_hub
from dgviz.places import PAGES
from dgviz.runs.contents import RunsError
from dgviz.runs.store import RunNotFound, the_store
from dgviz.settings import Settings
from dgviz.ui.notes import note
from dgviz.ui.runs import state, undo

LIVE_PAGE = PAGES / "live.py"

_REDIRECT = "runs_go_live"


def delete(*run_ids: str) -> None:
    """Move runs to the bin; those that cannot be moved are reported."""
    gone = _each(run_ids, the_store().delete)
    state.drop(*gone)
    undo.remember_deleted(gone)


def restore(*run_ids: str) -> None:
    """Move runs out of the bin, and show them."""
    undo.remember_deleted(())
    state.choose(*_each(run_ids, the_store().restore))


def empty_bin() -> None:
    undo.remember_deleted(())
    the_store().empty_bin()


def resume(run_id: str) -> None:
    """Resume a run from its last checkpoint, and show it on the Live page."""
    try:
        _redirect_to_live(the_hub().resume(run_id).id)
    except (RunsError, RunNotFound, UnknownRun) as problem:
        note(str(problem))


def train_further(run_id: str, epochs: int) -> None:
    """Train a finished run further, as a new run, and show it on the Live page."""
    try:
        _redirect_to_live(the_hub().extend(run_id, epochs).id)
    except (RunsError, RunNotFound, UnknownRun) as problem:
        note(str(problem))


def restart(parent: str, settings: Settings) -> None:
    """Start a run with these settings, and show it on the Live page."""
    _redirect_to_live(the_hub().start(settings, parent=parent).id)


def follow_redirect() -> None:
    """Open the Live page if an action asked for it; a callback cannot switch pages itself."""
    if run_id := st.session_state.pop(_REDIRECT, None):
        st.switch_page(LIVE_PAGE, query_params={"run": run_id})


def _each(run_ids: Iterable[str], act: Callable[[str], None]) -> tuple[str, ...]:
    """Apply an action to each run; return those that succeeded, and report the other ones."""
    done = []
    for run_id in run_ids:
        try:
            act(run_id)
            done.append(run_id)
        except (RunsError, RunNotFound) as problem:
            note(str(problem))
    return tuple(done)


def _redirect_to_live(run_id: str) -> None:
    st.session_state[_REDIRECT] = run_id
