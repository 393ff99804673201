"""Sentences that a page shows once, such as a problem with a link."""

from __future__ import annotations

import streamlit as st

from dgviz.ui.words import escaped

_NOTES = "notes"


def note(sentence: str) -> None:
    """Keep a sentence for `show_notes`: callbacks run before the page is drawn."""
    st.session_state.setdefault(_NOTES, []).append(sentence)


def show_notes() -> None:
    for sentence in st.session_state.pop(_NOTES, []):
        st.warning(escaped(sentence), icon="⚠️")
