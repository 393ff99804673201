"""A grid with more trials than a page can show: its cost, and the command that trains it."""

from __future__ import annotations

import shlex

import streamlit as st

from dgviz import environment
from dgviz.runs.repeating import flags
from dgviz.runs.store import the_store
from dgviz.settings import KNOBS
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.watch import MOST_TRIALS
from dgviz.ui.notes import show_problem
from dgviz.ui.sweep import state, training
from dgviz.ui.sweep.draft import Draft, can_halve, name_of
from dgviz.ui.sweep.plan import plan_of, plan_text
from dgviz.ui.sweep.starting import show_cost


def too_large(grid: Grid, *, is_named: bool) -> None:
    """Show what such a grid costs, and how a shell trains it.

    Args:
        is_named: whether the name of the sweep is accepted; without it there is no command.
    """
    draft = state.draft()
    problem = f"This grid has {len(grid):,} trials, and a page shows at most {MOST_TRIALS:,}."
    if is_named:
        show_problem(f"{problem} In a shell, this command trains it:")
        st.code(command(draft, grid, training.jobs()), language=None, wrap_lines=True)
    else:
        show_problem(problem)
    halving = draft.halving and can_halve(grid)
    plan = plan_of(None, grid, replaces=False, halving=halving)
    show_cost(plan, grid, text=plan_text(plan, grid, ""), halving=halving)


def command(draft: Draft, grid: Grid, jobs: int) -> str:
    """The command line that trains what the form lays out.

    Args:
        grid: of the draft.
        jobs: trials at once.
    """
    root = the_store().root
    words = ["python", "-m", "dgviz", "sweep", "run"]
    if name_of(draft):
        words += ["--folder", str(state.folder_of(grid))]
    if root != environment.default_runs_folder():
        # The variable DGVIZ_RUNS of this server may not be set in that shell.
        words += ["--runs", str(root)]
    # With "=", because a value that begins with a minus sign would look like a flag.
    words += [*flags(grid.base), *(f"{KNOBS[axis].flag}={draft.axes[axis]}" for axis in grid.axes)]
    words += [f"--seeds={grid.seeds}", f"--jobs={jobs}"]
    if draft.halving and can_halve(grid):
        words.append("--halving")
    return shlex.join(words)
