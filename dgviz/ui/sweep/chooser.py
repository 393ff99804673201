"""Choose the sweep that the page shows."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dgviz.ui.notes import note
from dgviz.ui.sweep import state
from dgviz.ui.widgets import set_value

_PICKED, _FOLDER = "sweep_picker", "sweep_folder"


def chooser() -> None:
    """Show the list of the sweeps of the runs directory, and a field for the folder of another."""
    shown, own = state.path(), state.sweeps()
    listed = own if shown is None or shown in own else [shown, *own]
    st.session_state[_PICKED] = shown
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Sweep",
            listed,
            format_func=lambda folder: folder.name if state.is_own(folder) else str(folder),
            index=None,
            placeholder="There is no sweep yet",
            key=_PICKED,
            on_change=_picked,
            width=420,
        )
        with st.popover("Another folder", icon=":material/folder_open:"):
            set_value(_FOLDER, st.session_state.get(_FOLDER, ""))
            st.text_input(
                "Folder of a sweep",
                key=_FOLDER,
                on_change=_named,
                placeholder="/shared/sweep",
                help="For example one that a cluster trains. The page only reads it.",
            )


def _picked() -> None:
    if (folder := st.session_state[_PICKED]) is not None:
        state.show(folder)


def _named() -> None:
    text = st.session_state[_FOLDER].strip()
    if not text:
        return
    try:
        folder = Path(text).expanduser().absolute()
    except RuntimeError:
        note(f"There is no folder {text[:80]!r}: there is no such user.")
        return
    if not folder.is_dir():
        note(f"There is no folder {text[:80]!r} on the server's machine.")
        return
    state.show(folder)
