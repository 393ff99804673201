"""What it costs to train a sweep, and the question before very many trials are trained."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dgviz.formatting import duration
from dgviz.live.sweep_feed import the_watches
from dgviz.runs.store import the_store
from dgviz.sweeps.cost import Kind, Paces, known_when, training_seconds
from dgviz.sweeps.grid import MANY, Grid
from dgviz.ui.notes import note


def unknown(grid: Grid) -> str:
    """A sentence in the place of the time of a sweep's trials."""
    return (
        "Their time was not measured on this machine: the page shows it as soon as "
        f"{known_when(grid)}."
    )


def seconds_of(trials: Mapping[Kind, int]) -> float | None:
    """Seconds that trials take one after another, as measured on this machine; None if unknown."""
    # The sweep that was opened last comes first.
    paces = [watch.paces for watch in reversed(the_watches().opened())]
    seconds = training_seconds(trials, *paces)
    if seconds is None:
        seconds = training_seconds(trials, *paces, Paces.of_runs(the_store().records()))
    return seconds


def time_of(trials: int, seconds: float, jobs: int) -> str:
    """The time that so many trials take: "3 h 20 min with 2 at once".

    Args:
        seconds: of all of them, one after another.
    """
    return f"{duration(seconds / min(jobs, trials))} with {jobs} at once"


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
