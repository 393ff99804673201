"""Map of the number of active connections of each pixel, in the layout of the image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import CIVIDIS, GROUND, MUTED, PRUNED, css, scale


@dataclass(frozen=True, eq=False)
class PixelCounts:
    """The connections of every pixel of an image; the channels of a colour image are added up.

    Attributes:
        active: active connections, shape (height, width).
        blank: True for always-blank pixels, which are 0 in every channel of every training image.
        total: the number of connections of a pixel, active or closed.
    """

    active: npt.NDArray[np.int64]
    blank: npt.NDArray[np.bool_]
    total: int

    @property
    def pruned(self) -> npt.NDArray[np.bool_]:
        """True for pixels with ink and no active connection, shape (height, width)."""
        return ~self.blank & (self.active == 0)


def count_pixels(
    mask: npt.NDArray[np.bool_],
    image_shape: Sequence[int] | None = None,
    always_zero: npt.NDArray[np.generic] | None = None,
) -> PixelCounts:
    """Count the active connections of each pixel.

    Args:
        mask: of the first layer, shape (units, channels * height * width), channel first.
        image_shape: (channels, height, width); if it is unknown or does not fit, a square or a
            single row is used.
        always_zero: shape (inputs,), true where the input is 0 in every training image.
    """
    units, inputs = mask.shape
    channels, height, width = _shape(image_shape, inputs)
    per_input = mask.sum(axis=0)
    blank = np.zeros(inputs, dtype=bool)
    if always_zero is not None and len(always_zero) == inputs:
        blank = always_zero.astype(bool)
    as_images = (channels, height, width)
    return PixelCounts(
        active=per_input.reshape(as_images).sum(axis=0),
        blank=np.logical_and.reduce(blank.reshape(as_images)),
        total=units * channels,
    )


def pixel_map(counts: PixelCounts) -> go.Figure:
    """Draw counts in cividis on a fixed scale; pruned pixels striped, always blank ones hatched.

    The scale is logarithmic, from 0 to all connections of a pixel: on a linear scale a sparse
    network would be dark everywhere.
    """
    height, width = counts.active.shape
    figure = look.figure(
        380,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        **look.picture_axes(width, height),
    )
    seen = ~counts.blank & ~counts.pruned
    amounts = amount_ticks(counts.total)
    figure.add_trace(
        go.Heatmap(
            name="active",
            z=np.where(seen, np.log1p(counts.active), np.nan),
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
    if counts.pruned.any():
        figure.add_trace(
            go.Heatmap(
                name=f"pruned ({counts.pruned.sum():,})",
                z=np.where(counts.pruned, 1.0, np.nan),
                colorscale=scale([PRUNED, PRUNED]),
                showscale=False,
                showlegend=True,
                legendgroup="pruned",
                hovertemplate="row %{y}, column %{x}: pruned<extra></extra>",
            )
        )
        stripes = {"color": css(GROUND), "width": 1.2}
        figure.add_trace(_lines(counts.pruned, -1, stripes, showlegend=False, legendgroup="pruned"))
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


def _shape(image_shape: Sequence[int] | None, inputs: int) -> tuple[int, int, int]:
    if image_shape is not None and len(image_shape) == 3 and math.prod(image_shape) == inputs:
        channels, height, width = image_shape
        return channels, height, width
    side = math.isqrt(inputs)
    return (1, side, side) if side * side == inputs else (1, 1, inputs)
