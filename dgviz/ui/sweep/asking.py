"""What it costs to train a sweep, and the question before very many trials are trained."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import streamlit as st

from dgviz.formatting import duration
from dgviz.live.sweep_feed import the_watches
from dgviz.runs.store import the_store
from dgviz.sweeps.cost import Kind, Paces, Speed, known_when, training_seconds, unmeasured
from dgviz.sweeps.grid import MANY, Grid
from dgviz.ui.notes import note


def unknown(grid: Grid) -> str:
    """A sentence in the place of the time of a sweep's trials."""
    return (
        "Their time was not measured on this machine: the page shows it as soon as "
        f"{known_when(grid)}."
    )


class Cost(NamedTuple):
    """What trials cost.

    Attributes:
        seconds: that they take one after another.
        is_brief: whether an epoch's time follows from a training of a second for some of them.
    """

    seconds: float
    is_brief: bool


@cache
def the_measured() -> dict[tuple[int, bool], list[Paces]]:
    """What this server has measured before trials were trained, by `jobs` and `halving`.

    These decide whether networks are trained together, which changes their time.
    """
    return {}


def measured(jobs: int, *, halving: bool) -> list[Paces]:
    return the_measured().setdefault((jobs, halving), [])


def cost_of(trials: Mapping[Kind, int], jobs: int, *, halving: bool) -> Cost | None:
    """What trials cost, as measured on this machine; None if it is not known.

    Args:
        jobs: trials at once.
        halving: whether they may be stopped early.
    """
    opened = _opened()
    seconds = training_seconds(trials, *opened)
    if seconds is not None:
        return Cost(seconds, is_brief=False)
    known = [*opened, _runs()]
    seconds = training_seconds(trials, *known)
    if seconds is not None:
        return Cost(seconds, is_brief=False)
    seconds = training_seconds(trials, *known, *measured(jobs, halving=halving))
    return None if seconds is None else Cost(seconds, is_brief=True)


def not_measured(trials: Mapping[Kind, int], jobs: int, *, halving: bool) -> list[Speed]:
    """The speeds of trials whose time is not known; the arguments are those of `cost_of`."""
    if cost_of(trials, jobs, halving=halving) is not None:
        return []
    return unmeasured(trials, *_opened(), _runs(), *measured(jobs, halving=halving))


def _opened() -> list[Paces]:
    """Of the sweeps that pages have shown; the one that was opened last comes first."""
    return [watch.paces for watch in reversed(the_watches().opened())]


def _runs() -> Paces:
    return Paces.of_runs(the_store().records())


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
