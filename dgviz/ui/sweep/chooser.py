"""Choose the sweep that the page shows."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from dgviz.ui.notes import note
from dgviz.ui.row import row
from dgviz.ui.sweep import state
from dgviz.ui.sweep.deleting import bin_box, delete_box
from dgviz.ui.sweep.listing import title
from dgviz.ui.widgets import set_value

_PICKED, _FOLDER = "sweep_picker", "sweep_folder"
_OTHER, _OTHER_FOLDER = "sweep_other_picker", "sweep_other_folder"


def chooser() -> None:
    """Show the list of the sweeps of the runs directory, and fields for the folders of others."""
    shown, other = state.path(), state.compared()
    first, second = row("sweep_choosers", (1, 280), (1, 280))
    with first:
        none = "Choose a sweep" if state.sweeps() else "There is no sweep yet"
        _list("Sweep", _PICKED, shown, none, _picked)
    if shown is not None:
        with second:
            _list("Compare with", _OTHER, other, "No other sweep", _other_picked, without=shown)
    with st.container(horizontal=True):
        with st.popover("Another folder", icon=":material/folder_open:"):
            _field("Folder of a sweep", _FOLDER, state.show)
            if shown is not None:
                _field("Folder of a sweep to compare with", _OTHER_FOLDER, state.compare)
        if shown is not None:
            delete_box(shown)
        bin_box()


def _list(
    label: str,
    key: str,
    chosen: Path | None,
    placeholder: str,
    on_change: Callable[[], None],
    without: Path | None = None,
) -> None:
    own = [folder for folder in state.sweeps() if folder != without]
    st.session_state[key] = chosen
    st.selectbox(
        label,
        own if chosen is None or chosen in own else [chosen, *own],
        format_func=title,
        index=None,
        placeholder=placeholder,
        key=key,
        on_change=on_change,
    )


def _field(label: str, key: str, show: Callable[[Path], None]) -> None:
    set_value(key, st.session_state.get(key, ""))
    st.text_input(
        label,
        key=key,
        on_change=partial(_named, key, show),
        placeholder="/shared/sweep",
        help="For example one that a cluster trains. The page only reads it. The path of its "
        "sweep.json is accepted too, and ~ for the home folder of the server's user.",
    )


def _picked() -> None:
    # A text is a sweep that is not in the list any more, as after a second click on Delete.
    if not isinstance(folder := st.session_state[_PICKED], str):
        state.show(folder)


def _other_picked() -> None:
    if not isinstance(folder := st.session_state[_OTHER], str):
        state.compare(folder)


def _named(key: str, show: Callable[[Path], None]) -> None:
    text = st.session_state[key].strip()
    if not text:
        return
    try:
        folder = state.folder_at(Path(text).expanduser().absolute())
    except RuntimeError:
        note(f"There is no folder {text[:80]!r}: there is no such user.")
        return
    if not os.path.isdir(folder):  # noqa: PTH112
        note(
            f"There is no folder {text[:80]!r} on the server's machine. Name the folder of a "
            "sweep, or its sweep.json, by its path; ~ is the home folder of the server's user."
        )
        return
    show(folder)
