"""Measure the time of trials before any of them is trained."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dgviz.live.task import the_speed_tests
from dgviz.live.task_entry import measure_paces
from dgviz.sweeps.cost import MOST_MEASURED, Speed
from dgviz.sweeps.grid import Grid
from dgviz.ui.sweep import asking
from dgviz.ui.task_progress import follow, show_end


def offer(
    grid: Grid,
    speeds: Sequence[Speed],
    *,
    jobs: int,
    halving: bool,
    place: str,
    said: str = "",
) -> None:
    """Offer to measure the time of trials that is not known, or show how far this is.

    Args:
        grid: which has these trials.
        speeds: of the trials whose time is not known.
        jobs: trials at once.
        halving: whether they may be stopped early.
        place: where the page offers it, one word.
        said: a text that is shown beside it, in Markdown.
    """
    name = f"the time of trials: {[*speeds]}, {jobs}, {halving}"
    task = the_speed_tests().find(name)
    is_under_way = task is not None and not task.ended
    can_start = not is_under_way and 0 < len(speeds) <= MOST_MEASURED
    if said or can_start:
        with st.container(horizontal=True, vertical_alignment="center"):
            if said:
                st.markdown(said)
            if can_start:
                st.button(
                    "Measure",
                    icon=":material/timer:",
                    on_click=partial(_start, name, grid, speeds, jobs, halving),
                    key=f"sweep_measure_{place}",
                    help="Trains networks of each size for about a second, and keeps nothing of "
                    "them. Whatever else the machine computes makes them slower.",
                )
    if is_under_way:
        key = f"sweep_measure_stop_{place}"
        follow(the_speed_tests(), name, key=key, doing="of the measurement is done")
    else:
        show_end(task, "The measurement")


def _start(name: str, grid: Grid, speeds: Sequence[Speed], jobs: int, halving: bool) -> None:
    the_speed_tests().start(
        name,
        measure_paces,
        grid,
        speeds,
        jobs,
        halving,
        finish=asking.measured(jobs, halving=halving).append,
        title="the time of a sweep's trials",
    )
