"""From all runs to the few one means: the search box, the filters and the table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dgviz.runs.courses import value_text
from dgviz.runs.record import Record
from dgviz.runs.search import complaints
from dgviz.runs.store import RunNotFound, the_store
from dgviz.settings import KNOBS
from dgviz.ui.runs import actions, state
from dgviz.ui.runs.search import found, values_of
from dgviz.ui.runs.table import table
from dgviz.ui.widgets import hold
from dgviz.ui.words import counted, shielded

_LOOK_SECONDS = 3.0
_LABELS = {"status": "Status", "method": "Method", "dataset": "Data set", "tag": "Tags"}


def finder(records: Sequence[Record]) -> list[Record]:
    """Narrow the runs down and choose among them; the runs that are listed then."""
    if not records:
        _nothing_yet()
        return []
    _search_box()
    _filters(records)
    view = state.view()
    for sentence in complaints(view.search, records):
        st.caption(f":red[{shielded(sentence)}]")
    shown = found(records, view)
    if shown:
        table(shown)
    _count(shown, records)
    _name_broken(shown)
    _keep_fresh(records)
    return shown


def _nothing_yet() -> None:
    with st.container(border=True):
        st.header("No runs yet", anchor=False)
        st.markdown(
            "Every run, from the Live page or from `python -m dgviz train`, is listed here with "
            "its settings, its curves and its gates over time. You can replay a run, compare it "
            "with others, and continue its training."
        )
        st.page_link(
            actions.LIVE_PAGE,
            label="Train one on the Live page",
            icon=":material/arrow_forward:",
        )


def _search_box() -> None:
    key = "runs_search"
    hold(key, state.view().search)
    st.text_input(
        "Search",
        key=key,
        type="search",
        live=True,
        placeholder="Name, tag, id or setting, for example: beta=0.03 dense mnist",
        label_visibility="collapsed",
        on_change=lambda: state.search_for(st.session_state[key]),
    )


def _filters(records: Sequence[Record]) -> None:
    """Pills for all that there is to tell runs apart by."""
    with st.container(horizontal=True, gap="medium"):
        for name, label in _LABELS.items():
            wanted = state.view().filtered(name)
            there = {value for record in records for value in values_of(name, record)}
            # What all runs have in common tells none of them apart; a single tag does.
            if not wanted and len(there) < (1 if name == "tag" else 2):
                continue
            key = f"runs_filter_{name}"
            hold(key, list(wanted))
            st.pills(
                label,
                sorted(there | set(wanted)),
                selection_mode="multi",
                format_func=partial(_shown, name),
                key=key,
                on_change=partial(_narrow, name),
                wrap=True,
            )


def _count(shown: Sequence[Record], records: Sequence[Record]) -> None:
    if not state.view().narrowed:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if shown:
            st.caption(f"{len(shown):,} of {counted(len(records))}", width="content")
        else:
            st.markdown("No run matches the search and the filters.", width="content")
        st.button("Show all", type="tertiary", on_click=state.show_everything)


def _name_broken(shown: Sequence[Record]) -> None:
    broken = [record for record in shown if record.problems]
    if not broken:
        return
    verb = "has damaged files" if len(broken) == 1 else "have damaged files"
    with st.expander(f"⚠️ {counted(len(broken))} {verb}"):
        for record in broken:
            st.markdown(f"`{record.id}` " + shielded(" ".join(record.problems)))


def _keep_fresh(records: Sequence[Record]) -> None:
    """While runs are being trained, draw the page again whenever one has got further."""
    living = [record for record in records if record.phase == "running"]
    if living:
        st.fragment(_look_again, run_every=_LOOK_SECONDS)([_place(record) for record in living])


def _look_again(before: list[tuple[object, ...]]) -> None:
    try:
        now = [_place(the_store().record(str(run_id))) for run_id, *_ in before]
    except RunNotFound:
        now = []
    if now != before:
        st.rerun()


def _place(record: Record) -> tuple[object, ...]:
    return record.id, record.phase, record.step


def _narrow(name: str) -> None:
    state.narrow(name, tuple(st.session_state[f"runs_filter_{name}"]))


def _shown(name: str, value: str) -> str:
    """A filter's value for people."""
    return shielded(value_text(KNOBS[name], value) if name in KNOBS else value)
