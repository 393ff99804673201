"""Map of all connections of a layer: a row for each unit, a column for each input."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import ACTIVE, CARD, css, scale


def gate_map(mask: npt.NDArray[np.bool_]) -> go.Figure:
    """Draw active connections in blue, with the units that have most of them on top.

    Args:
        mask: shape (units, inputs).
    """
    order = most_active_first(mask)
    units, inputs = mask.shape
    figure = look.figure(
        360,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        showlegend=False,
        xaxis={"visible": False},
        yaxis={"visible": False, "autorange": "reversed", "type": "category"},
    )
    figure.add_trace(
        go.Heatmap(
            name="mask",
            z=mask[order].astype(np.uint8),
            y=[f"unit {unit}" for unit in order],
            zmin=0,
            zmax=1,
            colorscale=scale([CARD, ACTIVE]),
            showscale=False,
            hovertemplate="%{y}, input %{x}<extra></extra>",
        )
    )
    figure.update_layout(plot_bgcolor=css(CARD), meta={"units": units, "inputs": inputs})
    return figure


def most_active_first(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Units by descending active connections, ties by number, as `orderUnits` in the browser.

    Args:
        mask: shape (units, inputs).
    """
    return np.argsort(-mask.sum(axis=1), kind="stable")
