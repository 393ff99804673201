"""What one browser tab has chosen: its settings and its run, kept in step with the URL."""

from __future__ import annotations

import contextlib
from typing import Any

import streamlit as st

from dgviz.live.hub import Run, UnknownRun, the_hub
from dgviz.runs.contents import RunsError
from dgviz.settings import COMMON, KNOBS, Knob, Settings, SettingsError
from dgviz.ui import address, playhead
from dgviz.ui.notes import note

_SETTINGS = "settings"
_RUN = "run_id"


def restore() -> None:
    """Take over what is new: what the address asks for, and what other tabs have turned."""
    if (query := address.news("live")) is not None:
        before = st.session_state.get(_RUN)
        _read(query)
        _report_left(before)
    run = current_run()
    if run is not None and not run.ended and run.settings.method == settings().method:
        st.session_state[_SETTINGS] = settings().with_changes(**run.knobs)


def _read(query: address.Query) -> None:
    state = st.session_state
    state[_SETTINGS], problems = Settings.from_query({name: query.last(name) for name in query})
    for problem in problems:
        is_read = problem.knob in {knob.name for knob in state[_SETTINGS].knobs()}
        rest = "The preset's value is used instead." if is_read else "It is ignored."
        note(f"In the link: {problem} {rest}")
    state[_RUN] = None
    if "run" not in query:
        return
    try:
        run = the_hub().find(query.last("run"))
    except UnknownRun as problem:
        note(str(problem))
        return
    state[_RUN] = run.id
    stand_at(query.number("at"))
    if not query.keys() & KNOBS.keys():
        state[_SETTINGS] = _settings_of(run)


def _settings_of(run: Run) -> Settings:
    """A run's settings, its live knobs as they are now; what it does not read is its preset's."""
    started, read = run.settings, run.settings.knobs()
    preset = Settings.from_preset(started.preset, method=started.method)
    unread = {name: preset[name] for name, knob in COMMON.items() if knob not in read}
    return started.with_changes(**unread, **run.knobs)


def _report_left(run_id: str | None) -> None:
    """Say that a run which is no longer shown is still training: Back does not stop it."""
    if run_id is None or run_id == st.session_state[_RUN]:
        return
    with contextlib.suppress(UnknownRun):
        if not the_hub().find(run_id).ended:
            note(f"Run {run_id} is still training. Forward or the Runs page shows it again.")


def settings() -> Settings:
    return st.session_state[_SETTINGS]


def value_of(name: str) -> Any:
    """Where a live knob stands: in the run under way where that reads it, else here.

    The two differ where another method has been chosen for the next run.
    """
    run = current_run()
    if run is not None and not run.ended and name in run.knobs:
        return run.knobs[name]
    return settings()[name]


def choose(name: str, value: object) -> None:
    """Set one knob, here and in the run if it is live; a bad value is reported and not used."""
    before = settings()
    try:
        checked = KNOBS[name].check(value)
        if name == "preset":
            chosen = Settings.from_preset(checked, seed=before.seed, method=before.method)
        elif name == "method":
            chosen = before.with_method(checked)
        else:
            chosen = before.with_changes(**{name: checked})
    except SettingsError as problem:
        note(f"{problem} The previous value stays.")
        return
    run = current_run()
    if run is None or run.ended:
        st.session_state[_SETTINGS] = chosen
    elif run.settings.method == before.method:
        st.session_state[_SETTINGS] = chosen
        if name != "method":
            _turn(run, before, chosen)
    elif name in run.knobs:
        # The next run, of another method, has its own value.
        run.set_knob(name, checked)
    else:
        st.session_state[_SETTINGS] = chosen


def _turn(run: Run, before: Settings, chosen: Settings) -> None:
    """Move a run's knobs. Only what this choice turned: another tab may have turned the others."""
    for live in run.knobs:
        if chosen[live] != before[live]:
            run.set_knob(live, chosen[live])


def current_run() -> Run | None:
    """The run that this tab follows, unless the server has forgotten it."""
    run_id = st.session_state[_RUN]
    try:
        return the_hub().find(run_id) if run_id else None
    except UnknownRun as problem:
        st.session_state[_RUN] = None
        note(str(problem))
        return None


def start() -> None:
    """Train a new run, unless one is under way: a double click starts one only."""
    run = current_run()
    if run is None or run.ended:
        _train_anew()


def restart() -> None:
    """Stop the run and train a new one, unless it has just been started: a double click."""
    run = current_run()
    if run is not None and run.phase in ("running", "paused"):
        the_hub().stop(run)
        _train_anew()


def _train_anew() -> None:
    """Train with the settings as they are now.

    If they have the seed of the run shown until now, the new one is told apart from it, its parent.
    """
    before = current_run()
    related = before is not None and before.settings.seed == settings().seed
    follow(the_hub().start(settings(), parent=before.id if before and related else None))


def resume() -> None:
    """Go on with the run shown: an ended one from its last checkpoint, with its own settings."""
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


def follow(run: Run) -> None:
    """Show this run from now on."""
    st.session_state[_RUN] = run.id
    stand_at(None)


def at() -> int | None:
    """The step that the replay of an ended run stands at; None for its end."""
    return playhead.step(st.session_state[_RUN])


def stand_at(step: int | None) -> None:
    """Keep the step that the replay stands at."""
    playhead.move(st.session_state[_RUN], step)


def waiting() -> list[Knob]:
    """The knobs that have been turned, and that only the next run reads."""
    run = current_run()
    if run is None or run.ended:
        return []
    now, then = settings(), run.settings
    return [
        knob
        for knob in now.knobs()
        if knob.name not in run.knobs
        and knob.name != "preset"
        and now[knob.name] != then.as_dict().get(knob.name)
    ]


def differs_from_resumable() -> bool:
    """Whether the run shown can be resumed, and would then not train with what is chosen here."""
    run = current_run()
    if run is None or not run.ended or not run.resumable:
        return False
    now, own = settings(), _settings_of(run)
    read = [name for name, knob in KNOBS.items() if knob in own.knobs() and name != "preset"]
    return any(now[name] != own[name] for name in read)


def write_url() -> None:
    """Make the address bar hold what is on the screen."""
    query = settings().to_query()
    if st.session_state[_RUN]:
        query["run"] = st.session_state[_RUN]
    if at() is not None:
        query["at"] = str(at())
    address.write(query)
