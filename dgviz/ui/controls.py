"""Widgets read off the table of knobs, and the buttons of a run."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from dgviz.data.catalogue import DATASETS
from dgviz.live.hub import Run, the_hub
from dgviz.runs.courses import courses, differences_in_words
from dgviz.runs.store import RunNotFound, the_store
from dgviz.settings import KNOBS, PRESETS, Knob
from dgviz.ui import components, session
from dgviz.ui.runs_words import linked

_PREVIEWED = ("tau",)
_ON_SLIDERS = ("beta", "tau")
_STOP_NAMES = {"beta": {-1.0: "reopen", 0.0: "0 (off)"}}
_TAU_WARNING_ABOVE = 0.55


def knob_panel(run: Run | None) -> None:
    """The sidebar: preset, the two sliders, and every other knob one click away."""
    _widget(KNOBS["preset"], format_func=lambda name: PRESETS[name].title)
    st.caption(PRESETS[session.settings().preset].description)
    if waiting := session.waiting():
        names = ", ".join(knob.symbol or knob.label for knob in waiting)
        st.caption(f"Waits for the next start: {names}.")
    components.knobs(
        [_slider(KNOBS[name], run) for name in _ON_SLIDERS],
        {name: partial(_slider_released, name) for name in _ON_SLIDERS},
    )
    with st.expander("Optimiser, schedule, data, seed"):
        if run is not None and not run.ended:
            st.caption("Only the learning rate acts at once; the rest waits for the next start.")
        tucked_away = [k for k in KNOBS.values() if k.name not in ("preset", *_ON_SLIDERS)]
        for group in dict.fromkeys(knob.group for knob in tucked_away):
            st.markdown(f"**{group}**")
            for knob in tucked_away:
                if knob.group == group:
                    _widget(knob)


def run_buttons(run: Run | None) -> None:
    """Restart or Resume; Start, Pause or Resume; one batch, one epoch; Stop.

    What comes and goes does so at the outer end, so that no other button ever changes its place.
    """
    phase = run.phase if run else "idle"
    moving = phase in ("running", "paused")
    with st.container(width="content", horizontal=True, horizontal_alignment="right", gap="xsmall"):
        if run is None or run.ended:
            if run is not None and run.resumable:
                st.button(
                    "Resume",
                    help="Go on with this run from its last checkpoint, as if it had not stopped.",
                    on_click=session.resume,
                )
            st.button(
                "Start",
                help="Train a new run with the settings as they are now.",
                type="primary",
                on_click=session.start,
            )
        else:
            st.button(
                "Restart",
                help="Begin again from the same seed with the settings as they are now.",
                on_click=session.start,
            )
            if phase == "paused":
                st.button("Resume", type="primary", on_click=run.resume)
            else:
                disabled = phase != "running"
                st.button("Pause", type="primary", disabled=disabled, on_click=run.pause)
        for label, length, help in (
            ("+1 batch", "batch", "Train on one more batch, then pause."),
            ("+1 epoch", "epoch", "Train to the end of this epoch, then pause."),
        ):
            step = partial(run.step, length) if run else None
            st.button(label, help=help, disabled=not moving, on_click=step)
        st.button(
            "Stop",
            help="End this run; its pictures stay.",
            disabled=run is None or run.ended,
            on_click=partial(the_hub().stop, run) if run else None,
        )


def parent_line(run: Run | None) -> None:
    """Which run this one was started from, and what was changed."""
    if run is None or run.job.parent is None:
        return
    try:
        parent = the_store().record(run.job.parent)
    except RunNotFound:
        st.caption(f"Started from run {run.job.parent}, which has been deleted.")
        return
    changes = differences_in_words(parent.courses, courses(run.settings))
    st.caption(f"Started from {linked(parent)}: {changes or 'the same settings'}.")


def replay(run: Run | None) -> None:
    """A player of what was recorded of a run, whose moment is part of the link.

    It has its place from the start, so that nothing below it moves when a run ends.
    """
    components.scrubber(
        run, at=session.moment(), on_stop=lambda: session.stand_at(components.stopped_at())
    )


def train_twin() -> None:
    """Train the dense network that differs in nothing but the gates."""
    run = session.current_run()
    if run is not None and the_hub().twin_of(run.settings) is None:
        the_hub().start(run.settings.dense_twin())


def _widget(knob: Knob, **rest: Any) -> None:
    """One knob as a Streamlit widget. Its value always comes from the session's settings."""
    key = f"knob_{knob.name}"
    st.session_state[key] = getattr(session.settings(), knob.name)
    label = f"{knob.symbol} {knob.label}".strip()
    if label[0].isascii() and not knob.symbol:
        label = label[0].upper() + label[1:]
    common: dict[str, Any] = {
        "help": knob.help,
        "key": key,
        "on_change": partial(_widget_changed, knob.name),
    }
    if knob.choices:
        st.selectbox(label, knob.choices, **common, **rest)
    else:
        low, high = knob.kind(knob.minimum), knob.kind(knob.maximum)
        pattern = "%d" if knob.kind is int else "%g"
        st.number_input(
            label, min_value=low, max_value=high, step=knob.step, format=pattern, **common
        )
    if knob.name == "dataset":
        entry = DATASETS[session.settings().dataset]
        # Not a caption: those pale their links until they are hard to read.
        st.markdown(f":small[{entry.title}: {entry.source}. Licence: {entry.licence}.]")


def _widget_changed(name: str) -> None:
    session.choose(name, st.session_state[f"knob_{name}"])


def _slider_released(name: str) -> None:
    session.choose(name, components.knob_value(name))


def _slider(knob: Knob, run: Run | None) -> dict[str, Any]:
    """What the browser's slider has to know of a knob."""
    value = getattr(session.settings(), knob.name)
    warning = ""
    if session.settings().method == "dense":
        warning = "The dense network has no gates: nothing to move here."
    elif knob.name == "tau" and value > _TAU_WARNING_ABOVE:
        warning = (
            "Gates in use hover just above τ: raising it far cuts them all at once, and accuracy "
            "falls off a cliff. Lowering it again undoes this while training goes on."
        )
    return {
        "name": knob.name,
        "symbol": knob.symbol,
        "label": knob.label,
        "help": knob.help,
        "stops": sorted({*knob.stops, value}),
        "labels": {f"{stop:g}": name for stop, name in _STOP_NAMES.get(knob.name, {}).items()},
        "value": value,
        "default": getattr(_preset_settings(), knob.name),
        "min": knob.minimum,
        "max": knob.maximum,
        "accepted": knob.accepted,
        "warn": warning,
        "preview": knob.name in _PREVIEWED,
        "holds": run is None or run.ended,
    }


def _preset_settings() -> Any:
    return type(session.settings()).from_preset(session.settings().preset)
