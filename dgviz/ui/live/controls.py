"""Widgets read off the table of knobs, and the buttons of a run."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Any

import streamlit as st

from dgviz.data.catalogue import DATASETS
from dgviz.live.hub import Run, the_hub
from dgviz.presets import PRESETS
from dgviz.runs.courses import courses, differences_text, value_text, whose
from dgviz.runs.extension import extension_text
from dgviz.runs.store import RunNotFound, the_store
from dgviz.settings import KNOBS, Knob, Settings
from dgviz.ui import components
from dgviz.ui.further import further_panel
from dgviz.ui.links import open_links
from dgviz.ui.live import state
from dgviz.ui.words import link_text

_PREVIEWED = ("tau",)
_MOST_IN_DOCK = 2
_PREVIEW_HELP = "Drag to preview, release to train with it."
_STOP_NAMES = {
    "beta": {-1.0: "reopen", 0.0: "0 (off)"},
    "dynamicgate.keep": {0.0: "0 (off)"},
}
_TAU_WARNING_ABOVE = 0.55
_NEXT_RUN = "Applies to the next run{}."


def knob_panel(run: Run | None) -> None:
    """Show the sidebar: preset, method, the sliders, and all other knobs in an expander.

    Sentences are below the sliders, because their length differs and must not move the sliders.
    """
    settings = state.settings()
    _widget(KNOBS["preset"], format_func=lambda name: PRESETS[name].title)
    _widget(KNOBS["method"])
    sliders = [_slider(knob, run) for knob in _on_sliders(run)]
    components.knobs(run, sliders, _others(run), on_change=state.choose)
    # A preset's description is true of the default method only.
    title, text = settings.spec.title, settings.spec.described
    if settings.method == Settings.method:
        title, text = PRESETS[settings.preset].title, PRESETS[settings.preset].description
    # The title of a method may begin with a small letter.
    st.caption(f"**{title[0].upper()}{title[1:]}.** {text}")
    for knob in settings.spec.knobs:
        if not knob.stops:
            _widget(knob)
    # A slider says so itself.
    if remark := _remark_on_others(run):
        st.caption(remark)
    if state.differs_from_resumable():
        st.caption("Resume goes on with this run's own settings. Start uses these.")
    with st.expander("Optimiser, schedule, data, seed"):
        if run is not None and not run.ended:
            st.caption("The learning rate acts on this run; the others on the next one.")
        above = {KNOBS["preset"], KNOBS["method"], *settings.spec.knobs}
        rest = [knob for knob in settings.knobs() if knob not in above and not knob.stops]
        for group in dict.fromkeys(knob.group for knob in rest):
            st.markdown(f"**{group}**")
            for knob in rest:
                if knob.group == group:
                    _widget(knob)


def dock(run: Run | None) -> None:
    """Show the dock of a small screen, where the sidebar is closed: two sliders and one button."""
    live = [knob for knob in _on_sliders(run) if knob.live]
    # The run's own first: those of the next run's method can wait.
    live.sort(key=lambda knob: run is not None and not run.ended and knob.name not in run.knobs)
    sliders = [_slider(knob, run) for knob in live[:_MOST_IN_DOCK]]
    components.dock(run, sliders, _others(run), on_change=state.choose, commands=_commands(run))


def run_buttons(run: Run | None) -> None:
    components.run_buttons(run, _commands(run))


def _commands(run: Run | None) -> components.Commands:
    commands = {"start": state.start, "restart": state.restart, "resume": state.resume}
    if run is None:
        return commands
    return commands | {
        "pause": run.pause,
        "batch": partial(run.step, "batch"),
        "epoch": partial(run.step, "epoch"),
        "stop": partial(the_hub().stop, run),
    }


def parent_line(run: Run | None) -> None:
    """Show which run this one was started from, and which settings differ."""
    if run is None or run.job.parent is None:
        return
    try:
        parent = the_store().record(run.job.parent)
    except RunNotFound:
        st.caption(f"Started from run {run.job.parent}, which has been deleted.")
        return
    with contextlib.suppress(RunNotFound):
        if further := extension_text(the_store().record(run.id)):
            st.caption(f"Started from {link_text(parent)}. {further}")
            return
    changes = differences_text(parent.courses, courses(run.settings))
    st.caption(f"Started from the settings of {link_text(parent)}: {changes or 'no change'}.")


def what_next(run: Run | None) -> None:
    """Offer to compact a finished run, and to train it further."""
    if run is None or run.phase != "finished":
        return
    # A run that was not recorded has no checkpoint.
    with contextlib.suppress(RunNotFound):
        record = the_store().record(run.id)
        with st.container(horizontal=True):
            open_links(run.id, "Pixels", "Compact")
        further_panel(record, state.train_further)


def _widget(knob: Knob, **rest: Any) -> None:
    """Show one knob as a Streamlit widget; its value always comes from `state.value_of`."""
    key = f"knob_{knob.name}"
    st.session_state[key] = state.value_of(knob.name)
    common: dict[str, Any] = {
        "help": knob.help,
        "key": key,
        "on_change": partial(_widget_changed, knob.name),
    }
    if knob.choices:
        labels = {"format_func": partial(value_text, knob), **rest}
        st.selectbox(knob.title, knob.choices, **common, **labels)
    else:
        st.number_input(
            knob.title,
            min_value=knob.minimum,
            max_value=knob.maximum,
            step=knob.step,
            format="%d" if knob.kind is int else "%g",
            **common,
        )
    if knob.name == "dataset":
        entry = DATASETS[state.settings().dataset]
        # Not a caption: its links are too pale to read.
        st.markdown(f":small[{entry.title}: {entry.source}. Licence: {entry.licence}.]")


def _widget_changed(name: str) -> None:
    state.choose(name, st.session_state[f"knob_{name}"])


def _on_sliders(run: Run | None) -> list[Knob]:
    """The knobs with a slider that the run or the next one reads."""
    steered = run.knobs if run is not None and not run.ended else {}
    read = {knob.name for knob in state.settings().knobs()}
    return [
        knob for name, knob in KNOBS.items() if knob.stops and (name in read or name in steered)
    ]


def _slider(knob: Knob, run: Run | None) -> dict[str, Any]:
    """The data of a slider in the browser."""
    warning = ""
    value, steered = state.value_of(knob.name), state.run_that_reads(knob.name)
    if knob.name == "tau" and value > _TAU_WARNING_ABOVE:
        warning = "A high τ can close all gates, and accuracy drops."
        if steered:
            warning += " Lower τ again to undo this while the network trains."
    return {
        "name": knob.name,
        "symbol": knob.symbol,
        "label": knob.label if knob.symbol else knob.title + _whose(knob, run),
        "help": f"{knob.help} {_PREVIEW_HELP}" if knob.name in _PREVIEWED else knob.help,
        "stops": sorted({*knob.stops, value}),
        "labels": {f"{stop:g}": name for stop, name in _STOP_NAMES.get(knob.name, {}).items()},
        "value": value,
        "origin": f"{state.settings().preset} {state.settings().method}",
        "default": _preset_settings(steered)[knob.name],
        "begun": run.settings[knob.name] if run and knob.name in run.knobs else None,
        "remark": _remark(knob, run),
        "whole": knob.kind is int,
        "min": knob.minimum,
        "max": knob.maximum,
        "accepted": knob.accepted,
        "warn": warning,
        "preview": knob.name in _PREVIEWED,
    }


def _remark(knob: Knob, run: Run | None) -> str:
    """What a slider says if the run has another value; "" if it does not."""
    # The run may end meanwhile, and it may not have the knobs of the next method.
    ended = run is not None and run.ended
    if run is None or knob not in state.differing(run):
        return ""
    return f"This run has {_own_text(knob, run)}." if ended else _NEXT_RUN.format("")


def _remark_on_others(run: Run | None) -> str:
    """What `_remark` says, of all knobs without a slider."""
    ended = run is not None and run.ended
    knobs = [knob for knob in state.differing(run) if not knob.stops]
    if run is None or not knobs:
        return ""
    if ended:
        return f"This run has: {', '.join(f'{k.label} {_own_text(k, run)}' for k in knobs)}."
    chosen = state.settings()
    names = (f"{knob.label} {value_text(knob, chosen[knob.name])}" for knob in knobs)
    return _NEXT_RUN.format(f": {', '.join(names)}")


def _own_text(knob: Knob, run: Run) -> str:
    """The run's own value of a knob; of a live one the present or last value."""
    return value_text(knob, run.knobs.get(knob.name, run.settings[knob.name]))


def _whose(knob: Knob, run: Run | None) -> str:
    """The method of its own knob, if sliders of two methods are shown: " (RigL)"; else ""."""
    two = run is not None and not run.ended and run.settings.method != state.settings().method
    return whose(knob) if two else ""


def _others(run: Run | None) -> list[dict[str, Any]]:
    """The knobs that act on a run but have no slider."""
    return [
        {
            "name": knob.name,
            "label": knob.title,
            "value": state.value_of(knob.name),
            "begun": run.settings[knob.name],
        }
        for knob in KNOBS.values()
        if run and knob.name in run.knobs and not knob.stops
    ]


def _preset_settings(steered: Run | None) -> Settings:
    """The preset's settings, for the run that a slider changes, or else for the next run."""
    settings = steered.settings if steered else state.settings()
    return Settings.from_preset(settings.preset, method=settings.method)
