"""A chart that does not change, in the colours of the page."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import plotly.io
import streamlit as st

from dgviz.charts.palette import GRID, GROUND, INK, MUTED, SERIES, css

# The colours of the dark theme in .streamlit/config.toml and web/kit/theme.js.
_ON_DARK = {
    GROUND: "#0d1117",
    INK: "#eceff3",
    MUTED: "#a3a8af",
    GRID: "#2a323c",
    **dict(
        zip(SERIES, ("#56b4f0", "#f0a050", "#3ecf9f", "#e08fc0", "#b4b8bf", "#a8dcff"), strict=True)
    ),
}


def show(figure: go.Figure, *, key: str, alt: str, **selecting: Any) -> None:
    """Draw a figure at full width; its toolbar saves it as SVG, with the key as file name.

    Args:
        selecting: how points are selected; see `st.plotly_chart`.
    """
    if st.context.theme.type == "dark":
        figure = _on_dark(figure)
    config = {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": key},
    }
    st.plotly_chart(figure, key=key, theme=None, config=config, alt=alt, **selecting)


def _on_dark(figure: go.Figure) -> go.Figure:
    written = figure.to_json()
    for light, dark in _ON_DARK.items():
        written = written.replace(css(light), dark)
    return plotly.io.from_json(written)
