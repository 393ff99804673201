"""What else is done to the network after training: a limit of the fan-in, and fine-tuning."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from dgviz.compaction.recipe import FAN_IN, FINE_TUNING, MEAN, Recipe
from dgviz.compaction.result import obstacle
from dgviz.data.catalogue import DATASETS
from dgviz.knob import SettingsError
from dgviz.runs.record import Record
from dgviz.ui.compact import state
from dgviz.ui.notes import note

_FAN_IN, _EPOCHS, _SHOWN = "compact_fan_in", "compact_epochs", "compact_form_shown"
_FAN_IN_LABEL, _NO_LIMIT = "Most connections of a hidden unit", "no limit"
_FAN_INS = (_NO_LIMIT, MEAN, "8", "16", "32", "64")


def after_training(record: Record) -> None:
    """Show the choices, and a button that compacts the network again."""
    _fill(record, state.view().recipe)
    with st.form("compact_recipe"):
        st.markdown(
            "**Limit the fan-in, and fine-tune** :gray[The validation accuracy after each step is "
            "shown at the top, so that you see what it costs and what it brings.]"
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                _FAN_IN_LABEL,
                list(dict.fromkeys([*_FAN_INS, st.session_state[_FAN_IN]])),
                accept_new_options=True,
                key=_FAN_IN,
                width=260,
                help=f"{FAN_IN.help} With {MEAN}, as many as hidden units have on average. Then "
                "the fixed fan-in form has little padding. You can type any number.",
            )
            st.number_input(
                "Epochs of fine-tuning",
                min_value=int(FINE_TUNING.minimum or 0),
                max_value=int(FINE_TUNING.maximum or 0),
                step=1,
                key=_EPOCHS,
                width=200,
                help=f"{FINE_TUNING.help} Closed connections stay closed.",
            )
            st.form_submit_button(
                "Compact with these",
                icon=":material/compress:",
                on_click=partial(_apply, record),
                key="compact_apply",
            )


def _fill(record: Record, recipe: Recipe) -> None:
    """Show the recipe's values once it has changed; until then, what the reader has entered."""
    shown = record.id, recipe
    if st.session_state.get(_SHOWN) != shown or _EPOCHS not in st.session_state:
        st.session_state[_SHOWN] = shown
        st.session_state[_FAN_IN] = _NO_LIMIT if recipe.fan_in is None else str(recipe.fan_in)
        st.session_state[_EPOCHS] = recipe.epochs


def _apply(record: Record) -> None:
    given = st.session_state[_FAN_IN]
    changes = {
        "fan_in": None if given in (None, _NO_LIMIT) else given,
        "epochs": st.session_state[_EPOCHS],
    }
    try:
        recipe = replace(state.view().recipe, **changes)
    except SettingsError as refused:
        note(_refusal(record, str(given)) if refused.knob == FAN_IN.name else str(refused))
        return
    if problem := obstacle(record, recipe):
        note(problem)
    else:
        state.choose_recipe(recipe)


def _refusal(record: Record, given: str) -> str:
    """What a fan-in of this run may be."""
    assert record.settings is not None
    inputs = DATASETS[record.settings.dataset].input_size
    return (
        f"{_FAN_IN_LABEL}: give {_NO_LIMIT}, {MEAN}, or a whole number from 1 to {inputs}; it was "
        f"{given[:40]!r}."
    )
