"""Test error over the number of kept weights, a line for each method; the best are lower left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import INK, MUTED, css, dash_of, dot_of

_KEY_WIDTH = 225
"""Of the legend's entries, in pixels."""
_KEYS_ABREAST, _KEY_LINE = 3, 18
_TOUCHING = 0.02
"""Decades between two points of which one covers the other."""
_ROOM = 0.06
"""Decades between the outermost points and the ends of an axis."""


@dataclass(frozen=True)
class ErrorPoint:
    """A network.

    Attributes:
        weights: that are kept, at least 1.
        error: on the test images, in %, above 0.
        deviation: of the error, in percentage points; 0 if it is not known.
    """

    weights: float
    error: float
    deviation: float = 0.0


@dataclass(frozen=True)
class ErrorLine:
    """The networks of one method.

    Attributes:
        number: of the method; it has a colour, a dash and a symbol.
    """

    title: str
    number: int
    points: Sequence[ErrorPoint]


def error_by_weights(lines: Sequence[ErrorLine], published: Sequence[ErrorPoint]) -> go.Figure:
    """Test error in % over kept weights, both on logarithmic scales.

    Args:
        lines: at least one, with at least one point each.
        published: results from papers; each is marked with its number in this order.
    """
    shown = [*(point for line in lines for point in line.points), *published]
    errors = [point.error + sign * point.deviation for point in shown for sign in (-1, 0, 1)]
    errors = [error for error in errors if error > 0]
    rows = math.ceil((len(lines) + bool(published)) / _KEYS_ABREAST)
    figure = look.figure(
        540 + _KEY_LINE * rows,
        margin={"l": 56, "r": 16, "t": 16 + _KEY_LINE * rows, "b": 44},
        xaxis=look.axis(
            "kept weights", type="log", range=_reach([point.weights for point in shown])
        ),
        yaxis=look.axis("test error, %", type="log", range=_reach(errors)),
        legend=look.LEGEND | {"entrywidth": _KEY_WIDTH},
    )
    for line in lines:
        figure.add_trace(_measured(line))
    if published:
        figure.add_trace(_published(published))
    return figure


def _measured(line: ErrorLine) -> go.Scatter:
    colour, symbol = dot_of(line.number)
    points = sorted(line.points, key=lambda point: point.weights)
    return go.Scatter(
        name=escape(line.title, quote=False),
        x=[point.weights for point in points],
        y=[point.error for point in points],
        error_y={"array": [point.deviation for point in points], "color": css(colour)},
        mode="lines+markers",
        line={"color": css(colour), "width": 1.5, "dash": dash_of(line.number)},
        marker={"size": 8, "color": css(colour), "symbol": symbol},
    )


def _published(points: Sequence[ErrorPoint]) -> go.Scatter:
    return go.Scatter(
        name="published",
        x=[point.weights for point in points],
        y=[point.error for point in points],
        mode="markers+text",
        text=_numbers(points),
        textfont={"color": css(INK), "size": 11},
        marker={"size": 9, "color": css(MUTED), "symbol": "diamond-open"},
    )


def _numbers(points: Sequence[ErrorPoint]) -> list[str]:
    """The number of each point; points that touch have theirs together at the last of them."""
    texts = [str(number) for number in range(1, len(points) + 1)]
    for i, (point, following) in enumerate(pairwise(points)):
        if _distance(point, following) < _TOUCHING:
            texts[i : i + 2] = "", f"{texts[i]}, {texts[i + 1]}"
    return texts


def _distance(a: ErrorPoint, b: ErrorPoint) -> float:
    """In decades."""
    return math.hypot(math.log10(a.weights / b.weights), math.log10(a.error / b.error))


def _reach(values: Sequence[float]) -> list[float]:
    """The ends of a logarithmic axis, in decades."""
    return [math.log10(min(values)) - _ROOM, math.log10(max(values)) + _ROOM]
