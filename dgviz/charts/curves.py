"""Accuracy and active ratio over the epochs, of one run or of several laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import DASHES, KEPT, MUTED, SERIES, TAU, Rgb, css

Floats = npt.NDArray[np.float64]

LABELLED = 3
"""Marks with words beside them; the others answer to hovering."""
_HEADROOM = 0.03
# The share of the height that each panel takes; accuracies need more to be told apart.
_UPPER, _LOWER = (0.44, 1.0), (0.0, 0.36)


@dataclass(frozen=True)
class Mark:
    """A knob was moved. `words` say which and how: "β 0.03 → 1"."""

    epoch: float
    words: str


@dataclass(frozen=True, eq=False)
class RunCurves:
    """One run's curves, n log points, each array of shape (n,) with NaN where nothing was measured.

    Attributes:
        title: shown in the legend.
        epochs: how many the run was to train for.
        epoch: where each point lies, ascending.
        test_accuracy, validation_accuracy: fractions.
        active_ratio: r in [0, 1].
    """

    title: str
    epochs: int
    epoch: Floats
    test_accuracy: Floats
    validation_accuracy: Floats
    active_ratio: Floats
    marks: tuple[Mark, ...] = ()


def curves(runs: Sequence[RunCurves]) -> go.Figure:
    """Accuracy in % (validation dotted) above, the active ratio r beneath, over one epoch axis.

    Two panels and not two axes: with a second run, four lines across two scales cannot be read.
    One run has the colours of what is drawn; several have a colour and a dash each.
    """
    alone = len(runs) == 1
    last = max((run.epochs for run in runs), default=1)
    floor = _floor(runs)
    top = 100 + _HEADROOM * (100 - floor)
    figure = look.figure(
        430,
        hovermode="x unified",
        xaxis=look.axis("epoch", range=[0, last], anchor="y2", hoverformat=".1f"),
        yaxis=look.axis("accuracy, %", range=[floor, top], domain=_UPPER),
        yaxis2=look.axis("active ratio r", range=[0, 1 + _HEADROOM], domain=_LOWER),
        hoverlabel={"namelength": 40},
    )
    if alone:
        names = ("test accuracy", "validation", "active ratio r")
        figure.add_traces(_lines(runs[0], names, (TAU, KEPT), "solid"))
        _add_marks(figure, runs[0].marks, MUTED, top)
        figure.update_layout(annotations=_labels(runs[0].marks, last))
        return figure
    for number, run in enumerate(runs):
        colour, dash = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
        name = escape(run.title, quote=False)
        lines = _lines(run, (name, f"{name}, validation", f"{name}, r"), (colour, colour), dash)
        # One key for all of a run, which hides and shows them together.
        for line in lines:
            line.update(legendgroup=f"{number}", showlegend=line is lines[0])
        figure.add_traces(lines)
        _add_marks(figure, run.marks, colour, top, legendgroup=f"{number}")
    if any(np.isfinite(run.validation_accuracy).any() for run in runs):
        figure.add_trace(_line("validation", [None] * 3, [None] * 3, MUTED, "dot"))
    return figure


def _lines(
    run: RunCurves, names: tuple[str, str, str], colours: tuple[Rgb, Rgb], dash: str
) -> list[go.Scatter]:
    """Test accuracy, validation where there is any, and active ratio."""
    test, validation, ratio = names
    accuracy_colour, ratio_colour = colours
    lines = [
        _line(test, *_known(run, 100 * run.test_accuracy), accuracy_colour, dash, unit="%"),
        _line(validation, *_known(run, 100 * run.validation_accuracy), accuracy_colour, "dot", "%"),
        _line(ratio, *_known(run, run.active_ratio), ratio_colour, dash, yaxis="y2"),
    ]
    return [line for line in lines if line is lines[0] or len(line.x)]


def _known(run: RunCurves, values: Floats) -> tuple[Floats, Floats]:
    there = np.isfinite(values) & np.isfinite(run.epoch)
    return run.epoch[there], values[there]


def _line(
    name: str, x: Any, y: Any, colour: Rgb, dash: str, unit: str = "", **rest: Any
) -> go.Scatter:
    return go.Scatter(
        name=name,
        x=x,
        y=y,
        mode="lines+markers" if len(x) < 3 else "lines",
        line={"color": css(colour), "dash": dash, "width": 1.4 if dash == "dot" else 2},
        marker={"size": 5, "color": css(colour)},
        hovertemplate=f"%{{y:.2f}}{unit}" if unit else "%{y:.3f}",
        **rest,
    )


def _add_marks(
    figure: go.Figure, marks: Sequence[Mark], colour: Rgb, top: float, **rest: Any
) -> None:
    """A line down through both panels from every mark, and a triangle on it to hover over."""
    if not marks:
        return
    for mark in marks:
        look_of_line = {"color": css(colour), "width": 1, "dash": "dot"}
        ends = {"x0": mark.epoch, "x1": mark.epoch, "y0": 0, "y1": 1, "yref": "paper"}
        figure.add_shape(type="line", line=look_of_line, **ends)
    figure.add_trace(
        go.Scatter(
            name="knob moved",
            x=[mark.epoch for mark in marks],
            y=[top] * len(marks),
            mode="markers",
            marker={"symbol": "triangle-down", "size": 9, "color": css(colour)},
            cliponaxis=False,
            customdata=[escape(mark.words, quote=False) for mark in marks],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
            **rest,
        )
    )


def _labels(marks: Sequence[Mark], last: float) -> list[dict[str, Any]]:
    """Words for the newest marks that do not run into each other, below the upper panel."""
    chosen: list[Mark] = []
    for mark in reversed(marks):
        free = all(abs(other.epoch - mark.epoch) > 0.2 * last for other in chosen)
        if free and len(chosen) < LABELLED:
            chosen.append(mark)
    return [
        {
            "x": mark.epoch,
            "y": (_UPPER[0] + _LOWER[1]) / 2,
            "yref": "paper",
            "yanchor": "middle",
            "xanchor": "right" if mark.epoch > 0.85 * last else "left",
            "text": escape(mark.words, quote=False),
            "showarrow": False,
            "font": {"size": 12, "color": css(MUTED)},
        }
        for mark in chosen
    ]


def _floor(runs: Sequence[RunCurves]) -> float:
    """The bottom of the accuracy axis, in %: below all that was reached after the first epoch."""
    later = [run.test_accuracy[(run.epoch >= 1) & np.isfinite(run.test_accuracy)] for run in runs]
    reached = np.concatenate([np.empty(0), *later])
    if not len(reached):
        return 0
    lowest = max(0.0, 100 * float(reached.min()) - 1)
    step = 1 if lowest >= 90 else 5 if lowest >= 60 else 10
    return lowest // step * step
