"""Test accuracy over active connections, one point for each run; the best are upper left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import GROUND, SERIES, css

_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
"""Symbols that distinguish the groups in grey print."""


@dataclass(frozen=True)
class RunPoint:
    """The final state of a run.

    Attributes:
        key: the custom data of the point, which a click returns.
        title: shown on hover.
        group: the legend entry; runs of a group share colour and symbol.
        active_ratio: in (0, 1].
        test_accuracy: a fraction.
    """

    key: str
    title: str
    group: str
    active_ratio: float
    test_accuracy: float


def tradeoff(points: Sequence[RunPoint]) -> go.Figure:
    """Test accuracy in % over the active connections in %, on a logarithmic scale."""
    figure = look.figure(
        330,
        hovermode="closest",
        clickmode="event+select",
        dragmode=False,
        xaxis=look.axis(
            "active connections, %",
            type="log",
            tickvals=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
            range=_reach(points),
        ),
        yaxis=look.axis("test accuracy, %"),
        hoverlabel={"namelength": -1},
    )
    # Sorted, so that the colours do not depend on the order of the runs.
    for number, group in enumerate(sorted({point.group for point in points})):
        own = [point for point in points if point.group == group]
        figure.add_trace(
            go.Scatter(
                name=escape(group, quote=False),
                x=[100 * point.active_ratio for point in own],
                y=[100 * point.test_accuracy for point in own],
                customdata=[[point.key] for point in own],
                text=[escape(point.title, quote=False) for point in own],
                mode="markers",
                marker={
                    "size": 11,
                    "color": css(SERIES[number % len(SERIES)]),
                    "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                    "line": {"width": 1, "color": css(GROUND)},
                },
                hovertemplate="%{text}<br>%{y:.2f}% with %{x:.3g}% active<extra></extra>",
            )
        )
    return figure


def _reach(points: Sequence[RunPoint]) -> list[float]:
    """The ends of the logarithmic axis, in decades of percent, with room for the points."""
    least = min((point.active_ratio for point in points), default=1.0)
    low = 1.0
    while 10**low > 60 * least:
        low -= 0.5
    return [low, 2.08]
