"""What one browser tab has chosen: its settings and its run, kept in step with the URL."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dgviz.live.hub import Run, UnknownRun, the_hub
from dgviz.settings import KNOBS, Settings, SettingsError

_SETTINGS = "settings"
_RUN = "run_id"
_PROBLEMS = "problems"


def restore() -> None:
    """On a tab's first rerun, take settings and run over from the URL."""
    state = st.session_state
    if _SETTINGS in state:
        return
    query = st.query_params.to_dict()
    state[_SETTINGS], problems = Settings.from_query(query)
    state[_PROBLEMS] = [
        f"In the link: {problem} The preset's value is used instead." for problem in problems
    ]
    state[_RUN] = None
    if "run" in query:
        try:
            run = the_hub().find(query["run"])
        except UnknownRun as problem:
            state[_PROBLEMS].append(str(problem))
        else:
            follow(run)


def settings() -> Settings:
    return st.session_state[_SETTINGS]


def choose(name: str, value: object) -> None:
    """Set one knob, here and in the run if it is live; a bad value is reported and not used."""
    try:
        checked = KNOBS[name].check(value)
        if name == "preset":
            chosen = Settings.from_preset(checked, seed=settings().seed)
        else:
            chosen = settings().with_changes(**{name: checked})
    except SettingsError as problem:
        report(f"{problem} The value before is kept.")
        return
    st.session_state[_SETTINGS] = chosen
    run = current_run()
    if run is not None and not run.ended:
        for live in run.knobs:
            run.set_knob(live, getattr(chosen, live))


def current_run() -> Run | None:
    """The run that this tab follows, unless the server has forgotten it."""
    run_id = st.session_state[_RUN]
    try:
        return the_hub().find(run_id) if run_id else None
    except UnknownRun as problem:
        st.session_state[_RUN] = None
        report(str(problem))
        return None


def follow(run: Run) -> None:
    """Show this run from now on, with the settings and knobs that it has."""
    st.session_state[_RUN] = run.id
    st.session_state[_SETTINGS] = run.settings.with_changes(**run.knobs)


def report(problem: str) -> None:
    """Keep a sentence to be shown on this rerun."""
    st.session_state[_PROBLEMS].append(problem)


def show_problems() -> None:
    """Say what was wrong, once."""
    for problem in st.session_state[_PROBLEMS]:
        st.warning(problem, icon="⚠️")
    st.session_state[_PROBLEMS] = []


def write_url() -> None:
    """Make the address bar hold what is on the screen."""
    query: dict[str, Any] = settings().to_query()
    if st.session_state[_RUN]:
        query["run"] = st.session_state[_RUN]
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
