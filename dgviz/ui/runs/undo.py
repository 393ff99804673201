"""What has just been deleted on the Runs page, and an undo brings back."""

from __future__ import annotations

import streamlit as st

_UNDO = "runs_undo"


def remember_deleted(run_ids: tuple[str, ...]) -> None:
    """Offer to undo this deletion; none after any other action."""
    st.session_state[_UNDO] = run_ids


def just_deleted() -> tuple[str, ...]:
    """The runs that an undo brings back."""
    run_ids: tuple[str, ...] = st.session_state.get(_UNDO, ())
    return run_ids
