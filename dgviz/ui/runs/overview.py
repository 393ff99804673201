"""The overview of all runs, which the Runs page shows while no run is ticked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dgviz.charts import RunPoint, tradeoff
from dgviz.data.catalogue import DATASETS
from dgviz.formatting import count, percent, ratio
from dgviz.methods.catalogue import METHODS
from dgviz.runs.record import Record
from dgviz.ui import still_chart
from dgviz.ui.links import open_links
from dgviz.ui.row import row
from dgviz.ui.runs import state
from dgviz.ui.runs.detail import status_line
from dgviz.ui.words import escaped

_CHART = "runs_overview"


def overview(listed: Sequence[Record]) -> None:
    """Show a hint, a chart and the newest run; `listed` has at least one run, the newest first."""
    noun, content = ("group", "mean and its runs") if state.view().grouped else ("run", "details")
    st.markdown(
        f"Tick **one {noun}** to see its {content}, or **2 to {state.MOST_CHOSEN} {noun}s** to "
        "compare them. On a keyboard, Shift + Space ticks the row that you are in."
    )
    points = _points(listed)
    if len(points) < 2:
        _newest(listed[0])
        return
    left, right = row("overview_blocks", (2, 420), (1, 300), gap="medium")
    with left:
        st.header("Accuracy and active connections", anchor=False)
        st.caption(
            "Each point is a run: further up it is more accurate, further left it has fewer active "
            "connections. Click or tap one to open it."
        )
        still_chart.show(
            tradeoff(points),
            key=_CHART,
            alt="Test accuracy of the listed runs over their numbers of active connections",
            on_select=_open_clicked,
            selection_mode="points",
        )
    with right:
        _newest(listed[0])


def _points(listed: Sequence[Record]) -> list[RunPoint]:
    """The runs with accuracy and active connections; keys name the data set if several."""
    settings = [record.settings for record in listed if record.settings]
    datasets = [name for name in DATASETS if name in {one.dataset for one in settings}]
    points = []
    for record in listed:
        accuracy, active = (
            record.reached.figures.get(n) for n in ("test_accuracy", "active_weights")
        )
        if accuracy is None or not active or record.settings is None:
            continue
        name, dataset = record.settings.spec.title, record.settings.dataset
        group = f"{name}, {DATASETS[dataset].title}" if len(datasets) > 1 else name
        method = list(METHODS).index(record.settings.method)
        place = datasets.index(dataset)
        points.append(RunPoint(record.id, record.title, group, method, place, active, accuracy))
    return points


def _open_clicked() -> None:
    points = st.session_state[_CHART]["selection"]["points"]
    if points:
        state.choose(points[0]["customdata"][0])


def _newest(record: Record) -> None:
    with st.container(border=True):
        st.header("Newest listed run" if state.view().narrowed else "Newest run", anchor=False)
        st.markdown(f"**{escaped(record.title)}**")
        status_line(record)
        figures = record.reached.figures
        rows = {
            "Test accuracy": percent(figures.get("test_accuracy")),
            "Active ratio r": ratio(figures.get("active_ratio")),
            "Active connections": count(figures.get("active_weights")),
        }
        st.table(rows, border="horizontal")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Show details", type="primary", on_click=partial(state.choose, record.id))
            open_links(record.id, "Live", "Pixels", "Compact")
