"""Sentences that a page says once, such as what was wrong with a link."""

from __future__ import annotations

import streamlit as st

from dgviz.ui.words import shielded

_NOTES = "notes"


def note(sentence: str) -> None:
    """Keep a sentence for `show_notes`: a callback comes before its page is drawn."""
    st.session_state.setdefault(_NOTES, []).append(sentence)


def show_notes() -> None:
    """Show what was kept, and let go of it."""
    for sentence in st.session_state.pop(_NOTES, []):
        st.warning(shielded(sentence), icon="⚠️")
