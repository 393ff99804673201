"""Map of the number of active connections of each pixel, in the layout of the image."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import CIVIDIS, GROUND, MUTED, UNUSED, css, scale
from dgviz.pixel_counts import PixelCounts


def pixel_map(counts: PixelCounts) -> go.Figure:
    """Draw counts in cividis on a fixed scale; unused pixels striped, always blank ones hatched.

    The scale is logarithmic, from 0 to all connections of a pixel: on a linear scale a sparse
    network would be dark everywhere.
    """
    height, width = counts.active.shape
    figure = look.figure(
        380,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        **look.picture_axes(width, height),
    )
    amounts = amount_ticks(counts.total)
    figure.add_trace(
        go.Heatmap(
            name="active",
            z=np.where(counts.in_use, np.log1p(counts.active), np.nan),
            zmin=0,
            zmax=math.log1p(counts.total),
            colorscale=scale(CIVIDIS),
            colorbar={
                "title": {"text": "active"},
                "thickness": 14,
                "tickvals": [math.log1p(amount) for amount in amounts],
                "ticktext": [f"{amount:,}" for amount in amounts],
            },
            customdata=counts.active,
            hovertemplate="row %{y}, column %{x}: %{customdata:,} active<extra></extra>",
        )
    )
    if counts.unused.any():
        figure.add_trace(
            go.Heatmap(
                name=f"unused ({counts.unused.sum():,})",
                z=np.where(counts.unused, 1.0, np.nan),
                colorscale=scale([UNUSED, UNUSED]),
                showscale=False,
                showlegend=True,
                legendgroup="unused",
                hovertemplate="row %{y}, column %{x}: unused<extra></extra>",
            )
        )
        stripes = {"color": css(GROUND), "width": 1.2}
        figure.add_trace(_lines(counts.unused, -1, stripes, showlegend=False, legendgroup="unused"))
    if counts.blank.any():
        name = f"always blank ({counts.blank.sum():,})"
        figure.add_trace(_lines(counts.blank, 1, {"color": css(MUTED), "width": 0.7}, name=name))
    return figure


def amount_ticks(total: int) -> list[int]:
    """0, `total`, and the powers of four that leave room for it on a logarithmic scale."""
    powers = [4**i for i in range(total.bit_length()) if 4**i <= total / 4]
    return [0, *powers, total]


def _lines(cells: npt.NDArray[np.bool_], rise: int, line: Any, **rest: Any) -> go.Scatter:
    """Two strokes through every marked cell, which continue in neighbouring cells.

    Args:
        rise: 1 for lines that rise from left to right, -1 for lines that fall.
    """
    rows, columns = np.nonzero(cells)
    # Each stroke is two points and a gap; offsets are relative to the centre of the cell.
    across = np.array([-0.5, 0.5, np.nan, -0.5, 0.0, np.nan, 0.0, 0.5, np.nan])
    down = rise * np.array([0.5, -0.5, np.nan, 0.0, -0.5, np.nan, 0.5, 0.0, np.nan])
    return go.Scatter(
        x=(columns[:, None] + across).ravel(),
        y=(rows[:, None] + down).ravel(),
        mode="lines",
        line=line,
        hoverinfo="skip",
        **rest,
    )
