"""How many hidden units still look at each pixel, laid out as the image is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.gate_bytes import Gates, kept
from dgviz.charts.palette import CIVIDIS, MUTED, PRUNED, css, scale


@dataclass(frozen=True, eq=False)
class PixelCounts:
    """What every pixel of an image keeps, the channels of a colour image added up.

    Attributes:
        kept: connections kept, shape (height, width).
        blank: True where no training image has ink, in no channel: its gates tell nothing.
        of: connections that a pixel could keep.
    """

    kept: npt.NDArray[np.int64]
    blank: npt.NDArray[np.bool_]
    of: int

    @property
    def pruned(self) -> npt.NDArray[np.bool_]:
        """Where there is data and nothing looks at it, shape (height, width)."""
        return ~self.blank & (self.kept == 0)


def count_pixels(
    gates: Gates,
    tau: float,
    image_shape: Sequence[int] | None = None,
    always_zero: npt.NDArray[np.generic] | None = None,
) -> PixelCounts:
    """Count what the first layer keeps of each pixel at threshold `tau`.

    Args:
        gates: bytes 0..200 of shape (units, channels * height * width), channel first.
        image_shape: (channels, height, width); where it is not known or does not fit, a square is
            taken, or a single row.
        always_zero: shape (inputs,), true where the input is 0 in every training image.
    """
    units, inputs = gates.shape
    channels, height, width = _shape(image_shape, inputs)
    per_input = kept(gates, tau).sum(axis=0)
    blank = np.zeros(inputs, dtype=bool)
    if always_zero is not None and len(always_zero) == inputs:
        blank = always_zero.astype(bool)
    as_images = (channels, height, width)
    return PixelCounts(
        kept=per_input.reshape(as_images).sum(axis=0),
        blank=np.logical_and.reduce(blank.reshape(as_images)),
        of=units * channels,
    )


def pixel_map(counts: PixelCounts) -> go.Figure:
    """Amounts in cividis, pruned pixels purple, those without data hatched."""
    height, width = counts.kept.shape
    figure = look.figure(
        380,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        **look.picture_axes(width, height),
    )
    seen = ~counts.blank & ~counts.pruned
    figure.add_trace(
        go.Heatmap(
            name="kept",
            z=np.where(seen, counts.kept, np.nan),
            zmin=0,
            zmax=max(1, int(counts.kept[seen].max(initial=0))),
            colorscale=scale(CIVIDIS),
            colorbar={"title": {"text": f"kept of {counts.of:,}"}, "thickness": 14},
            hovertemplate="row %{y}, column %{x}: %{z:,} kept<extra></extra>",
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
                hovertemplate="row %{y}, column %{x}: pruned<extra></extra>",
            )
        )
    if counts.blank.any():
        figure.add_trace(_hatching(counts.blank))
    return figure


def _hatching(blank: npt.NDArray[np.bool_]) -> go.Scatter:
    """Two strokes through every such cell, which run on from each to the next."""
    rows, columns = np.nonzero(blank)
    # Each stroke is two points and a gap; offsets are from the middle of the cell.
    across = np.array([-0.5, 0.5, np.nan, -0.5, 0.0, np.nan, 0.0, 0.5, np.nan])
    down = np.array([0.5, -0.5, np.nan, 0.0, -0.5, np.nan, 0.5, 0.0, np.nan])
    return go.Scatter(
        name=f"no data ({blank.sum():,})",
        x=(columns[:, None] + across).ravel(),
        y=(rows[:, None] + down).ravel(),
        mode="lines",
        line={"color": css(MUTED), "width": 0.7},
        hoverinfo="skip",
    )


def _shape(image_shape: Sequence[int] | None, inputs: int) -> tuple[int, int, int]:
    if image_shape is not None and len(image_shape) == 3 and math.prod(image_shape) == inputs:
        channels, height, width = image_shape
        return channels, height, width
    side = math.isqrt(inputs)
    return (1, side, side) if side * side == inputs else (1, 1, inputs)
