"""What follows from a comparison, in sentences: the smallest network, and what was not equal."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dgviz.comparison.choice import choice_text
from dgviz.comparison.fairness import missed_targets, unfairness
from dgviz.comparison.plan import Plan
from dgviz.comparison.table import Row
from dgviz.ui.compare import state
from dgviz.ui.words import escaped

_WANTED = "compare_wanted_box"


def smallest_network(rows: Sequence[Row]) -> None:
    """Answer which method needs the fewest weights for an accuracy that the reader chooses."""
    with st.container(border=True):
        st.markdown("**The fewest weights for an accuracy**")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.session_state[_WANTED] = state.wanted()
            st.number_input(
                "At least, on the validation images, %",
                # Without it, an emptied field would be 0.
                value=None,
                step=0.1,
                format=f"%.{state.DECIMALS}f",
                key=_WANTED,
                on_change=lambda: state.want(st.session_state[_WANTED]),
                width=250,
                help="Chosen by the validation images, which were set aside for this. The test "
                "images only report the result.",
            )
            st.markdown(escaped(choice_text(rows, state.wanted() / 100)))


def fairness(plan: Plan, rows: Sequence[Row]) -> None:
    """Say what some methods get and others do not, and what all have in common."""
    settings = [run.settings for run in plan.runs()]
    unfair = unfairness(settings)
    validation = settings[0].validation
    same = (
        "All methods have the same images, seeds, number of epochs and batch size. "
        f"{validation:,} training images are set aside for validation."
    )
    if not unfair:
        same += " None gets dropout, label smoothing or another help that others do not get."
    with st.container(border=True):
        st.markdown("**Is the comparison fair?**")
        st.markdown(same)
        sentences = [*unfair, *missed_targets(rows)]
        st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in sentences))
