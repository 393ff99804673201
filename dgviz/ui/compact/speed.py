"""How long each form of the network takes on this machine, and which one to take."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from dgviz.compaction.executors.executor import EXECUTORS, SAVINGS
from dgviz.compaction.speed import text
from dgviz.compaction.speed.choice import choose
from dgviz.compaction.speed.measurement import Measurement, Timing
from dgviz.compaction.speed.measurement_file import read, save
from dgviz.compaction.speed.slow_dense import compared
from dgviz.formatting import counted, joined
from dgviz.live.hub import the_hub
from dgviz.live.task import all_tasks, the_speed_tests
from dgviz.live.task_entry import measure_speed
from dgviz.runs.contents import Unreadable
from dgviz.runs.record import Record
from dgviz.training import machine
from dgviz.ui import components
from dgviz.ui.compact import state
from dgviz.ui.compact.making import Shown, wait_text
from dgviz.ui.compact.results import Result
from dgviz.ui.notes import show_note
from dgviz.ui.task_progress import follow, show_end
from dgviz.ui.words import escaped, time_text, unbroken


def measured(record: Record, result: Result) -> Measurement | None:
    """The times of this network, from memory or from the run's folder; None without any."""
    if result.speed is not None:
        return result.speed
    try:
        found = read(record, result.made.recipe)
    except Unreadable:
        return None
    return found if found is not None and found.step == result.made.step else None


def refuse_unmeasured(found: Measurement | None) -> None:
    """Show a sentence about a batch size and a number of threads that were not measured."""
    for sentence in state.drop_unmeasured(found) if found else []:
        show_note(sentence)


def times(found: Measurement | None) -> tuple[Timing, ...]:
    """The times at the chosen batch size and threads."""
    return () if found is None else tuple(compared(found, *state.setting(found.settings)))


def speed_section(
    record: Record, shown: Shown, found: Measurement | None, caption: list[str]
) -> None:
    """Offer the measurement, show its progress, and show the times.

    Args:
        found: the times of the network; None if they are not measured.
        caption: the lines beneath a saved picture.
    """
    st.header("How fast", anchor=False)
    st.markdown(
        "Fewer connections make a network faster only if a program skips the closed ones, and "
        "skipping takes time too. Each program below computes the logits of all test images first, "
        "and is timed only if they are the network's."
    )
    result = shown.result
    name = _task_name(result)
    _others(record, name)
    task = the_speed_tests().find(name)
    if task and not task.ended:
        follow(the_speed_tests(), name, key="compact_speed_stop", doing="of the times are measured")
    else:
        _offer(record, shown, found)
        show_end(task, "The measurement")
        _warn_of_a_damaged_file(record, result)
    if found is not None:
        _times(found, caption)


def _offer(record: Record, shown: Shown, found: Measurement | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Measure again on this machine" if found else "Measure on this machine",
            type="secondary" if found else "primary",
            icon=":material/timer:",
            on_click=partial(_start, record, shown.result),
            disabled=not shown.result.made.check.passed or bool(shown.replaced_by),
            key="compact_speed_start",
            help="Takes about a minute. Close other programs.",
        )
        if beside := disturbing():
            st.markdown(f"{beside} on this server will disturb the times.")
    if shown.replaced_by:
        st.caption(wait_text(shown))


def disturbing() -> str:
    """What this server computes beside a measurement: "1 run and 2 tasks"; "" for nothing."""
    runs = len(the_hub().in_flight())
    # Measurements wait for each other.
    tasks = sum(bool(of.under_way("")) for of in all_tasks() if of is not the_speed_tests())
    found = [counted(n, noun) for n, noun in ((runs, "run"), (tasks, "task")) if n]
    return joined(found)


