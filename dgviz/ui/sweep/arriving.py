"""Show a sweep as soon as it is there, though the page was opened before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from dgviz.ui.notes import rerun_unasked
from dgviz.ui.sweep import state

_LOOK_SECONDS = 2.0


def follow_folders() -> None:
    """Rerun the page when the grid of a sweep is written, restored or removed."""
    st.fragment(_look, run_every=_LOOK_SECONDS)(state.written())


def _look(before: Mapping[Path, int]) -> None:
    now = state.written()
    if now == before:
        return
    if any(now.get(folder) != before.get(folder) for folder in state.named()):
        # What was said about it is over.
        st.rerun()
    rerun_unasked()
