"""Sentences that a page shows once, such as a problem with a link, and those under a field."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from dgviz.ui.words import escaped

_NOTES, _SHOWN = "notes", "notes_shown"


def note(sentence: str, *, is_success: bool = False) -> None:
    """Keep a sentence for `show_notes`: callbacks run before the page is drawn.

    Args:
        is_success: whether it says that something was done, and warns of nothing.
    """
    st.session_state.setdefault(_NOTES, []).append((sentence, is_success))


def show_notes() -> None:
    kept = st.session_state.pop(_NOTES, [])
    st.session_state[_SHOWN] = []
    # Without a container, a note would move what follows, and fields would lose the focus.
    with st.container():
        # A page that was rerun unasked may say a sentence anew that it kept.
        for sentence, is_success in dict.fromkeys(kept):
            show_note(sentence, is_success=is_success)


def has_notes() -> bool:
    """Whether a page has to show other sentences, as after a fragment's callback."""
    return _NOTES in st.session_state


def end_notes() -> None:
    """Show the present sentences no more: the reader goes on."""
    if st.session_state.get(_SHOWN):
        st.session_state.setdefault(_NOTES, [])


def show_note(sentence: str, *, is_success: bool = False) -> None:
    """Show a sentence here, on a page that has called `show_notes`."""
    st.session_state[_SHOWN].append((sentence, is_success))
    if is_success:
        st.success(escaped(sentence), icon=":material/check_circle:")
    else:
        st.warning(escaped(sentence), icon="⚠️")


def show_problem(sentence: str) -> None:
    """Say what is wrong with the field above."""
    # Not a caption: its opacity makes the red too pale to read.
    st.markdown(f":small[:red[{escaped(sentence)}]]")


def rerun_unasked() -> NoReturn:
    """Rerun the page, which the reader has not asked for, and show its sentences once more."""
    for sentence, is_success in st.session_state.get(_SHOWN, []):
        note(sentence, is_success=is_success)
    st.rerun()
