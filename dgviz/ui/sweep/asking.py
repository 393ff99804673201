"""What it costs to train a sweep, and the question before very many trials are trained."""

from __future__ import annotations

import streamlit as st

from dgviz.formatting import duration
from dgviz.live.sweep_feed import the_watches
from dgviz.runs.store import the_store
from dgviz.sweeps.cost import are_alike, trial_seconds
from dgviz.sweeps.grid import Grid
from dgviz.ui.notes import note

MANY = 1000
"""More trials than this are trained only after it was confirmed, at every start."""

UNKNOWN = (
    "Nothing like them has been trained on this machine, so their time is not known: the page "
    "shows it as soon as a trial is done."
)


def seconds_of(grid: Grid) -> float | None:
    """Seconds that a trial takes, as measured on this machine; None if nothing like it was."""
    paces = [
        pace
        for watch in the_watches().opened()
        if watch.grid and are_alike(watch.grid, grid)
        for pace in watch.paces
    ]
    return trial_seconds(paces, grid, () if paces else the_store().records())


def time_of(trials: int, seconds: float, jobs: int) -> str:
    """The time that so many trials take: "3 h 20 min with 2 at once"."""
    return f"{duration(trials * seconds / min(jobs, trials))} with {jobs} at once"


def is_confirmed(trials: int, place: str) -> bool:
    """Ask whether so many trials are to be trained, if they are very many.

    Args:
        place: of the button that starts them, one word.

    Returns:
        Whether they may be started.
    """
    return trials <= MANY or st.checkbox(f"Train {trials:,} trials", key=_key(place))


def take_answer(trials: int, place: str) -> bool:
    """Whether so many trials may be started; if not, with a note. The next start asks again."""
    answer = bool(st.session_state.get(_key(place)))
    st.session_state[_key(place)] = False
    if trials <= MANY or answer:
        return True
    note(f"{trials:,} trials would be trained. Confirm it before you start them.")
    return False


def _key(place: str) -> str:
    return f"sweep_confirmed_{place}"
