"""What one browser tab looks at on the Pixels page, kept in step with the URL."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from dgviz.live.hub import Run, UnknownRun, the_hub
from dgviz.runs.store import the_store
from dgviz.ui import address, playhead
from dgviz.ui.notes import note

_VIEW = "pixels_view"


@dataclass(frozen=True)
class View:
    """Which run, and what is pinned.

    Attributes:
        run: its id; None takes the newest there is.
        pixel: an input, from 0.
        unit: a hidden unit, from 0.
    """

    run: str | None = None
    pixel: int | None = None
    unit: int | None = None


def restore() -> None:
    """Take over what the address asks for.

    Where that is no run, the page shows the one that the Live page follows, or the newest.
    """
    if (query := address.news("pixels")) is not None:
        st.session_state[_VIEW] = _read(query)
    if view().run is None:
        st.session_state[_VIEW] = replace(view(), run=_first_choice())


def view() -> View:
    current: View = st.session_state[_VIEW]
    return current


def current_run() -> Run | None:
    """The run to be shown; where it cannot be had that is said, and the next best is shown."""
    run_id = view().run
    try:
        return the_hub().find(run_id) if run_id else None
    except UnknownRun as problem:
        note(str(problem))
    st.session_state[_VIEW] = View(run=_newest(), pixel=view().pixel, unit=view().unit)
    try:
        return the_hub().find(run_id) if (run_id := view().run) else None
    except UnknownRun:
        return None


def choose(run_id: str) -> None:
    """Show another run; what is pinned stays, so that runs can be compared."""
    _change(run=run_id)


def at() -> int | None:
    """The step that the replay stands at; None for the run as it is now, or as it ended."""
    return playhead.step(view().run)


def stand_at(step: int | None) -> None:
    """Keep the step that the replay stands at."""
    playhead.move(view().run, step)


def pin(pixel: int | None, unit: int | None) -> None:
    """Keep what is pinned."""
    _change(pixel=pixel, unit=unit)


def write_url() -> None:
    """Make the address bar hold what is on the screen."""
    shown = {**asdict(view()), "at": at()}
    address.write({name: str(value) for name, value in shown.items() if value is not None})


def _change(**changes: Any) -> None:
    st.session_state[_VIEW] = replace(view(), **changes)


def _read(query: address.Query) -> View:
    run = query.last("run") or None
    playhead.move(run, query.number("at"))
    return View(run=run, pixel=query.number("pixel"), unit=query.number("unit"))


def _first_choice() -> str | None:
    followed: str | None = st.session_state.get("run_id")
    return followed or _newest()


def _newest() -> str | None:
    """The newest recorded run, a sparse one before a dense one: there is more to see."""
    recorded = [
        (not record.settings.spec.masks, place, record.id)
        for place, record in enumerate(the_store().records())
        if record.step and record.settings
    ]
    return min(recorded)[2] if recorded else None
