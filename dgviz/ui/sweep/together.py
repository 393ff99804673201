"""What two sweeps that are compared have in common, and in what they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from dgviz.formatting import joined
from dgviz.methods.catalogue import METHODS
from dgviz.settings import KNOBS
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.watch import Watch
from dgviz.ui.words import escaped


def together(watches: Sequence[Watch]) -> None:
    """Show it, if there are two."""
    if len(watches) < 2:
        return
    first, second = watches
    assert first.grid and second.grid
    said = sentences(first.grid, second.grid, first.path.name, second.path.name)
    st.caption(escaped(" ".join(said)))


def sentences(first: Grid, second: Grid, name: str, other: str) -> list[str]:
    """What the reader of two maps has to know: axes that only one has, and other settings.

    Args:
        name, other: of the two sweeps.
    """
    common = [axis for axis in first.axes if axis in second.axes]
    if not common:
        said = [
            f"The two sweeps have no axis in common: {name} has {_titles(first.axes)}, and {other} "
            f"has {_titles(second.axes)}."
        ]
    else:
        said = [
            f"Only {whose} has {_titles(own)} as an axis."
            for whose, own in (
                (name, [axis for axis in first.axes if axis not in second.axes]),
                (other, [axis for axis in second.axes if axis not in first.axes]),
            )
            if own
        ]
        values = [axis for axis in common if not {*first.axes[axis]} & {*second.axes[axis]}]
        if values:
            said.append(f"They have no value of {_titles(values)} in common.")
    differences = first.differences(second)
    if differences:
        parts = (
            f"{_title(knob)} ({_value(knob, mine)} and {_value(knob, theirs)})"
            for knob, (mine, theirs) in differences.items()
        )
        said.append(f"Their trials differ in {joined(parts)}.")
    if "dataset" in differences:
        said.append("They have other images, so that their accuracies cannot be compared.")
    return said or ["Their trials differ in nothing but the values of the axes and the seeds."]


def _titles(axes: Iterable[str]) -> str:
    return joined(_title(axis) for axis in axes)


def _title(knob: str) -> str:
    """Its title within a sentence: "β sparsity penalty", "epochs"."""
    symbol, label = KNOBS[knob].symbol, KNOBS[knob].label
    return f"{symbol} {label}" if symbol else label[0].lower() + label[1:]


def _value(knob: str, value: Any) -> str:
    return METHODS[value].title if knob == "method" else f"{value}"
