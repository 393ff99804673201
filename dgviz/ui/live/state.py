"""The Live page's state in one browser tab: settings and run, synchronised with the URL."""

from __future__ import annotations

import contextlib
from typing import Any

import streamlit as st

from dgviz.live.hub import Run, UnknownRun, the_hub
from dgviz.runs.contents import RunsError
from dgviz.runs.courses import value_text
from dgviz.runs.store import RunNotFound
from dgviz.settings import COMMON, KNOBS, Knob, Settings, SettingsError
from dgviz.ui import address, playhead
from dgviz.ui.notes import note

_SETTINGS = "settings"
_RUN = "run_id"


def restore() -> None:
    """Apply a new query of the address, and the knobs that other tabs have changed."""
    problems: list[SettingsError] = []
    if (query := address.new_query("live")) is not None:
        before = st.session_state.get(_RUN)
        problems = _read(query)
        _report_left(before)
    run = current_run()
    if run is not None and not run.ended and run.settings.method == settings().method:
        st.session_state[_SETTINGS] = settings().with_changes(**run.knobs)
    for problem in problems:
        note(f"In the link: {problem} {_replacement(KNOBS[problem.knob])}")


def _replacement(knob: Knob) -> str:
    """A sentence on what counts instead of a link's wrong value."""
    if knob not in settings().knobs():
        return "It is ignored."
    return f"{value_text(knob, value_of(knob.name))} is used instead."


def _read(query: address.Query) -> list[SettingsError]:
    """Take settings and run from a query; return what is wrong with its settings."""
    state = st.session_state
    state[_SETTINGS], problems = Settings.from_query({name: query.last(name) for name in query})
    state[_RUN] = None
    if "run" not in query:
        return problems
    try:
        run = the_hub().find(query.last("run"))
    except UnknownRun as problem:
        note(str(problem))
        return problems
    state[_RUN] = run.id
    set_step(query.number("at"))
    if not query.keys() & KNOBS.keys():
        state[_SETTINGS] = _settings_of(run)
    return problems


def _settings_of(run: Run) -> Settings:
    """A run's settings with its live knobs' present values; unread ones come from its preset."""
    started, read = run.settings, run.settings.knobs()
    preset = Settings.from_preset(started.preset, method=started.method)
    unread = {name: preset[name] for name, knob in COMMON.items() if knob not in read}
    return started.with_changes(**unread, **run.knobs)


def _report_left(run_id: str | None) -> None:
    """Report that a run which is no longer shown is still training: Back does not stop it."""
    if run_id is None or run_id == st.session_state[_RUN]:
        return
    with contextlib.suppress(UnknownRun):
        if not the_hub().find(run_id).ended:
            note(f"Run {run_id} is still training. Forward or the Runs page shows it again.")


def settings() -> Settings:
    return st.session_state[_SETTINGS]


def value_of(name: str) -> Any:
    """A knob's value: that of the run if the run is training and reads it, else of the settings.

    The two differ if another method has been chosen for the next run.
    """
    run = run_that_reads(name)
    return run.knobs[name] if run else settings()[name]


def run_that_reads(name: str) -> Run | None:
    """The run in training that a knob acts on; None if its value is for the next run only."""
    run = current_run()
    # A run may end while its sliders are being made, and the next method may not have the knob.
    missing = KNOBS[name] not in settings().knobs()
    return run if run is not None and name in run.knobs and (missing or not run.ended) else None


def choose(name: str, value: object) -> None:
    """Set one knob, also in the run if it is live; a value that is not accepted is reported."""
    before, run = settings(), current_run()
    try:
        checked = KNOBS[name].check(value)
        if run is not None and _steers_another_method(run, name):
            # The next run has another method, and a value of its own or no such knob.
            run.set_knob(name, checked)
            return
        if name == "preset":
            chosen = Settings.from_preset(checked, seed=before.seed, method=before.method)
        elif name == "method":
            chosen = before.with_method(checked)
        else:
            chosen = before.with_changes(**{name: checked})
    except SettingsError as problem:
        note(f"{problem} The previous value stays.")
        return
    st.session_state[_SETTINGS] = chosen
    if run is None or run.ended or name == "method":
        return
    if run.settings.method == before.method:
        _set_knobs(run, before, chosen)


