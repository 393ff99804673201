"""What the Runs page does to runs: delete, restore, train on."""

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

LIVE_PAGE, PIXELS_PAGE = PAGES / "live.py", PAGES / "pixels.py"

_GO_LIVE = "runs_go_live"


def delete(*run_ids: str) -> None:
    """Put runs into the bin; those that cannot be moved stay, and are named."""
    gone = _each(run_ids, the_store().delete)
    state.drop(*gone)
    undo.remember_deleted(gone)


def restore(*run_ids: str) -> None:
    """Take runs out of the bin."""
    undo.remember_deleted(())
    state.choose(*_each(run_ids, the_store().restore))


def empty_bin() -> None:
    """Remove for good what has been deleted."""
    undo.remember_deleted(())
    the_store().empty_bin()


def resume(run_id: str) -> None:
    """Train on from the last checkpoint, and watch it on the Live page."""
    try:
        _go_live(the_hub().resume(run_id).id)
    except (RunsError, RunNotFound, UnknownRun) as problem:
        note(str(problem))


def restart(parent: str, settings: Settings) -> None:
    """Begin anew with these settings, and watch it on the Live page."""
    _go_live(the_hub().start(settings, parent=parent).id)


def follow_commands() -> None:
    """Go where an action has led: a callback comes before the pages are known."""
    if run_id := st.session_state.pop(_GO_LIVE, None):
        st.switch_page(LIVE_PAGE, query_params={"run": run_id})


def _each(run_ids: Iterable[str], act: Callable[[str], None]) -> tuple[str, ...]:
    """The runs with which it worked; what kept the others from it is said."""
    done = []
    for run_id in run_ids:
        try:
            act(run_id)
            done.append(run_id)
        except (RunsError, RunNotFound) as problem:
            note(str(problem))
    return tuple(done)


def _go_live(run_id: str) -> None:
    st.session_state[_GO_LIVE] = run_id
