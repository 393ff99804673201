"""The Sweep page's state in one browser tab, synchronised with the URL.

A sweep has no state but its folder, so the same address shows the same sweep in every tab.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from dgviz.live.sweep_feed import the_watches
from dgviz.runs.files import folders_in
from dgviz.runs.layout import SWEEPS
from dgviz.runs.store import the_store
from dgviz.sweeps.folder import GRID, SweepError, folder_name
from dgviz.sweeps.watch import Watch
from dgviz.ui import address
from dgviz.ui.notes import note
from dgviz.ui.sweep import draft_query
from dgviz.ui.sweep.draft import Draft, grid_of, start_axes
from dgviz.ui.sweep.view import START, View, checked

_PATH, _VIEW, _DRAFT, _GIVEN = "sweep_path", "sweep_view", "sweep_draft", "sweep_given"
_IS_OPEN = "sweep_form_is_open"


def restore() -> None:
    """Apply a new query of the address; without a sweep in it, the newest one is shown."""
    state = st.session_state
    if (query := address.new_query("sweep")) is not None:
        name, folder = query.last("sweep"), query.last("folder")
        state[_PATH] = Path(folder) if folder else _below(name) if name else None
        # What it names can be checked when the sweep has been read.
        state[_GIVEN] = {name: query.last(name) for name in START}
        state[_VIEW] = dict(START)
        state[_DRAFT], problems = draft_query.from_query(query)
        if problems:
            note(f"In the link: {' '.join(problems)} The form shows what it starts with instead.")
        state[_IS_OPEN] = draft() != Draft() and not _is_laid_out()
    if state[_PATH] is None:
        state[_PATH] = next(iter(sweeps()), None)


def path() -> Path | None:
    """The folder of the shown sweep; None if there is none."""
    shown: Path | None = st.session_state[_PATH]
    return shown


def show(folder: Path | None) -> None:
    """Show another sweep."""
    st.session_state[_PATH], st.session_state[_IS_OPEN] = folder, False
    st.session_state[_VIEW], st.session_state[_GIVEN] = dict(START), {}


def watch() -> Watch | None:
    """The shown sweep, as far as it has been read; None with a note if there is none there."""
    folder = path()
    if folder is None:
        return None
    found = the_watches().watch(folder)
    try:
        found.look()
    except SweepError as problem:
        note(str(problem))
        return None
    assert found.grid
    given = st.session_state.pop(_GIVEN, None)
    if given:
        st.session_state[_VIEW], problems = checked(given, found.grid)
        if problems:
            note(f"In the link: {' '.join(problems)} The card shows what it starts with instead.")
    return found


def view() -> View:
    current: View = st.session_state[_VIEW]
    return current


def keep(chosen: Mapping[str, object]) -> None:
    """Keep what the reader has chosen in the cards, as far as the sweep still has it."""
    folder = path()
    grid = the_watches().watch(folder).grid if folder else None
    if grid:
        st.session_state[_VIEW], _ = checked(chosen, grid)


def draft() -> Draft:
    current: Draft = st.session_state[_DRAFT]
    return current


def is_form_open() -> bool:
    """Whether the form of a new sweep is open at first: for a link that describes another sweep."""
    return path() is None or bool(st.session_state[_IS_OPEN])


def change_draft(**changes: Any) -> None:
    """Change what is being laid out; another method begins with its own axes."""
    if changes.get("method", draft().method) != draft().method:
        changes["axes"] = start_axes(changes["method"])
    st.session_state[_DRAFT] = replace(draft(), **changes)


def sweeps() -> list[Path]:
    """The folders of the sweeps of the runs directory, the newest first."""
    found = []
    for folder in folders_in(root(), lambda name: True):
        try:
            found.append(((folder / GRID).stat().st_mtime, folder))
        except OSError:
            continue
    return [folder for _, folder in sorted(found, reverse=True)]


def root() -> Path:
    """The folder of the sweeps of the runs directory."""
    return the_store().root / SWEEPS


def is_own(folder: Path) -> bool:
    """Whether a sweep is one of the runs directory; others are only watched."""
    return folder.parent == root()


def write_url() -> None:
    folder = path()
    query = {name: value for name, value in view().items() if value}
    if folder is not None:
        named = {"sweep": folder.name} if is_own(folder) else {"folder": str(folder)}
        query = {**named, **query}
    address.write({**query, **draft_query.to_query(draft())})


def _is_laid_out() -> bool:
    """Whether the draft is the sweep that is shown."""
    grid, _ = grid_of(draft())
    return grid is not None and path() == root() / folder_name(grid)


def _below(name: str) -> Path | None:
    """The folder of this name below that of the sweeps; None if it would lie elsewhere."""
    folder = root() / name
    if folder.parent == root() and name not in (".", ".."):
        return folder
    note(f"In the link: sweep must be the name of a folder; it was {name[:40]!r}.")
    return None
