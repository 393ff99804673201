"""What becomes of a sweep when the form is started, and of the values that it has already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from dgviz.formatting import counted
from dgviz.live.sweep_feed import the_watches
from dgviz.sweeps.cost import Left, Paces
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.watch import Counts
from dgviz.ui.sweep import training
from dgviz.ui.words import escaped

_ADD, _REPLACE = "Add these values", "Replace its values"


class Plan(NamedTuple):
    """What the sweep will be.

    Attributes:
        grid: that it will have.
        counts: of the trials of `grid`.
        left: those of them that are not done.
        had: the grid that it has now; None for a new sweep.
        now: the counts of the trials of `had`.
        replaces: whether values that the form does not have are left out.
        own: how long trials of the sweep took; None if none is done.
    """

    grid: Grid
    counts: Counts
    left: Left
    had: Grid | None = None
    now: Counts = Counts(0, 0, 0, 0, 0, 0)
    replaces: bool = False
    own: Paces | None = None


def plan_of(folder: Path, grid: Grid, *, halving: bool) -> Plan:
    """The plan for a grid of the form. If the sweep has other values, it asks what to do with them.

    Raises:
        GridError: the folder has another sweep.
        SweepError: its sweep cannot be read.
    """
    if not SweepFolder(folder).exists:
        return Plan(grid, Counts(len(grid), 0, 0, 0, 0, 0), Left.all_of(grid))
    watch = the_watches().watch(folder)
    watch.look()
    had, now = watch.grid, watch.counts()
    assert had
    added, only = had.including(grid), had.with_values_of(grid)
    replaces = added != only and _asks_to_replace(folder)
    whole, names = (only, frozenset(only.ids())) if replaces else (added, None)
    return Plan(
        whole,
        replace(watch.counts(names), trials=len(whole)),
        watch.left(whole, halving=halving, names=names),
        had,
        now,
        replaces,
        watch.paces,
    )


def _asks_to_replace(folder: Path) -> bool:
    chosen = st.radio(
        f"The sweep {escaped(folder.name)} has other values",
        (_ADD, _REPLACE),
        horizontal=True,
        key=f"sweep_values_{folder.name}",
        help="Added, the sweep has every combination of its values and these. Replaced, it has "
        "these values only; no trial is removed, and one whose values return counts again.",
    )
    return bool(chosen == _REPLACE)


def text(plan: Plan, grid: Grid, name: str) -> str:
    """How many trials the sweep of this name will have, in Markdown.

    Args:
        grid: of the form.
    """
    had, now = plan.had, plan.now
    if had is None:
        return f"**{counted(len(grid), 'trial')}.** "
    done = "" if now.unread else f", {now.done:,} of them done{training.of_done(now)}"
    has = f"the sweep {escaped(name)}, which has {len(had):,}{done}. "
    if plan.replaces:
        hidden = 0 if now.unread else now.done - plan.counts.done
        trials = f"**{counted(len(grid), 'trial')}** instead of those of {has}"
        if hidden:
            trials += (
                f"{counted(hidden, 'trial')} with a result will not be shown; the folder keeps "
            )
            trials += "it. " if hidden == 1 else "them. "
        return trials
    if plan.grid == had:
        return f"**All {len(grid):,} trials are laid out already** in {has}"
    more = f"**{len(plan.grid) - len(had):,} more trials** for {has}"
    if len(plan.grid) > len(grid):
        more += (
            f"It gets all combinations of its values and these, {len(plan.grid):,} trials; the "
            f"values above alone have {len(grid):,}. "
        )
    return more


def label(plan: Plan, left: int) -> str:
    """Of the button that does it.

    Args:
        left: the trials that will be trained then.
    """
    if plan.had is None:
        return "Lay out and start"
    if plan.replaces:
        return "Replace and start" if left else "Replace"
    return "Start" if plan.grid == plan.had else "Add and start"
