"""What becomes of a sweep when the form is started, and of the values that it has already."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dgviz.formatting import counted
from dgviz.live.sweep_feed import the_watches
from dgviz.sweeps.cost import Left, Paces
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.watch import Counts, Watch
from dgviz.ui.sweep import training
from dgviz.ui.words import escaped


class Plan(NamedTuple):
    """What the sweep will be.

    Attributes:
        grid: that it will have.
        counts: of the trials of `grid`.
        left: those of them that are not done.
        had: the grid that it has now; None for a new sweep.
        now: the counts of the trials of `had`.
        back: those of the trials that are done that `had` does not have.
        replaces: whether values that the form does not have are left out.
        own: how long trials of the sweep took; None if none is done.
    """

    grid: Grid
    counts: Counts
    left: Left
    had: Grid | None = None
    now: Counts = Counts(0, 0, 0, 0, 0, 0)
    back: int = 0
    replaces: bool = False
    own: Paces | None = None


def watch_of(folder: Path) -> Watch | None:
    """The watch of a sweep, after a look; None if the folder has none yet.

    Raises:
        SweepError: the sweep cannot be read.
    """
    if not SweepFolder(folder).exists:
        return None
    watch = the_watches().watch(folder)
    watch.look()
    return watch


def has_other_values(watch: Watch, grid: Grid) -> bool:
    """Whether a sweep has values that a grid of the form does not have.

    Raises:
        GridError: it is another sweep.
    """
    assert watch.grid
    return watch.grid.including(grid) != watch.grid.with_values_of(grid)


def plan_of(watch: Watch | None, grid: Grid, *, replaces: bool, halving: bool) -> Plan:
    """The plan for a grid of the form.

    Args:
        watch: of the sweep that the folder has; None if it has none yet.
        replaces: whether the values that the sweep has and the form does not are left out.

    Raises:
        GridError: the folder has another sweep.
    """
    if watch is None:
        return Plan(grid, Counts(len(grid), 0, 0, 0, 0, 0), Left.all_of(grid))
    had, now = watch.grid, watch.counts()
    assert had
    whole = had.with_values_of(grid) if replaces else had.including(grid)
    if whole == had:
        return Plan(had, now, watch.left(halving=halving), had, now, own=watch.paces)
    counts, left, back = watch.planned(whole, halving=halving)
    return Plan(whole, counts, left, had, now, back, replaces, watch.paces)


def plan_text(plan: Plan, grid: Grid, name: str) -> str:
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
        hidden = 0 if now.unread else now.done + plan.back - plan.counts.done
        trials = f"**{counted(len(grid), 'trial')}** instead of those of {has}"
        if hidden:
            trials += (
                f"{counted(hidden, 'trial')} with a result will not be shown; the folder keeps "
            )
            trials += "it. " if hidden == 1 else "them. "
        return trials + _of_back(plan)
    if plan.grid == had:
        return f"**All {len(grid):,} trials are laid out already** in {has}"
    more = f"**{len(plan.grid) - len(had):,} more trials** for {has}"
    if len(plan.grid) > len(grid):
        more += (
            f"It gets all combinations of its values and these, {len(plan.grid):,} trials; the "
            f"values above alone have {len(grid):,}. "
        )
    return more + _of_back(plan)


def _of_back(plan: Plan) -> str:
    """What is said of results of trials that the sweep does not have now."""
    if not plan.back or plan.counts.unread:
        return ""
    return f"The folder has the results of {plan.back:,} of the new ones already. "


def button_label(plan: Plan, *, starts: bool) -> str:
    """Of the button that does it.

    Args:
        starts: whether trials are trained then.
    """
    if plan.had is None:
        doing = "Lay out"
    elif plan.grid == plan.had:
        doing = "Show"
    else:
        doing = "Replace" if plan.replaces else "Add"
    return f"{doing} and start" if starts else doing
