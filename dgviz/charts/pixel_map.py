"""How many hidden units are connected to each pixel, laid out as the image is."""

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
    """The connections of every pixel of an image, the channels of a colour image added up.

    Attributes:
        active: active connections, shape (height, width).
        blank: True where no training image has ink, in no channel: its gates tell nothing.
        of: connections of a pixel, active or not.
    """

    active: npt.NDArray[np.int64]
    blank: npt.NDArray[np.bool_]
    of: int

    @property
    def pruned(self) -> npt.NDArray[np.bool_]:
        """Where there is ink and no active connection, shape (height, width)."""
        return ~self.blank & (self.active == 0)


def count_pixels(
    mask: npt.NDArray[np.bool_],
    image_shape: Sequence[int] | None = None,
    always_zero: npt.NDArray[np.generic] | None = None,
) -> PixelCounts:
    """Count the active connections of each pixel.

    Args:
        mask: the first layer's, of shape (units, channels * height * width), channel first.
        image_shape: (channels, height, width); where it is not known or does not fit, a square is
            taken, or a single row.
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
        of=units * channels,
    )


def pixel_map(counts: PixelCounts) -> go.Figure:
    """Amounts in cividis on a fixed scale; pruned pixels striped, always blank ones hatched.

    The scale is logarithmic, from no connection to all of a pixel's: on an even one a sparse
    network would be dark all over.
    """
    height, width = counts.active.shape
    figure = look.figure(
        380,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        **look.picture_axes(width, height),
    )
    seen = ~counts.blank & ~counts.pruned
    amounts = amount_ticks(counts.of)
    figure.add_trace(
        go.Heatmap(
            name="active",
            z=np.where(seen, np.log1p(counts.active), np.nan),
            zmin=0,
            zmax=math.log1p(counts.of),
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
        words = f"always blank ({counts.blank.sum():,})"
        figure.add_trace(_lines(counts.blank, 1, {"color": css(MUTED), "width": 0.7}, name=words))
    return figure


def amount_ticks(of: int) -> list[int]:
    """None, all, and powers of four that leave all its room on a logarithmic scale."""
    powers = [4**i for i in range(of.bit_length()) if 4**i <= of / 4]
    return [0, *powers, of]


def _lines(cells: npt.NDArray[np.bool_], rise: int, line: Any, **rest: Any) -> go.Scatter:
    """Two strokes through every such cell, which run on from each to the next.

    Args:
        rise: 1 for lines that rise from left to right, -1 for lines that fall.
    """
    rows, columns = np.nonzero(cells)
    # Each stroke is two points and a gap; offsets are from the middle of the cell.
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
