"""The recorded moment at which a browser tab looks at each run, on the Live and Pixels pages."""

from __future__ import annotations

import streamlit as st

_MOMENTS = "moments"


def moment(run_id: str | None) -> int | None:
    """The step that a run's replay stands at; None for its end."""
    moments: dict[str | None, int] = st.session_state.get(_MOMENTS, {})
    return moments.get(run_id)


def stand_at(run_id: str | None, step: int | None) -> None:
    """Keep the step that a run's replay stands at."""
    moments = st.session_state.setdefault(_MOMENTS, {})
    if step is None:
        moments.pop(run_id, None)
    else:
        moments[run_id] = step
