"""What the Runs page has to say once: troubles, and what has just been deleted."""

from __future__ import annotations

import streamlit as st

from dgviz.ui.words import shielded

_NOTES = "runs_notes"
_UNDO = "runs_undo"


def note(sentence: str) -> None:
    """Keep a sentence to be shown on this rerun."""
    st.session_state.setdefault(_NOTES, []).append(sentence)


def show_notes() -> None:
    """Say what was wrong, once."""
    for sentence in st.session_state.get(_NOTES, []):
        st.warning(shielded(sentence), icon="⚠️")
    st.session_state[_NOTES] = []


def remember_deleted(run_ids: tuple[str, ...]) -> None:
    """What an undo brings back; nothing after any other action."""
    st.session_state[_UNDO] = run_ids


def just_deleted() -> tuple[str, ...]:
    run_ids: tuple[str, ...] = st.session_state.get(_UNDO, ())
    return run_ids
