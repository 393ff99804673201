"""The runs just deleted on the Runs page, which an undo restores."""

from __future__ import annotations

import streamlit as st

_UNDO = "runs_undo"


def remember_deleted(run_ids: tuple[str, ...]) -> None:
    """Keep the ids of a deletion; empty after any other action."""
    st.session_state[_UNDO] = run_ids


def just_deleted() -> tuple[str, ...]:
    run_ids: tuple[str, ...] = st.session_state.get(_UNDO, ())
    return run_ids
