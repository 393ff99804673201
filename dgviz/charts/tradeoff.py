"""Test accuracy over the number of active connections, one point for each run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import GROUND, css, dot_of

_FILLS = ("", "-open", "-dot", "-open-dot")
"""Plotly's endings of a symbol's name, one for each data set."""
_KEYS_ABREAST, _KEY_WIDTH, _KEY_LINE = 3, 160, 17
"""Keys in a line of the legend, and their size in pixels; the chart grows by further lines."""

_ROOM = 0.2
"""Decades between the outermost points and the ends of the axis."""


@dataclass(frozen=True)
class RunPoint:
    """The final state of a run.

    Attributes:
        key: the custom data of the point, which a click returns.
        title: shown on hover.
        group: the legend entry, for runs with one method and data set.
        method, dataset: their numbers; a method has a colour and a symbol, which each data set
            fills in its own way.
        active_weights: the number of active connections, at least 1. Networks of different sizes
            have no common ratio.
        test_accuracy: a fraction.
    """

    key: str
    title: str
    group: str
    method: int
    dataset: int
    active_weights: float
    test_accuracy: float


def tradeoff(points: Sequence[RunPoint]) -> go.Figure:
    """Test accuracy in % over the number of active connections, on a logarithmic scale."""
    groups = sorted({(point.method, point.dataset, point.group) for point in points})
    lines = math.ceil(len(groups) / _KEYS_ABREAST)
    figure = look.figure(
        330 + _KEY_LINE * max(0, lines - 1),
        hovermode="closest",
        clickmode="event+select",
        dragmode=False,
        xaxis=look.axis(
            "active connections",
            type="log",
            tickvals=[digit * 10**decade for decade in range(8) for digit in (1, 2, 5)],
            tickformat="~s",
            range=_reach(points),
        ),
        yaxis=look.axis("test accuracy, %"),
        hoverlabel={"namelength": -1},
        legend=look.LEGEND | {"font": {"size": 11}, "entrywidth": _KEY_WIDTH},
    )
    for method, dataset, group in groups:
        own = [point for point in points if point.group == group]
        colour, symbol = dot_of(method)
        figure.add_trace(
            go.Scatter(
                name=escape(group, quote=False),
                x=[point.active_weights for point in own],
                y=[100 * point.test_accuracy for point in own],
                customdata=[[point.key] for point in own],
                text=[escape(point.title, quote=False) for point in own],
                mode="markers",
                marker={
                    "size": 11,
                    "color": css(colour),
                    "symbol": symbol + _FILLS[dataset % len(_FILLS)],
                    "line": {"width": 1, "color": css(GROUND)},
                },
                hovertemplate="%{text}<br>%{y:.2f}% with %{x:,d} active connections<extra></extra>",
            )
        )
    return figure


def _reach(points: Sequence[RunPoint]) -> list[float]:
    """The ends of the logarithmic axis, in decades, with room for the points."""
    decades = [math.log10(point.active_weights) for point in points] or [0.0]
    return [min(decades) - _ROOM, max(decades) + _ROOM]
