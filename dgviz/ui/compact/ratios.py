"""Where sparse begins to win: the times of a run's network at several ratios of connections."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from dgviz.compaction.executors.executor import EXECUTORS
from dgviz.compaction.speed import ratio_text, text
from dgviz.compaction.speed.ratio_sweep import RatioSweep
from dgviz.compaction.speed.ratio_sweep_file import read, save
from dgviz.live.task import the_speed_tests
from dgviz.live.task_entry import measure_ratios
from dgviz.runs.contents import Unreadable
from dgviz.runs.record import Record
from dgviz.ui import components
from dgviz.ui.compact import state
from dgviz.ui.compact.speed import disturbing, machine_line, measured_text, setting_choice
from dgviz.ui.task_progress import follow, show_end
from dgviz.ui.words import escaped


def task_name(run: str) -> str:
    """The name of the measurement among the speed tests."""
    return f"{run} ratios"


def ratio_section(record: Record, step: int) -> None:
    """Offer the measurement, show its progress and its chart; only of an ended run with gates.

    Args:
        step: of the network that the page shows.
    """
    if not record.ended or record.settings is None or not record.settings.spec.preview:
        return
    name = task_name(record.id)
    task = the_speed_tests().find(name)
    under_way = task is not None and not task.ended
    with st.expander("Where sparse begins to win", expanded=under_way):
        st.markdown(
            "The network as trained is measured at several ratios r of active connections, from "
            "all of them to one in a hundred. Another τ makes each of these networks, and nothing "
            "is trained."
        )
        sweep, problem = _found(record, step)
        if under_way:
            follow(
                the_speed_tests(),
                name,
                key="compact_ratios_stop",
                doing="of the times at all ratios are measured",
            )
        else:
            st.button(
                "Measure all ratios again" if sweep else "Measure at several ratios",
                icon=":material/timer:",
                on_click=partial(_start, record),
                key="compact_ratios_start",
                help="Takes about three minutes. Close other programs.",
            )
            if beside := disturbing():
                st.markdown(f"{beside} on this server will disturb the times.")
            show_end(task, "The measurement")
            if problem and not (task and task.phase == "failed"):
                st.warning(f"{escaped(problem)} Measure again.", icon="⚠️")
        if sweep:
            _chart(record, sweep)


def _found(record: Record, step: int) -> tuple[RatioSweep | None, str]:
    """The times of the network of this step, if there are any, and what is wrong with the file."""
    try:
        sweep = read(record)
    except Unreadable as problem:
        return None, str(problem)
    return (sweep if sweep and sweep.newest.step == step else None), ""


def _start(record: Record) -> None:
    the_speed_tests().start(
        task_name(record.id),
        measure_ratios,
        record.folder,
        finish=partial(save, folder=record.folder),
        title=f"the speed of run {record.id} at several ratios",
    )


def _chart(record: Record, sweep: RatioSweep) -> None:
    setting_choice(sweep.settings, "compact_ratios")
    setting = state.setting(sweep.settings)
    newest = sweep.newest
    components.compact_ratios(
        {
            "run": record.id,
            "setting": text.setting_text(*setting),
            "rounds": text.rounds(newest),
            "lines": [_line(sweep, name, *setting) for name in sweep.executors()],
            "networks": [
                [
                    point.ratio,
                    point.recipe.tau,
                    point.measured.pruned_connections,
                    point.validation_accuracy,
                ]
                for point in sweep.points
            ],
            "notes": [
                *text.disturbance(newest),
                *ratio_text.slow_dense(sweep, *setting),
                *ratio_text.sentences(sweep),
            ],
            "caption": [record.title, f"run {record.id}, as trained", machine_line(newest)],
        }
    )
    st.markdown(_networks(sweep))
    st.caption(escaped(ratio_text.definitions(sweep)))
    for sentence in text.excluded(newest):
        st.caption(escaped(sentence))
    st.caption(measured_text(newest))


def _line(sweep: RatioSweep, name: str, batch: int, threads: int) -> dict[str, Any]:
    points = [
        (point.ratio, 1e6 * one.seconds)
        for point in sweep.points
        for one in point.measured.of(batch, threads)
        if one.executor == name
    ]
    return {
        "title": EXECUTORS[name].title,
        "saves": EXECUTORS[name].saves,
        "points": points,
        "begins": ratio_text.begins_sentence(name, sweep.speedups(name, batch, threads)),
    }


def _networks(sweep: RatioSweep) -> str:
    """The networks as a table in Markdown, narrow enough for a phone."""
    r, tau, connections, _, accuracy = range(len(ratio_text.NETWORK_COLUMNS))
    table = [ratio_text.NETWORK_COLUMNS, *ratio_text.network_rows(sweep)]
    head, *body = [[row[at] for at in (r, tau, connections, accuracy)] for row in table]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---:"] * len(head), *body))
