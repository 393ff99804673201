"""The Compare page's state in one browser tab, synchronised with the URL.

A race has no state of its own: which of the plan's runs are finished, running or missing is found
in the store and the hub. So the same address shows the same race in every tab, and after a crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from dgviz.comparison.plan import Plan, PlanError, epochs_of
from dgviz.formatting import joined, plain
from dgviz.methods.catalogue import METHODS
from dgviz.number_text import read_number
from dgviz.ui import address
from dgviz.ui.compare.view import View, checked, to_query
from dgviz.ui.notes import note

_PLAN = "compare_plan"
_VIEW = "compare_view"
_WANTED = "compare_wanted"
_WANTED_AT_START = 98.0
DECIMALS = 2
"""Of the wanted accuracy."""
_ACCURACY = "accuracy"
"""The parameter of the wanted validation accuracy, in %."""


def restore() -> None:
    """Apply a new query of the address; choices that are not accepted are reported."""
    state = st.session_state
    if (query := address.new_query("compare")) is None:
        return
    state[_PLAN], problems = Plan.from_query(query)
    if problems:
        problems.append(f"The plan is now {_plan_text(plan())}.")
    state[_VIEW], others = checked({name: query.last(name) for name in query}, plan())
    given = query.last(_ACCURACY)
    state[_WANTED] = _percentage(given)
    if given and state[_WANTED] is None:
        others.append(_refusal(given[:40]))
    if others:
        others.append("The card shows what it starts with instead.")
    if problems or others:
        note(f"In the link: {' '.join([*problems, *others])}")


def plan() -> Plan:
    current: Plan = st.session_state[_PLAN]
    return current


def show(other: Plan) -> None:
    """Show another plan, with the same choices in its cards as far as it has them."""
    st.session_state[_PLAN] = other


def choose(**changes: Any) -> None:
    """Change the plan; a choice that is not accepted is reported, and the previous one stays."""
    if "preset" in changes:
        changes["epochs"] = epochs_of(changes["preset"])
    try:
        st.session_state[_PLAN] = replace(plan(), **changes)
    except PlanError as problem:
        note(f"{problem} The previous choice stays.")


def wanted() -> float:
    """The validation accuracy, in %, that the smallest network is to reach."""
    chosen: float | None = st.session_state[_WANTED]
    return _WANTED_AT_START if chosen is None else chosen


def want(percentage: float | None) -> None:
    """Change it; a number that is not accepted is reported, and the previous one stays.

    Args:
        percentage: None for an empty field.
    """
    if percentage is None:
        note(f"{_refusal('')} The previous choice stays.")
    elif 0 <= percentage <= 100:
        st.session_state[_WANTED] = percentage
    else:
        note(f"{_refusal(f'{percentage:g}')} The previous choice stays.")


def view() -> View:
    """What the reader has chosen in the cards, as far as the plan still has it."""
    current, _ = checked(st.session_state[_VIEW], plan())
    return current


def keep(chosen: Mapping[str, object]) -> None:
    """Keep what the reader has chosen in the cards, as far as the plan still has it."""
    st.session_state[_VIEW], _ = checked(chosen, plan())


def write_url() -> None:
    query = plan().to_query()
    query |= {name: [value] for name, value in to_query(view()).items()}
    if wanted() != _WANTED_AT_START:
        query[_ACCURACY] = [f"{wanted():g}"]
    address.write(query)


def _refusal(given: str) -> str:
    return f"{_ACCURACY} must be a number from 0 to 100; it was {given!r}."


def _plan_text(shown: Plan) -> str:
    """All choices of a plan, as part of a sentence."""
    titles = joined(METHODS[method].title for method in shown.methods)
    ratios = joined(map(plain, shown.ratios))
    aim = (
        f"target ratio{'s' if len(shown.ratios) > 1 else ''} {ratios}"
        if ratios
        else "without a target ratio"
    )
    return (
        f"{titles}, {aim}, {shown.seeds} seed{'s' if shown.seeds > 1 else ''}, "
        f"preset {shown.preset}, "
        f"{shown.epochs:,} epoch{'s' if shown.epochs > 1 else ''} and {shown.hidden:,} hidden units"
    )


def _percentage(text: str) -> float | None:
    number = read_number(text) if text else None
    # The field has as many decimals, so that it and the sentence have the same number.
    return round(number, DECIMALS) if number is not None and 0 <= number <= 100 else None
