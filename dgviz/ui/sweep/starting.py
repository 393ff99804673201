"""What the form starts: the trials that there will be, what they cost, and the button."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dgviz.formatting import duration
from dgviz.live.sweep_work import Busy, the_sweep_work
from dgviz.sweeps.cost import time_of
from dgviz.sweeps.folder import SweepError, SweepFolder
from dgviz.sweeps.grid import Grid, GridError
from dgviz.ui.notes import has_notes, note, show_problem
from dgviz.ui.sweep import asking, busy, measuring, state, training
from dgviz.ui.sweep.draft import Draft, can_halve
from dgviz.ui.sweep.plan import Plan, button_label, has_other_values, plan_of, plan_text, watch_of
from dgviz.ui.widgets import set_value
from dgviz.ui.words import escaped

_PLACE = "form"
_LOOK_SECONDS = 2.0
_ADD, _REPLACE = "Add these values", "Replace its values"
_OTHER_NAME = "With another name, the new sweep has a folder of its own."

_Drawn = tuple[Path | None, bool, Draft]
"""What decides what else the page shows."""


def starting(grid: Grid) -> None:
    """Show what the form starts; it follows a training that changes this."""
    folder = state.folder_of(grid)
    can_change = SweepFolder(folder).exists or busy.trained_instead(folder)
    follows = state.is_form_open() and can_change
    show = st.fragment(_start, run_every=_LOOK_SECONDS if follows else None)
    show(grid, _drawn())


def without_name(grid: Grid) -> None:
    """Show the number of trials and the cost while the name of the sweep is not accepted."""
    halving = state.draft().halving and can_halve(grid)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _pick_jobs()
        if can_halve(grid):
            _pick_halving()
    plan = plan_of(None, grid, replaces=False, halving=halving)
    show_cost(plan, grid, text=plan_text(plan, grid, ""), halving=halving)


def _drawn() -> _Drawn:
    return state.path(), state.is_form_open(), state.draft()


def _start(grid: Grid, drawn: _Drawn) -> None:
    """Show the number of trials and the cost, and the button.

    Args:
        drawn: with the page.
    """
    if has_notes() or _drawn() != drawn:
        # The reader has done something here that other parts of the page show.
        st.rerun()
    folder = state.folder_of(grid)
    halving = state.draft().halving and can_halve(grid)
    try:
        watch = watch_of(folder)
        replaces = watch is not None and has_other_values(watch, grid) and _asks_to_replace(folder)
        plan = plan_of(watch, grid, replaces=replaces, halving=halving)
    except (SweepError, GridError) as problem:
        state.keep_form_acts(acts=False)
        show_problem(f"{problem} {_OTHER_NAME}")
        return
    # Its card has the button for it.
    is_shown = folder == state.path() and plan.grid == plan.had
    state.keep_form_acts(acts=state.is_form_open() and not is_shown)
    left = training.left_of(plan.counts, halving=halving)
    other = busy.trained_instead(folder)
    refused = busy.refusal(folder) if plan.replaces else ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _pick_jobs()
        # The card asks it when some were stopped early.
        if can_halve(grid) and not (is_shown and plan.counts.stopped):
            _pick_halving()
        if not is_shown:
            # One that is being trained, and gets no other values, goes on.
            goes_on = plan.grid == plan.had and the_sweep_work().trains(folder)
            starts = not (other or goes_on)
            _button(plan, grid, left, halving=halving, refused=bool(refused), starts=starts)
    if refused:
        show_problem(refused)
    if is_shown:
        st.markdown("**The shown sweep has these values already.** Its buttons are below.")
        return
    text = plan_text(plan, grid, folder.name)
    if plan.counts.unread:
        st.markdown(f"{text}Reading {plan.counts.trials:,} trials.")
    elif not left:
        st.markdown(f"{text}All of them are done.")
    else:
        show_cost(plan, grid, text=text, halving=halving)
    if left and other:
        st.caption(
            f"This server is training the sweep {escaped(other.name)}: start this one after it."
        )


def _pick_jobs() -> None:
    most = the_sweep_work().most_jobs
    set_value("sweep_jobs", training.jobs())
    st.number_input(
        "Trials at once",
        min_value=1,
        max_value=most,
        step=1,
        key="sweep_jobs",
        on_change=training.keep_jobs,
        width=150,
        help="Begins with one for each core, as `--jobs` in the shell. This server trains at "
        f"most {most} runs and trials at once (`DGVIZ_MAX_RUNS`), but one run may always be "
        "trained beside the trials. All of them are slower then.",
    )


def _pick_halving() -> None:
    set_value("sweep_halving", state.draft().halving)
    st.checkbox(
        "Stop trials that are behind",
        key="sweep_halving",
        on_change=_halving_picked,
        help="After about a ninth and about a third of its epochs, a trial goes on only if "
        "its validation accuracy is among the best third (successive halving).",
    )


def _halving_picked() -> None:
    state.change_draft(halving=st.session_state["sweep_halving"])


def _button(
    plan: Plan, grid: Grid, left: int, *, halving: bool, refused: bool, starts: bool
) -> None:
    """Show the button of the form, and the question before very many trials.

    Args:
        left: the trials that it starts.
        refused: whether it can do nothing now.
        starts: whether the server can train them now.
    """
    unread = bool(plan.counts.unread)
    starts = starts and bool(left or unread)
    is_confirmed = not starts or asking.is_confirmed(left, _PLACE)
    st.button(
        button_label(plan, starts=starts),
        type="primary",
        icon=":material/play_arrow:" if starts else None,
        disabled=unread or refused or not is_confirmed,
        on_click=partial(
            _started, grid, left if starts else 0, halving=halving, replaces=plan.replaces
        ),
        key="sweep_start_new",
    )


def show_cost(plan: Plan, grid: Grid, *, text: str, halving: bool) -> None:
    """Show what the trials cost that are left, or offer to measure it.

    Args:
        grid: of the form.
        text: is shown before it, in Markdown.
    """
    jobs, left = training.jobs(), plan.left
    found = asking.cost_of(plan.grid, left, jobs, halving=halving, own=plan.own)
    measure = partial(
        measuring.offer, plan.grid, found.unmeasured, jobs=jobs, halving=halving, place=_PLACE
    )
    if (known := found.estimate) is None:
        measure(said=text + asking.unknown(grid))
        return
    number = left.whole.total() + left.rest.total()
    what = "all of them" if number == len(plan.grid) else f"the {number:,} that are left"
    over = " over a second of training" if found.is_brief else ""
    about = "at most" if found.is_most else "about"
    text += (
        f"A trial takes {about} {duration(known.each)}, as measured on this machine{over}, and "
        f"{what} {'at most ' if halving or found.is_most else ''}{time_of(known)}."
    )
    if found.is_most:
        measure(said=text)
    else:
        st.markdown(text)


def _asks_to_replace(folder: Path) -> bool:
    """Ask what becomes of the values that the sweep has and the form does not."""
    chosen = st.radio(
        f"The sweep {escaped(folder.name)} has other values",
        (_ADD, _REPLACE),
        horizontal=True,
        key=f"sweep_values_{folder.name}",
        help="Added, the sweep has every combination of its values and these. Replaced, it has "
        "these values only; no trial is removed, and one whose values return counts again.",
    )
    return bool(chosen == _REPLACE)


def _started(grid: Grid, left: int, *, halving: bool, replaces: bool) -> None:
    if not asking.take_answer(left, _PLACE):
        return
    folder = state.folder_of(grid)
    try:
        sweep = SweepFolder(folder)
        if replaces:
            # Now, and not when the form was drawn: the training may have ended by itself.
            if the_sweep_work().trains(folder):
                raise Busy(folder)
            sweep.replace(grid)
        else:
            sweep.extend(grid)
    except (Busy, GridError, SweepError) as problem:
        note(str(problem))
        return
    state.show(folder)
    if left:
        # A training that is under way has begun with the values that the sweep had.
        the_sweep_work().stop(folder)
        training.start(folder, halving=halving)
