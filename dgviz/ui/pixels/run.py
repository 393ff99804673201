"""The run of the Pixels page: the picker, the player, and the caption of its pictures."""

from __future__ import annotations

import streamlit as st

from dgviz.data.catalogue import DATASETS
from dgviz.formatting import system_text
from dgviz.live.hub import Run
from dgviz.places import PAGES
from dgviz.runs.card import SystemInfo
from dgviz.runs.courses import courses
from dgviz.runs.record import title_of
from dgviz.runs.store import RunNotFound, the_store
from dgviz.training import machine
from dgviz.ui import components
from dgviz.ui.pixels import state
from dgviz.ui.words import time_text

_PICKER = "pixels_picker"


def run_picker(run: Run | None) -> None:
    """Show a list of all runs with something to show, newest first, and the shown run's status."""
    names = _choices(run)
    if run is not None:
        st.session_state[_PICKER] = run.id
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Run",
            list(names),
            format_func=lambda run_id: names.get(run_id, run_id),
            index=None,
            placeholder="No run has been recorded yet",
            key=_PICKER,
            on_change=_picked,
            width=420,
        )
        components.status(run, hint="There is no run yet.")


def replay(run: Run) -> None:
    """Show a player of the run's recording, which all cards follow once the run has ended."""
    components.scrubber(
        run,
        at=state.at(),
        on_seek=lambda: state.set_step(components.chosen_step()),
    )


def caption(run: Run) -> list[str]:
    """The run in a few lines, for the caption of a saved picture."""
    settings = run.settings
    known = courses(settings, [entry for entry in run.log if entry["kind"] == "knob"])
    lines = [
        f"{settings.spec.title} on {DATASETS[settings.dataset].title}, {title_of(settings, known)}",
        f"run {run.id}",
    ]
    return [*lines, system_text(_versions(run))]


def _versions(run: Run) -> SystemInfo:
    """The versions that the run was trained with, perhaps on another machine."""
    try:
        sessions = the_store().record(run.id).sessions
    except RunNotFound:
        sessions = ()
    return (sessions and sessions[-1].versions) or machine.versions()


def empty_page() -> None:
    """Explain what the page shows, with a link to train a run."""
    st.info(
        "When a network has been trained, this page shows which pixels it uses, which pixels "
        "count for each class, and how it classifies a single digit."
    )
    st.page_link(
        PAGES / "live.py", label="Train one on the Live page", icon=":material/arrow_forward:"
    )


def _choices(run: Run | None) -> dict[str, str]:
    """Names by id, including the shown run even if it has recorded nothing yet."""
    names = {} if run is None else {run.id: _name(run.id, title_of(run.settings))}
    for record in the_store().records():
        if record.step and record.settings:
            names[record.id] = f"{record.title} · {time_text(record.created)}"
    return names


def _name(run_id: str, title: str) -> str:
    try:
        return f"{the_store().record(run_id).title} · now"
    except RunNotFound:
        return f"{title} · now"


def _picked() -> None:
    if run_id := st.session_state[_PICKER]:
        state.choose(run_id)
