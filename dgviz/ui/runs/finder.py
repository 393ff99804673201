"""The search box, the filters and the table, which choose a few of all runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dgviz.runs.courses import value_text
from dgviz.runs.groups import Group
from dgviz.runs.record import Record
from dgviz.runs.search import search_problems
from dgviz.settings import KNOBS
from dgviz.ui.notes import show_problem
from dgviz.ui.runs import actions, state
from dgviz.ui.runs.group_table import group_table
from dgviz.ui.runs.search import found, values_of
from dgviz.ui.runs.table import table
from dgviz.ui.widgets import set_value
from dgviz.ui.words import escaped, runs_text

_LABELS = {"status": "Status", "method": "Method", "dataset": "Data set", "tag": "Tags"}


def finder(records: Sequence[Record], in_groups: Sequence[Group]) -> list[Record]:
    """Show search, filters and table; return the runs that they list.

    Args:
        in_groups: all runs in groups.
    """
    if not records:
        _nothing_yet()
        return []
    _search_box()
    _filters(records)
    view = state.view()
    for sentence in search_problems(view.search, records):
        show_problem(sentence)
    shown = found(records, view)
    if shown and view.grouped:
        listed = {record.id for record in shown}
        group_table([g for g in in_groups if any(r.id in listed for r in g.records)], in_groups)
    elif shown:
        table(shown)
    _count(shown, records)
    _damaged_runs(shown)
    return shown


def _nothing_yet() -> None:
    with st.container(border=True):
        st.header("No runs yet", anchor=False)
        st.markdown(
            "Every run, from the Live page or from `python -m dgviz train`, is listed here with "
            "its settings, its curves and its connections over time. You can replay a run, compare "
            "it with others, and continue its training."
        )
        st.page_link(
            actions.LIVE_PAGE,
            label="Train one on the Live page",
            icon=":material/arrow_forward:",
        )


def _search_box() -> None:
    key = "runs_search"
    set_value(key, state.view().search)
    st.text_input(
        "Search",
        key=key,
        type="search",
        live=True,
        placeholder="Name, tag, id or setting, for example: beta=0.03 dense mnist",
        label_visibility="collapsed",
        on_change=lambda: state.set_search(st.session_state[key]),
    )


def _filters(records: Sequence[Record]) -> None:
    """Show a filter for each property in which the runs differ."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        for name, label in _LABELS.items():
            wanted = state.view().filtered(name)
            values = {value for record in records for value in values_of(name, record)}
            # A value that all runs share filters nothing; a single tag may be on some runs only.
            if not wanted and len(values) < (1 if name == "tag" else 2):
                continue
            key, label_of = f"runs_filter_{name}", partial(_value_label, name)
            set_value(key, list(wanted))
            st.pills(
                label,
                sorted(values | set(wanted), key=lambda value: label_of(value).casefold()),
                selection_mode="multi",
                format_func=label_of,
                key=key,
                on_change=partial(_filter_changed, name),
                wrap=True,
            )
        if len(records) > 1 or state.view().grouped:
            key = "runs_grouped"
            set_value(key, state.view().grouped)
            st.toggle(
                "Group runs that differ only in the seed",
                key=key,
                on_change=lambda: state.set_grouped(st.session_state["runs_grouped"]),
            )


def _count(shown: Sequence[Record], records: Sequence[Record]) -> None:
    if not state.view().narrowed:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if shown:
            st.caption(f"{len(shown):,} of {runs_text(len(records))}", width="content")
        else:
            st.markdown("No run matches the search and the filters.", width="content")
        st.button("Show all", type="tertiary", on_click=state.clear_filters)


def _damaged_runs(shown: Sequence[Record]) -> None:
    broken = [record for record in shown if record.problems]
    if not broken:
        return
    verb = "has damaged files" if len(broken) == 1 else "have damaged files"
    with st.expander(f"⚠️ {runs_text(len(broken))} {verb}"):
        for record in broken:
            st.markdown(f"`{record.id}` " + escaped(" ".join(record.problems)))


def _filter_changed(name: str) -> None:
    state.set_filter(name, tuple(st.session_state[f"runs_filter_{name}"]))


def _value_label(name: str, value: str) -> str:
    """A filter's value as it is shown."""
    return escaped(value_text(KNOBS[name], value) if name in KNOBS else value)
