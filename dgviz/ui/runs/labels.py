"""The boxes for a run's name and tags, each with the reason below it if its text is refused.

A refused name stays in its box, where it can be corrected. A refused tag is removed: it cannot be
edited there, and would look like a saved one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dgviz.runs.contents import RunsError
from dgviz.runs.labels import MOST_TAGS
from dgviz.runs.record import Record
from dgviz.runs.store import RunNotFound, the_store
from dgviz.ui.notes import show_problem
from dgviz.ui.widgets import set_value

_REFUSED = "runs_refused"


def label_boxes(record: Record, records: Sequence[Record]) -> None:
    """Show the two boxes; `records` are all runs, whose tags are suggested."""
    name, tags = f"runs_name_{record.id}", f"runs_tags_{record.id}"
    for key in (name, tags):
        if key not in st.session_state:
            # Streamlit drops a box's text when its page is left.
            _refusals().pop(key, None)
    if name not in _refusals():
        set_value(name, record.name)
    set_value(tags, list(record.tags))
    with st.container(horizontal=True):
        with st.container():
            # No max_chars: the browser would silently cut or reject pasted text.
            st.text_input(
                "Name",
                key=name,
                placeholder="Give it a name",
                on_change=partial(_change, record.id, "name", name),
            )
            _reason(name)
        with st.container():
            st.multiselect(
                "Tags",
                sorted({tag for other in records for tag in other.tags} | set(record.tags)),
                key=tags,
                max_selections=MOST_TAGS,
                accept_new_options=True,
                placeholder="Type a tag and press Enter",
                on_change=partial(_change, record.id, "tags", tags),
            )
            _reason(tags)


def _change(run_id: str, part: str, key: str) -> None:
    _refusals().pop(key, None)
    try:
        the_store().record(run_id).relabel(**{part: st.session_state[key]})
    except (RunsError, RunNotFound) as problem:
        _refusals()[key] = str(problem)


def _reason(key: str) -> None:
    if sentence := _refusals().get(key):
        show_problem(f"Not saved. {sentence}")


def _refusals() -> dict[str, str]:
    """The reasons why texts were not saved, by the box's key."""
    refusals: dict[str, str] = st.session_state.setdefault(_REFUSED, {})
    return refusals
