"""Sentences that a page shows once, such as a problem with a link."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from dgviz.ui.words import escaped

_NOTES, _SHOWN = "notes", "notes_shown"


def note(sentence: str) -> None:
    """Keep a sentence for `show_notes`: callbacks run before the page is drawn."""
    st.session_state.setdefault(_NOTES, []).append(sentence)


def show_notes() -> None:
    kept = st.session_state.pop(_NOTES, [])
    st.session_state[_SHOWN] = []
    for sentence in kept:
        show_note(sentence)


def has_notes() -> bool:
    """Whether there are sentences that no page has shown yet, as after a fragment's callback."""
    return bool(st.session_state.get(_NOTES))


def show_note(sentence: str) -> None:
    """Show a sentence here, on a page that has called `show_notes`."""
    st.session_state[_SHOWN].append(sentence)
    st.warning(escaped(sentence), icon="⚠️")


def rerun_unasked() -> NoReturn:
    """Rerun the page, which the reader has not asked for, and show its sentences once more."""
    for sentence in st.session_state.get(_SHOWN, []):
        note(sentence)
    st.rerun()
