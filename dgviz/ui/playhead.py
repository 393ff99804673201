"""The step at which a browser tab replays each run, on the Live and Pixels pages."""

from __future__ import annotations

import streamlit as st

_STEPS = "playheads"


def step(run_id: str | None) -> int | None:
    """The step that a run's replay shows; None for its end."""
    steps: dict[str | None, int] = st.session_state.get(_STEPS, {})
    return steps.get(run_id)


def move(run_id: str | None, to: int | None) -> None:
    steps = st.session_state.setdefault(_STEPS, {})
    if to is None:
        steps.pop(run_id, None)
    else:
        steps[run_id] = to
