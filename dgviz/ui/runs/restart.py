"""Training a run again with the same seed and one setting changed."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from dgviz.formatting import plain
from dgviz.runs.courses import courses, differences_text, moves_text, value_text
from dgviz.runs.record import Record
from dgviz.settings import COMMON, KNOBS, Knob, Settings, SettingsError
from dgviz.ui.runs import actions
from dgviz.ui.words import escaped

# A preset only sets other knobs, and the seed has to stay the same.
_FIXED = ("preset", "seed")


def restart_panel(record: Record, settings: Settings) -> None:
    """Show a choice of knob and value, the resulting difference, and a button to start."""
    names = [knob.name for knob in settings.knobs() if knob.name not in _FIXED]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Setting",
            names,
            format_func=lambda name: KNOBS[name].title,
            key=f"runs_knob_{record.id}",
            width=220,
        )
        value = _value_widget(KNOBS[name], settings, f"runs_value_{record.id}_{name}")
    try:
        changed = changed_settings(settings, name, value)
    except SettingsError as problem:
        st.error(escaped(str(problem)))
        return
    difference = _difference(settings, changed)
    st.markdown(
        f"**{difference}**. All other settings stay the same, the seed ({settings.seed}) too."
        if difference
        else "Choose another value to start a new run."
    )
    if moved := moves_text(record.courses):
        st.caption(
            f"During this run settings were changed: {escaped(moved)}. The new run has the "
            "values that this one had at its start, and these changes are not made again."
        )
    if record.extended:
        st.caption(
            f"This run was trained further. The new one trains its {changed.epochs} epochs without "
            "interruption."
        )
    st.button(
        "Start the new run",
        type="primary",
        disabled=not difference,
        on_click=partial(actions.restart, record.id, changed),
    )


def changed_settings(settings: Settings, name: str, value: object) -> Settings:
    """Return the settings with one knob changed.

    A new method has its own values for the knobs that the old one did not read or had not changed.

    Raises:
        SettingsError: the knob does not accept the value.
    """
    if name != "method":
        return settings.with_changes(**{name: value})
    start = Settings.from_preset(settings.preset, method=settings.method)
    read = {knob.name for knob in settings.knobs()}
    unread = {name: start[name] for name in COMMON if name not in read}
    return settings.with_changes(**unread).with_method(str(value)).normal()


def _difference(settings: Settings, changed: Settings) -> str:
    """The differences, with the live knobs that only the new method reads; "" for none."""
    differences = differences_text(courses(settings), courses(changed))
    gained = [knob for knob in changed.knobs() if knob.live and knob not in settings.knobs()]
    new = [f"{knob.short_name} {value_text(knob, changed[knob.name])}" for knob in gained]
    return ", ".join([differences, *new]) if differences else ""


def _value_widget(knob: Knob, settings: Settings, key: str) -> Any:
    value = settings[knob.name]
    if knob.choices:
        return st.selectbox(
            "New value",
            knob.choices,
            index=knob.choices.index(value),
            format_func=partial(value_text, knob),
            key=key,
            width=220,
        )
    assert knob.minimum is not None and knob.maximum is not None
    return st.number_input(
        f"New value, {plain(knob.minimum)} to {plain(knob.maximum)}",
        min_value=knob.minimum,
        max_value=knob.maximum,
        value=value,
        step=knob.step_at(value),
        format="%d" if knob.kind is int else "%g",
        key=key,
        width=220,
    )
