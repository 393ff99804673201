"""The run of a page that shows a single one: which it is, and the list to choose another from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dgviz.live.hub import Run, UnknownRun, the_hub
from dgviz.places import PAGES
from dgviz.runs.record import Record, title_of
from dgviz.runs.store import RunNotFound, the_store
from dgviz.ui import components
from dgviz.ui.links import open_links
from dgviz.ui.notes import note
from dgviz.ui.words import time_text


def first_choice() -> str | None:
    """The run to show without a link to one: the Live page's, or else the newest."""
    live: str | None = st.session_state.get("run_id")
    return live or newest()


def newest() -> str | None:
    """The newest recorded run; one with masks, if there is any, because it shows more."""
    recorded = [
        (not record.settings.spec.masks, place, record.id)
        for place, record in enumerate(the_store().records())
        if _shows(record) and record.settings
    ]
    return min(recorded)[2] if recorded else None


def found(run_id: str | None) -> Run | None:
    """The run of this id; if it cannot be found, the newest one, if any, with a note."""
    try:
        return the_hub().find(run_id) if run_id else None
    except UnknownRun as problem:
        note(str(problem))
    try:
        return the_hub().find(other) if (other := newest()) else None
    except UnknownRun:
        return None


def run_picker(
    run: Run | None, *, key: str, on_pick: Callable[[str], None], links: Sequence[str]
) -> None:
    """Show a list of all runs with something to show, newest first, and the shown run's status.

    Args:
        key: of the list.
        on_pick: called with the id of the run that the user picks.
        links: names of other pages about the shown run.
    """
    names = _choices(run)
    if run is not None:
        st.session_state[key] = run.id

    def picked() -> None:
        if run_id := st.session_state[key]:
            on_pick(run_id)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Run",
            list(names),
            format_func=lambda run_id: names.get(run_id, run_id),
            index=None,
            placeholder="No run has been recorded yet",
            key=key,
            on_change=picked,
            width=420,
        )
        components.status(run, hint="There is no run yet.")
        if run is not None:
            open_links(run.id, *links)


def empty_page(sentence: str) -> None:
    """Explain what the page shows of a run, with a link to train one."""
    st.info(sentence)
    st.page_link(
        PAGES / "live.py", label="Train one on the Live page", icon=":material/arrow_forward:"
    )


def _shows(record: Record) -> bool:
    return bool(record.step and record.settings)


def _choices(run: Run | None) -> dict[str, str]:
    """Names by id, including the shown run even if it has recorded nothing yet."""
    names = {} if run is None else {run.id: _name(run.id, title_of(run.settings))}
    for record in the_store().records():
        if _shows(record):
            names[record.id] = f"{record.title} · {time_text(record.created)}"
    return names


def _name(run_id: str, title: str) -> str:
    try:
        return f"{the_store().record(run_id).title} · now"
    except RunNotFound:
        return f"{title} · now"
