"""The widgets of a plan, and the buttons of its race."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from dgviz.comparison.plan import LARGEST_RATIO, SMALLEST_RATIO, Plan
from dgviz.comparison.standing import Standing
from dgviz.comparison.tuned import takes_a_ratio
from dgviz.formatting import joined
from dgviz.methods.catalogue import METHODS
from dgviz.presets import PRESETS
from dgviz.settings import KNOBS
from dgviz.ui.compare import race, state
from dgviz.ui.row import row

_RATIOS = ("0.3", "0.1", "0.05", "0.02")


def plan_panel(plan: Plan) -> None:
    """Show the choices of the plan."""
    with st.container(border=True):
        _pick(
            "methods",
            plan.methods,
            "multiselect",
            "Methods",
            options=list(METHODS),
            format_func=lambda name: METHODS[name].title,
            placeholder="Choose methods",
            help="Each has its own colour and dash, by its place here.",
        )
        preset, ratios, seeds, epochs, hidden = row(
            "compare_fields", (3, 170), (4, 200), (2, 120), (2, 120), (2, 130)
        )
        with preset:
            _pick(
                "preset",
                plan.preset,
                "selectbox",
                "Preset",
                options=list(PRESETS),
                format_func=lambda name: PRESETS[name].title,
                help="The settings that all runs have in common, and the number of epochs.",
            )
        with ratios:
            _pick(
                "ratios",
                [f"{ratio:g}" for ratio in plan.ratios],
                "multiselect",
                "Target ratios",
                options=list(dict.fromkeys([*_RATIOS, *(f"{ratio:g}" for ratio in plan.ratios)])),
                accept_new_options=True,
                placeholder="Each method's own setting",
                help="The shares of connections that stay active. A method that can aim at one has "
                f"a run for each. You can type others, from {SMALLEST_RATIO} to {LARGEST_RATIO}.",
            )
        # Without limits of their own: a field that refuses a number says nothing, the plan does.
        for column, name, label, help in (
            (seeds, "seeds", "Seeds", "Runs of each row, with the seeds 0, 1, …"),
            (epochs, "epochs", "Epochs", KNOBS["epochs"].help),
            (hidden, "hidden", "Hidden units", KNOBS["hidden"].help),
        ):
            with column:
                _pick(name, getattr(plan, name), "number_input", label, step=1, help=help)
        if ignoring := _without_a_target(plan):
            st.caption(ignoring)


def race_buttons(plan: Plan, standing: Sequence[Standing], elsewhere: race.Elsewhere) -> None:
    """Show what Race would do, Race and Stop, and the way to another plan that is training."""
    flying = race.in_flight(standing)
    to_do = any(one.missing or one.resumable or one.phase == "paused" for one in standing)
    if number := race.interrupted(standing):
        st.warning(race.interrupted_text(number), icon=":material/restart_alt:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Race",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not to_do,
            on_click=partial(race.start, plan),
            help="Trains what is missing, and resumes what ended early.",
        )
        st.button(
            "Stop",
            icon=":material/stop:",
            disabled=not flying,
            on_click=partial(race.stop, plan),
            help="Stops all runs of this race. Nothing is lost: Race goes on from there.",
        )
        st.markdown(race.text(standing))
    if elsewhere.plan:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Runs of another plan are training.**", width="content")
            st.button(
                "Show that plan",
                on_click=partial(state.show, elsewhere.plan),
                help="There you can follow its runs, and stop them.",
            )
    elif elsewhere.any:
        st.caption(
            "This server also trains or has queued runs that are not part of this plan. The Runs "
            "page lists those that have begun."
        )


def _without_a_target(plan: Plan) -> str:
    """A sentence that names the methods to which the target ratios do not apply; "" for none."""
    specs = [METHODS[method] for method in plan.methods] if plan.ratios else []
    titles = joined(spec.title for spec in specs if not takes_a_ratio(spec))
    return f"Methods without a target ratio have one run for each seed: {titles}." if titles else ""


def _pick(name: str, value: Any, widget: str, label: str, **rest: Any) -> None:
    """Show a widget whose value always comes from the plan."""
    key = f"compare_{name}"
    st.session_state[key] = list(value) if isinstance(value, tuple) else value
    getattr(st, widget)(label, key=key, on_change=partial(_picked, name), **rest)


def _picked(name: str) -> None:
    value = st.session_state[f"compare_{name}"]
    state.choose(**{name: tuple(value) if isinstance(value, list) else value})
