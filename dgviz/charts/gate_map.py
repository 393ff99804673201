"""Every connection of a layer as a cell: a row for each unit, a column for each input."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.gate_bytes import LEVELS, Gates, cutoff, kept
from dgviz.charts.palette import CARD, FADE, KEPT, cividis, css, mix, scale


def gate_map(gates: Gates, tau: float, mode: Literal["mask", "probability"] = "mask") -> go.Figure:
    """The units that keep most on top.

    Args:
        gates: bytes 0..200 of shape (units, inputs).
        tau: threshold in [0, 1].
        mode: "mask" draws kept blue on the ground; "probability" draws σ(gate logit) in cividis,
            closed connections faded.
    """
    mask = kept(gates, tau)
    order = most_active_first(mask)
    units, inputs = gates.shape
    figure = look.figure(
        360,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=False,
        xaxis={"visible": False},
        yaxis={"visible": False, "autorange": "reversed", "type": "category"},
    )
    cells = mask[order].astype(np.uint8) if mode == "mask" else gates[order]
    figure.add_trace(
        go.Heatmap(
            name=mode,
            z=cells,
            y=[f"unit {unit}" for unit in order],
            zmin=0,
            zmax=1 if mode == "mask" else LEVELS - 1,
            colorscale=scale([CARD, KEPT]) if mode == "mask" else _faded(cutoff(tau)),
            showscale=False,
            hovertemplate="%{y}, input %{x}<extra></extra>",
        )
    )
    figure.update_layout(plot_bgcolor=css(CARD), meta={"units": units, "inputs": inputs})
    return figure


def most_active_first(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Units by their active connections, ties by number, as `orderUnits` in the browser has them.

    Args:
        mask: shape (units, inputs).
    """
    return np.argsort(-mask.sum(axis=1), kind="stable")


def _faded(cut: int) -> list[list[float | str]]:
    """Cividis for the 201 bytes, those at or below the cutoff faded towards the card."""
    colours = [cividis(byte / (LEVELS - 1)) for byte in range(LEVELS)]
    return scale([c if byte > cut else mix(c, CARD, FADE) for byte, c in enumerate(colours)])