def _others(record: Record, name: str) -> None:
    """Show the measurements of the run's other networks, which go on when the recipe changes."""
    for number, (other, task) in enumerate(the_speed_tests().under_way(f"{record.id} of ").items()):
        if other != name:
            follow(
                the_speed_tests(),
                other,
                key=f"compact_speed_stop_{number}",
                doing=f"of {task.title} is measured",
            )


def _start(record: Record, result: Result) -> None:
    assert record.settings is not None

    def finish(found: Measurement) -> None:
        result.speed = found
        save(found, record.folder)

    the_speed_tests().start(
        _task_name(result),
        measure_speed,
        record.settings.dataset,
        result.made,
        finish=finish,
        title=f"the speed of run {record.id}, {result.made.recipe.title}",
    )


def _warn_of_a_damaged_file(record: Record, result: Result) -> None:
    if result.speed is not None:
        return
    try:
        read(record)
    except Unreadable as problem:
        st.warning(f"{escaped(str(problem))} Measure again.", icon="⚠️")


def _times(found: Measurement, caption: list[str]) -> None:
    setting_choice(found.settings, "compact")
    setting = state.setting(found.settings)
    timings = compared(found, *setting)
    components.compact_speed(
        {
            "run": found.run,
            "setting": text.setting_text(*setting),
            "rounds": text.rounds(found),
            "rows": _rows(timings),
            "notes": [
                *text.disturbance(found),
                *text.slow_dense(found, *setting),
                text.advice(found, *setting),
                text.where_sparse_wins(found),
            ],
            "savings": SAVINGS,
            "caption": [*caption, machine_line(found)],
        }
    )
    for sentence in text.excluded(found):
        st.caption(escaped(sentence))
    with st.expander("How it was measured"):
        for sentence in text.circumstances(found):
            st.markdown(escaped(unbroken(sentence)))
    st.caption(measured_text(found))


def measured_text(found: Measurement) -> str:
    """When and on what it was measured, in Markdown."""
    # The time zone is the reader's, so not in a saved picture.
    return f"Measured {time_text(found.created)} on {escaped(_machine(found))}"


def machine_line(found: Measurement) -> str:
    """How it was measured, as a line for the caption of a saved picture."""
    return f"times: {text.rounds(found)}; {_machine(found)}"


def _machine(found: Measurement) -> str:
    return machine.as_text(found.hardware, found.versions)


def _rows(timings: list[Timing]) -> list[dict[str, Any]]:
    """The fastest first."""
    taken = choose(timings).taken
    ordered = sorted(timings, key=lambda one: -one.speedup)
    words = dict(zip((one.executor for one in ordered), text.rows(ordered), strict=True))
    return [
        {
            "title": EXECUTORS[one.executor].title,
            "form": EXECUTORS[one.executor].form,
            "saves": EXECUTORS[one.executor].saves,
            "speedup": one.speedup,
            "low": one.speedup_low,
            "high": one.speedup_high,
            "microseconds": 1e6 * one.seconds,
            "time": words[one.executor][1],
            "times": words[one.executor][2],
            "taken": one is taken,
        }
        for one in ordered
    ]


def setting_choice(settings: Sequence[tuple[int, int]], key_prefix: str) -> None:
    """Choose the batch size and the threads, of the settings that were measured."""
    batch, threads = state.setting(settings)
    with st.container(horizontal=True, gap="large"):
        for name, value, place, label in (
            ("batch", batch, 0, "Images a call"),
            ("threads", threads, 1, "Threads"),
        ):
            options = list(dict.fromkeys(setting[place] for setting in settings))
            key = f"{key_prefix}_{name}"
            st.session_state[key] = value
            st.segmented_control(
                label,
                options,
                format_func=lambda n: f"{n:,}",
                required=True,
                key=key,
                on_change=partial(_chosen, name, key),
            )


def _chosen(name: str, key: str) -> None:
    state.change(**{name: st.session_state[key]})


def _task_name(result: Result) -> str:
    return f"{result.made.run} of {result.made.recipe} {result.made.step}"
