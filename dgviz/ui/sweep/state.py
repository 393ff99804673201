"""The Sweep page's state in one browser tab, synchronised with the URL.

A sweep has no state but its folder, so the same address shows the same sweep in every tab. The
address has the form of a new sweep while that is open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from dgviz.formatting import joined
from dgviz.live.sweep_feed import the_watches
from dgviz.runs.files import folders_in
from dgviz.runs.layout import SWEEPS
from dgviz.runs.store import the_store
from dgviz.sweeps.folder import GRID, SweepError, SweepFolder, folder_name
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.watch import Watch
from dgviz.ui import address
from dgviz.ui.notes import note
from dgviz.ui.sweep import draft_query
from dgviz.ui.sweep.draft import Draft, grid_of, name_of, start_axes
from dgviz.ui.sweep.view import START, View, checked

_PATH, _VIEW, _DRAFT, _GIVEN = "sweep_path", "sweep_view", "sweep_draft", "sweep_given"
_OTHER = "sweep_other"
_CLOSED = "sweep_closed"
"""Whether the reader has closed or deleted the shown sweep: no other one takes its place."""
_ACTS = "sweep_form_acts"
_IS_OPEN = "sweep_form_is_open"
"""Whether the reader has opened or closed the form, or a link has opened it; None for neither."""


def restore() -> None:
    """Apply a new query of the address.

    The newest sweep is shown if the address names none, unless it describes a form, or the reader
    has closed or deleted the shown one.
    """
    state = st.session_state
    if (query := address.new_query("sweep")) is not None:
        _read_query(query)
    if path() is None and not is_form_described() and not state[_CLOSED]:
        state[_PATH] = next(iter(sweeps()), None)
        if path() and query and (query.last("folder") or query.last("sweep")):
            note("The newest sweep is shown instead.")
    compare(state[_OTHER])


def _read_query(query: address.Query) -> None:
    state = st.session_state
    folder, sweep = _named(query, "folder"), _named(query, "sweep")
    state[_PATH], state[_CLOSED] = folder or sweep, False
    state[_OTHER] = _named(query, "compare")
    # What it names can be checked when the sweep has been read.
    state[_GIVEN] = {name: query.last(name) for name in ("compare", *START)}
    state[_VIEW] = dict(START)
    state[_IS_OPEN] = True if query.keys() & set(draft_query.PARAMETERS) else None
    problems: list[str] = []
    if state[_IS_OPEN] or _DRAFT not in state:
        # Without a form in the address, the one of this tab stays as the reader has left it.
        state[_DRAFT], problems = draft_query.from_query(query)
    if folder and sweep:
        problems.append(f"sweep is ignored, because folder names {folder}.")
    known = {"sweep", "folder", "compare", *START, *draft_query.PARAMETERS}
    if unknown := [name for name in query if name not in known]:
        are = "is not a parameter" if len(unknown) == 1 else "are not parameters"
        problems.append(f"{address.quoted(unknown)} {are} of this page.")
    if repeated := [name for name in query if name in known and len(query[name]) > 1]:
        problems.append(f"Of several values, the last one counts: {joined(repeated)}.")
    if problems:
        note(f"In the link: {' '.join(problems)}")


def path() -> Path | None:
    """The folder of the shown sweep; None if there is none."""
    shown: Path | None = st.session_state[_PATH]
    return shown


def compared() -> Path | None:
    """The folder of the sweep that the shown one is compared with; None for none."""
    other: Path | None = st.session_state[_OTHER]
    return other


def named() -> list[Path]:
    """The folders of the shown sweep and of the one to compare it with, if there are any."""
    return [folder for folder in (path(), compared()) if folder]


def folder_at(path: Path) -> Path:
    """The folder of a sweep that a whole path names: itself, or that of its `sweep.json`.

    Without "..", by which a folder elsewhere would seem to be one of the runs directory.
    """
    folder = Path(os.path.normpath(path))
    return folder.parent if folder.name == GRID and not os.path.isdir(folder) else folder  # noqa: PTH112


def show(folder: Path | None) -> None:
    """Show another sweep, or none: then the reader chooses one."""
    state = st.session_state
    state[_PATH], state[_CLOSED], state[_IS_OPEN] = folder, folder is None, None
    state[_VIEW], state[_GIVEN] = dict(START), {}
    if folder == compared():
        state[_OTHER] = None


def compare(folder: Path | None) -> None:
    """Compare the shown sweep with another one, or with none."""
    if folder is not None and folder == path():
        note("A sweep cannot be compared with itself: choose another one.")
        folder = None
    st.session_state[_OTHER] = folder


def watches() -> list[Watch]:
    """The shown sweep, and the one to compare it with if there is one, as far as they were read.

    None of them if the shown one cannot be read, which a note says.
    """
    shown = _read(path())
    if shown is None and path():
        # What the link says of it is kept until it is there.
        return []
    given: Mapping[str, str] = st.session_state.pop(_GIVEN, {})
    if shown is None:
        if unused := [name for name, text in given.items() if text]:
            are = "is" if len(unused) == 1 else "are"
            note(f"In the link: {joined(unused)} {are} ignored, because no sweep is shown.")
            compare(None)
        return []
    other = _read(compared())
    found = [shown, other] if other else [shown]
    grids = [watch.grid for watch in found if watch.grid]
    st.session_state[_VIEW], problems = checked(given or view(), grids)
    if given and problems:
        note(f"In the link: {' '.join(problems)} What is not accepted is ignored.")
    return found


def view() -> View:
    current: View = st.session_state[_VIEW]
    return current


def keep(chosen: Mapping[str, object]) -> None:
    """Keep what the reader has chosen in the cards, as far as the sweeps still have it."""
    grids = [grid for folder in named() if (grid := the_watches().watch(folder).grid)]
    if grids:
        st.session_state[_VIEW], _ = checked(chosen, grids)


def draft() -> Draft:
    current: Draft = st.session_state[_DRAFT]
    return current


def is_form_open() -> bool:
    """Whether the form of a new sweep is open; without a sweep there is nothing else to see."""
    is_open: bool | None = st.session_state[_IS_OPEN]
    return path() is None if is_open is None else is_open


def is_form_described() -> bool:
    """Whether the address has the form: while a link or the reader has opened it, or changed it."""
    return bool(st.session_state[_IS_OPEN])


def open_form(*, is_open: bool) -> None:
    """Open or close the form."""
    st.session_state[_IS_OPEN] = is_open


def keep_form_acts(*, acts: bool) -> None:
    """Keep whether the form has a button."""
    st.session_state[_ACTS] = acts


def form_acts() -> bool:
    """Whether the form is open and has a button: then this is the main one of the page."""
    return bool(st.session_state.get(_ACTS))


def change_draft(**changes: Any) -> None:
    """Change what is being laid out; another method begins with its own axes."""
    if changes.get("method", draft().method) != draft().method:
        changes["axes"] = start_axes(changes["method"])
    st.session_state[_DRAFT] = replace(draft(), **changes)
    open_form(is_open=True)


def sweeps() -> list[Path]:
    """The folders of the sweeps of the runs directory, the newest first."""
    times = _times(_folders())
    return sorted(times, key=lambda folder: (times[folder], folder), reverse=True)


def written() -> dict[Path, int]:
    """When the grids of those sweeps and of the named ones were written, in nanoseconds."""
    return _times([*_folders(), *named()])


def _folders() -> list[Path]:
    return folders_in(root(), lambda name: True)


def _times(folders: Iterable[Path]) -> dict[Path, int]:
    """When the grid of each folder that has one was written, in nanoseconds."""
    times = {}
    for folder in folders:
        with suppress(OSError):
            times[folder] = (folder / GRID).stat().st_mtime_ns
    return times


def root() -> Path:
    """The folder of the sweeps of the runs directory."""
    return the_store().root / SWEEPS


def is_own(folder: Path) -> bool:
    """Whether a sweep is one of the runs directory; others are only watched."""
    return folder.parent == root()


def is_laid_out() -> bool:
    """Whether the draft is the sweep that is shown."""
    grid, problems = grid_of(draft())
    return grid is not None and not problems and path() == folder_of(grid)


def folder_of(grid: Grid) -> Path:
    """The folder of the sweep that is being laid out, whose grid this is."""
    return root() / (name_of(draft()) or folder_name(grid))


def write_url() -> None:
    folder = path()
    # What a link says of a sweep that is not there yet.
    given: Mapping[str, str] = st.session_state.get(_GIVEN, {})
    query = {name: given.get(name) or view()[name] for name in START}
    query = {name: value for name, value in query.items() if value}
    if folder is not None:
        named = {"sweep": folder.name} if is_own(folder) else {"folder": str(folder)}
        if (other := compared()) is not None:
            named["compare"] = other.name if is_own(other) else str(other)
        query = {**named, **query}
    if is_form_described():
        query |= draft_query.to_query(draft())
    address.write(query)


def _read(folder: Path | None) -> Watch | None:
    """A sweep as far as it has been read; None with a note if there is none in this folder."""
    if folder is None:
        return None
    watch = the_watches().watch(folder)
    try:
        watch.look()
    except SweepError as problem:
        later = "" if SweepFolder(folder).exists else " The page shows it as soon as there is one."
        note(f"{problem}{later}")
        return None
    return watch


def _named(query: address.Query, name: str) -> Path | None:
    """The folder that a parameter names: "sweep" by its name in the runs directory, "folder" by its
    whole path, and "compare" in either way.

    None with a note if it is not such a name.
    """
    text = query.last(name)
    if not text:
        return None
    accepted = []
    # No path has a zero byte: the functions of the system raise ValueError for one.
    is_path = "\0" not in text
    if name != "folder":
        accepted.append("the name of a folder")
        folder = root() / text
        if is_path and folder.parent == root() and folder.name != "..":
            return folder
    if name != "sweep":
        accepted.append("the whole path of a folder")
        if is_path and Path(text).is_absolute():
            return folder_at(Path(text))
    note(f"In the link: {name} must be {' or '.join(accepted)}; it was {text[:40]!r}.")
    return None
