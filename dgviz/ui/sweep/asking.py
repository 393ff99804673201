"""What it costs to train a sweep, and the question before very many trials are trained."""

from __future__ import annotations

from functools import cache

import streamlit as st

from dgviz.live.accelerator import is_accelerator
from dgviz.runs.store import the_store
from dgviz.sweeps.cost import Left, Paces, known_when
from dgviz.sweeps.grid import MANY, Grid
from dgviz.sweeps.known_paces import Cost, KnownPaces
from dgviz.sweeps.together import Begun, grouped, still_to_do
from dgviz.ui.notes import note


def unknown(grid: Grid) -> str:
    """A sentence in the place of the time of a sweep's trials."""
    return (
        "Their time was not measured on this machine: it is known as soon as "
        f"{known_when(grid)} here."
    )


@cache
def the_measured() -> dict[tuple[int, bool], list[Paces]]:
    """What this server has measured before trials were trained, by `jobs` and `halving`.

    These decide whether networks are trained together, which changes their time.
    """
    return {}


def measured(jobs: int, *, halving: bool) -> list[Paces]:
    return the_measured().setdefault((jobs, halving), [])


def cost_of(
    grid: Grid,
    left: Left,
    jobs: int,
    *,
    halving: bool,
    own: Paces | None = None,
    begun: Begun | None = None,
    reached: float = 0.0,
) -> Cost:
    """What trials cost, as measured on this machine.

    Args:
        grid: which has these trials.
        jobs: trials, or groups of them, at once.
        halving: whether they may be stopped early; then it is the most that they cost.
        own: how long trials of this sweep took.
        begun: what the training that is under way has begun with.
        reached: epochs that the trials which were begun have trained already.
    """
    accelerator = is_accelerator(grid.base.device)
    if begun:
        groups = still_to_do(begun, grid, left, accelerator=accelerator, jobs=jobs, alone=halving)
    else:
        groups = grouped(grid, left, accelerator=accelerator, jobs=jobs, alone=halving)
    return the_known_paces().cost(
        groups,
        jobs=jobs,
        accelerator=accelerator,
        own=[own] if own else [],
        brief=measured(jobs, halving=halving),
        reached=reached,
    )


@cache
def the_known_paces() -> KnownPaces:
    """Of the runs directory of this server."""
    return KnownPaces(the_store())


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
