"""Histogram of the scores of all connections, with the threshold tau."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import ACTIVE, CLOSED, MUTED, TAU, TAU_INK, Rgb, css
from dgviz.formatting import threshold
from dgviz.gate_bytes import LEVELS, Gates

BINS = 50


def histogram(
    layers: Sequence[Gates], tau: float | None, name: str = "gate probability"
) -> go.Figure:
    """Draw bars of all layers together, active blue and closed grey, on a logarithmic axis.

    Args:
        layers: gate bytes 0..200 of each layer, of any shape.
        tau: threshold in [0, 1], which splits the bar of its bin into two. None if no threshold
            separates active from closed connections: then the bars have one colour.
        name: the name of the scores.
    """
    counts = binned(layers)
    figure = look.figure(
        300,
        # Room above the plot for the legend, and below that for the label of the line.
        margin={"l": 64, "r": 16, "t": 48, "b": 44},
        legend={"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom"},
        barmode="overlay",
        bargap=0,
        xaxis=look.axis(name, range=[0, 1], dtick=0.25),
        yaxis=look.axis(
            "connections",
            type="log",
            dtick=1,
            exponentformat="none",
            tickformat=",d",
            range=[-0.3, np.log10(max(10, counts.max())) + 0.2],
        ),
    )
    if tau is None:
        figure.add_trace(_bars("connections", name, counts, 0, 1, MUTED))
        return figure
    figure.add_traces(
        [
            _bars("closed", name, counts, 0, tau, CLOSED),
            _bars("active", name, counts, tau, 1, ACTIVE),
        ]
    )
    return figure.update_layout(**_threshold(tau))


def _threshold(tau: float) -> dict[str, Any]:
    """A line at tau, and its label above the plot."""
    line = {
        "type": "line",
        "x0": tau,
        "x1": tau,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": css(TAU), "width": 2},
    }
    name = {
        "x": tau,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "right" if tau > 0.7 else "left",
        "text": f"τ {threshold(tau)}",
        "showarrow": False,
        "font": {"color": css(TAU_INK)},
    }
    return {"shapes": [line], "annotations": [name]}


def binned(layers: Sequence[Gates]) -> npt.NDArray[np.int64]:
    """Connections in each of the 50 bins; bin b covers (b/50, (b+1)/50], the first also 0."""
    levels = sum(
        (np.bincount(gates.ravel(), minlength=LEVELS)[:LEVELS] for gates in layers),
        start=np.zeros(LEVELS, dtype=np.int64),
    )
    into = np.maximum(0, np.ceil(np.arange(LEVELS) * BINS / (LEVELS - 1)).astype(int) - 1)
    return np.bincount(into, weights=levels, minlength=BINS).astype(np.int64)


def _bars(
    part: str, name: str, counts: npt.NDArray[np.int64], start: float, end: float, colour: Rgb
) -> go.Bar:
    """The part of the histogram between two probabilities."""
    edges = np.arange(BINS + 1) / BINS
    left, right = np.maximum(edges[:-1], start), np.minimum(edges[1:], end)
    shown = right - left > 1e-9
    ranges = [f"{a:.2f} – {b:.2f}" for a, b in pairwise(edges)]
    return go.Bar(
        name=part,
        x=((left + right) / 2)[shown],
        y=counts[shown],
        width=(right - left)[shown],
        marker={"color": css(colour), "line": {"width": 0}},
        customdata=np.array(ranges)[shown],
        hovertemplate=f"{name} %{{customdata}}<br>%{{y:,}} connections<extra></extra>",
    )
