"""Lay out a sweep: its grid, what it will cost, and its start."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from dgviz.formatting import joined
from dgviz.live.sweep_feed import the_watches
from dgviz.methods.catalogue import METHODS
from dgviz.settings import KNOBS, PRESETS
from dgviz.sweeps.folder import folder_name
from dgviz.sweeps.names import NameNotAccepted
from dgviz.sweeps.watch import MOST_TRIALS
from dgviz.ui.notes import show_problem
from dgviz.ui.row import row
from dgviz.ui.sweep import state
from dgviz.ui.sweep.draft import (
    draft_of,
    grid_of,
    lacking,
    name_of,
    possible_axes,
    start_text,
)
from dgviz.ui.sweep.starting import starting, without_name
from dgviz.ui.sweep.too_large import too_large
from dgviz.ui.widgets import set_value
from dgviz.ui.words import escaped

_FORM = "sweep_form"
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
        state.keep_form_acts(acts=False)
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
        is_named = "name" not in problems
        if grid is not None and len(grid) > MOST_TRIALS:
            too_large(grid, is_named=is_named)
        elif grid is not None and is_named:
            starting(grid)
        elif grid is not None:
            without_name(grid)


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