def _steers_another_method(run: Run, name: str) -> bool:
    """Whether this knob acts on the run, which is in flight, and the next one's method differs."""
    return not run.ended and run.settings.method != settings().method and name in run.knobs


def _set_knobs(run: Run, before: Settings, chosen: Settings) -> None:
    """Set the run's knobs that this choice changed: another tab may have changed the others."""
    for live in run.knobs:
        if chosen[live] != before[live]:
            run.set_knob(live, chosen[live])


def current_run() -> Run | None:
    """The run that this tab shows, unless the server no longer has it."""
    run_id = st.session_state[_RUN]
    try:
        return the_hub().find(run_id) if run_id else None
    except UnknownRun as problem:
        st.session_state[_RUN] = None
        note(str(problem))
        return None


def start() -> None:
    """Train a new run, unless the present one is training: a double click starts one only."""
    run = current_run()
    if run is None or run.ended:
        _train_anew()


def restart() -> None:
    """Stop the run and train a new one; a double click starts one only."""
    run = current_run()
    if run is not None and run.phase in ("running", "paused"):
        the_hub().stop(run)
        _train_anew()


def _train_anew() -> None:
    """Train with the present settings.

    If they have the seed of the previous run, that run is the parent of the new one.
    """
    before = current_run()
    related = before is not None and before.settings.seed == settings().seed
    follow(the_hub().start(settings(), parent=before.id if before and related else None))


def resume() -> None:
    """Resume the run: after its end from the last checkpoint, with its own settings."""
    run = current_run()
    if run is None:
        return
    if not run.ended:
        run.resume()
        return
    try:
        run = the_hub().resume(run.id)
    except (RunsError, UnknownRun) as problem:
        note(str(problem))
        return
    follow(run)
    st.session_state[_SETTINGS] = _settings_of(run)


def train_further(run_id: str, epochs: int) -> None:
    """Train a finished run further, as a new run, and show that one."""
    try:
        run = the_hub().extend(run_id, epochs)
    except (RunsError, RunNotFound, UnknownRun) as problem:
        note(str(problem))
        return
    follow(run)
    st.session_state[_SETTINGS] = _settings_of(run)


def follow(run: Run) -> None:
    st.session_state[_RUN] = run.id
    set_step(None)


def at() -> int | None:
    """The step that the replay of an ended run shows; None for its end."""
    return playhead.step(st.session_state[_RUN])


def set_step(step: int | None) -> None:
    playhead.move(st.session_state[_RUN], step)


def differing(run: Run | None) -> list[Knob]:
    """The knobs whose chosen value is not that of the run, so that it is for the next one.

    Of an ended run, only those that its method reads.
    """
    if run is None:
        return []
    now, own = settings(), run.present_settings
    return [
        knob
        for knob in now.knobs()
        if knob.name != "preset"
        and (knob in own.knobs() if run.ended else knob.name not in run.knobs)
        and now[knob.name] != own.as_dict().get(knob.name)
    ]


def differs_from_resumable() -> bool:
    """Whether the run can be resumed but has other settings than those chosen here."""
    run = current_run()
    if run is None or not run.ended or not run.resumable:
        return False
    now, own = settings(), _settings_of(run)
    read = [name for name, knob in KNOBS.items() if knob in own.knobs() and name != "preset"]
    return any(now[name] != own[name] for name in read)


def write_url() -> None:
    query = settings().to_query()
    if st.session_state[_RUN]:
        query["run"] = st.session_state[_RUN]
    if at() is not None:
        query["at"] = str(at())
    address.write(query)
