"""The common layout of all charts."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from dgviz.charts.palette import GRID, GROUND, INK, MUTED, css

FONT = "'Source Sans', system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
"""The font of the page, or a system font where a chart is shown outside the page."""

LEGEND = {"orientation": "h", "x": 0, "yref": "container", "y": 1, "yanchor": "top"}
"""Above the chart. Positioned relative to the plot, it would cover the chart when a resize changes
its number of lines."""


def figure(height: int, **layout: Any) -> go.Figure:
    """An empty figure with a height in pixels; `layout` overrides the common layout."""
    return go.Figure(
        layout={
            # The default template would add its own colours, and 7 kB to every figure.
            "template": None,
            "height": height,
            "paper_bgcolor": css(GROUND),
            "plot_bgcolor": css(GROUND),
            "font": {"family": FONT, "size": 13, "color": css(INK)},
            "margin": {"l": 56, "r": 16, "t": 34, "b": 44},
            "showlegend": True,
            "legend": LEGEND,
            **layout,
        }
    )


def axis(title: str, **rest: Any) -> dict[str, Any]:
    """An axis whose title has quantity and unit; `rest` overrides the common look."""
    return {
        "title": {"text": title, "font": {"size": 13, "color": css(MUTED)}, "standoff": 6},
        "tickfont": {"size": 12, "color": css(MUTED)},
        "gridcolor": css(GRID),
        "linecolor": css(GRID),
        "zeroline": False,
        **rest,
    }


def picture_axes(width: int, height: int) -> dict[str, Any]:
    """The axes of a picture with square cells, row 0 on top, without ticks or frame."""
    bare = {"visible": False, "constrain": "domain"}
    return {
        "xaxis": {**bare, "range": [-0.5, width - 0.5]},
        "yaxis": {**bare, "range": [height - 0.5, -0.5], "scaleanchor": "x"},
    }
