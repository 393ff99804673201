"""Lay out a sweep: its grid, what it will cost, and its start."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from dgviz.formatting import duration, joined
from dgviz.live.sweep_feed import the_watches
from dgviz.live.sweep_work import Busy, the_sweep_work
from dgviz.methods.catalogue import METHODS
from dgviz.settings import KNOBS, PRESETS
from dgviz.sweeps.cost import Left, Paces, time_of
from dgviz.sweeps.folder import SweepError, SweepFolder, folder_name
from dgviz.sweeps.grid import Grid, GridError
from dgviz.sweeps.names import NameNotAccepted
from dgviz.sweeps.watch import MOST_TRIALS
from dgviz.ui.notes import note, rerun_unasked, show_problem
from dgviz.ui.row import row
from dgviz.ui.sweep import asking, measuring, state, training
from dgviz.ui.sweep.draft import (
    can_halve,
    draft_of,
    grid_of,
    lacking,
    name_of,
    possible_axes,
    start_text,
)
from dgviz.ui.sweep.plan import button_label, has_other_values, plan_of, plan_text, watch_of
from dgviz.ui.widgets import set_value
from dgviz.ui.words import escaped

_FORM = "sweep_form"
_PLACE = "form"
_LOOK_SECONDS = 1.0
_ADD, _REPLACE = "Add these values", "Replace its values"
_OTHER_NAME = "With another name, the new sweep has a folder of its own."
_SEVERAL = "Several values: 0.3,0.5 or 0.1:0.9:lin5 or, with equal ratios, 0.01:10:log8."


def laying_out() -> None:
    """Show the fields of a new sweep, its cost, and the button that starts it."""
    set_value(_FORM, state.is_form_open())
    with st.expander("Lay out a sweep", key=_FORM, on_change=_opened_or_closed):
        # Without a container, its button would move the fields, and they would lose the focus.
        with st.container():
            _take_over()
        draft = state.draft()
        grid, problems = grid_of(draft)
        preset, method, seeds, epochs, hidden = row(
            "sweep_fields", (3, 170), (4, 200), (2, 120), (2, 120), (2, 130)
        )
        with preset:
            _pick("preset", "selectbox", "Preset", options=list(PRESETS), format_func=_preset_title)
        with method:
            _pick(
                "method",
                "selectbox",
                "Method",
                options=list(METHODS),
                format_func=lambda name: METHODS[name].title,
            )
        for column, name, label, help in (
            (seeds, "seeds", "Seeds", "Trials of each combination, with the seeds 0, 1, …"),
            (epochs, "epochs", "Epochs", KNOBS["epochs"].help),
            (hidden, "hidden", "Hidden units", KNOBS["hidden"].help),
        ):
            with column:
                _pick(name, "number_input", label, step=1, help=help, disabled=name in draft.axes)
                _problem(problems.get(name) if name not in draft.axes else "")
        axes, naming = row("sweep_axes_and_name", (9, 330), (4, 240))
        with axes:
            _pick_axes()
        with naming:
            _pick(
                "name",
                "text_input",
                "Name",
                placeholder=folder_name(grid) if grid else "",
                help="Of the folder of the sweep. Without one, sweeps of the same settings have "
                "one folder, and their values are combined.",
            )
            _problem(problems.get("name"))
        _axes(problems)
        _problem(problems.get(""))
        if grid is not None and len(grid) > MOST_TRIALS:
            _problem(
                f"This grid has {len(grid):,} trials, and a page shows at most {MOST_TRIALS:,}. "
                "The command line trains larger ones."
            )
            halving = draft.halving and can_halve(grid)
            _cost(grid, grid, Left.all_of(grid), text="", halving=halving)
        elif grid is not None:
            _start(grid)


def _opened_or_closed() -> None:
    state.open_form(is_open=st.session_state[_FORM])


def _take_over() -> None:
    """Offer to fill the form with the values of the shown sweep, unless it has them."""
    folder = state.path()
    shown = folder and the_watches().watch(folder).grid
    if not folder or not shown:
        return
    filled = draft_of(shown, folder.name if state.is_own(folder) else "")
    draft = state.draft()
    if (filled.name, grid_of(filled)) == (draft.name, grid_of(draft)):
        return
    refused = ""
    if missing := [f"{name} {value}" for name, value in lacking(shown).items()]:
        refused = f"It has settings for which the form has no fields: {joined(missing)}."
    try:
        name_of(filled)
    except NameNotAccepted as problem:
        refused = str(problem)
    st.button(
        f"Fill in the values of {escaped(folder.name)}",
        type="tertiary",
        icon=":material/edit:",
        disabled=bool(refused),
        on_click=partial(state.change_draft, **vars(replace(filled, halving=draft.halving))),
        key="sweep_fill_in",
        help=f"{refused} In a shell, `python -m dgviz sweep run` with `--folder` adds values to it."
        if refused
        else "To add values to the sweep, to replace them, or to lay out a similar one.",
    )


def _pick_axes() -> None:
    """Show the choice of axes."""
    draft = state.draft()
    st.session_state["sweep_axes"] = list(draft.axes)
    st.multiselect(
        "Axes",
        possible_axes(draft.method),
        format_func=_axis_title,
        key="sweep_axes",
        on_change=_axes_picked,
        placeholder="Choose the settings that have several values",
        help="Every combination of their values is trained. τ is the threshold during training; "
        "other thresholds after training are measured in every trial, without further training.",
    )


def _axes(problems: dict[str, str]) -> None:
    """Show a field for the values of each axis."""
    draft = state.draft()
    blocks = row("sweep_values", *[(1, 260)] * len(draft.axes))
    for block, (name, values) in zip(blocks, draft.axes.items(), strict=True):
        with block:
            key = f"sweep_axis_{name}"
            st.session_state[key] = values
            st.text_input(
                f"Values of {_axis_title(name)}",
                key=key,
                on_change=partial(_typed, name),
                help=f"{_SEVERAL} {KNOBS[name].help}",
            )
            _problem(problems.get(name))


def _start(grid: Grid) -> None:
    """Show the number of trials and the cost, and the button."""
    folder = state.folder_of(grid)
    halving = state.draft().halving and can_halve(grid)
    try:
        watch = watch_of(folder)
        replaces = watch is not None and has_other_values(watch, grid) and _asks_to_replace(folder)
        plan = plan_of(watch, grid, replaces=replaces, halving=halving)
    except (SweepError, GridError) as problem:
        _problem(f"{problem} {_OTHER_NAME}")
        return
    whole, counts = plan.grid, plan.counts
    left = training.left_of(counts, halving=halving)
    most = the_sweep_work().most_jobs
    jobs = training.jobs()
    more = plan_text(plan, grid, folder.name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state["sweep_jobs"] = jobs
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
        if can_halve(grid):
            _pick(
                "halving",
                "checkbox",
                "Stop trials that are behind",
                help="After about a ninth and about a third of its epochs, a trial goes on only if "
                "its validation accuracy is among the best third (successive halving).",
            )
        can_start = (
            asking.is_confirmed(left, _PLACE)
            and not counts.unread
            and bool(left or whole != plan.had)
        )
        shown = state.path()
        st.button(
            button_label(plan, left),
            # The shown sweep has a Start of its own.
            type="secondary" if shown and state.is_own(shown) else "primary",
            icon=":material/play_arrow:",
            disabled=not can_start,
            on_click=partial(_started, grid, left, halving=halving, replaces=plan.replaces),
            key="sweep_start_new",
        )
    if counts.unread:
        st.markdown(more)
        st.fragment(_reading, run_every=_LOOK_SECONDS)(folder, whole, halving=halving)
        return
    if not left:
        st.markdown(more + "All of them are done.")
        return
    _cost(grid, whole, plan.left, plan.own, text=more, halving=halving)


def _cost(
    grid: Grid, whole: Grid, left: Left, own: Paces | None = None, *, text: str, halving: bool
) -> None:
    """Show what the trials cost that are left, or offer to measure it.

    Args:
        grid: of the form.
        whole: of the sweep.
        own: how long trials of the sweep took.
        text: is shown before it, in Markdown.
    """
    jobs = training.jobs()
    cost = asking.cost_of(whole, left, jobs, halving=halving, own=own)
    measure = partial(
        measuring.offer, whole, cost.unmeasured, jobs=jobs, halving=halving, place=_PLACE
    )
    if (known := cost.estimate) is None:
        measure(said=text + asking.unknown(grid))
        return
    number = left.whole.total() + left.rest.total()
    what = "all of them" if number == len(whole) else f"the {number:,} that are left"
    over = " over a second of training" if cost.is_brief else ""
    about = "at most" if cost.is_most else "about"
    text += (
        f"A trial takes {about} {duration(known.each)}, as measured on this machine{over}, and "
        f"{what} {'at most ' if halving or cost.is_most else ''}{time_of(known)}."
    )
    if cost.is_most:
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


def _reading(folder: Path, whole: Grid, *, halving: bool) -> None:
    """Read the rest of a sweep that has more trials, which takes a while if there are many.

    Args:
        whole: that the sweep will have.
    """
    watch = the_watches().watch(folder)
    try:
        watch.look()
    except SweepError:
        rerun_unasked()
    counts = watch.planned(whole, halving=halving).counts
    if not counts.unread:
        rerun_unasked()
    st.markdown(f"Reading {counts.trials:,} trials.")


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
        training.start(folder, halving=halving)


def _pick(name: str, widget: str, label: str, **rest: Any) -> None:
    """Show a widget whose value always comes from the draft."""
    key = f"sweep_{name}"
    st.session_state[key] = getattr(state.draft(), name)
    getattr(st, widget)(label, key=key, on_change=partial(_picked, name), **rest)


def _picked(name: str) -> None:
    state.change_draft(**{name: st.session_state[f"sweep_{name}"]})


def _typed(name: str) -> None:
    axes = {**state.draft().axes, name: st.session_state[f"sweep_axis_{name}"]}
    state.change_draft(axes=axes)


def _axes_picked() -> None:
    draft = state.draft()
    names = st.session_state["sweep_axes"]
    axes = {name: draft.axes.get(name, start_text(name, draft)) for name in names}
    state.change_draft(axes=axes)


def _problem(sentence: str | None) -> None:
    if sentence:
        show_problem(sentence)


def _axis_title(name: str) -> str:
    during = " during training" if name == "tau" else ""
    return f"{KNOBS[name].title}{during}"


def _preset_title(name: str) -> str:
    return PRESETS[name].title
