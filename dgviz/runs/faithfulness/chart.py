"""Chart of accuracy against removed or added pixels, one line for each ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dgviz.charts import look
from dgviz.charts.palette import DASHES, SERIES, css

Floats = npt.NDArray[np.float64]

_HEADROOM = 3


@dataclass(frozen=True, eq=False)
class RankingCurve:
    """One ranking of the pixels; arrays of shape (amounts,).

    Attributes:
        name: shown in the legend.
        style: 0 to 5, the colour and dash of this ranking in every chart.
        accuracy: fractions.
        spread: one standard deviation over the draws of a random ranking; else zeros.
    """

    name: str
    style: int
    accuracy: Floats
    spread: Floats


def faithfulness(amounts: Sequence[int], rankings: Sequence[RankingCurve], done: str) -> go.Figure:
    """Accuracy in % over the number of pixels that are "removed" or "added", ± one spread."""
    figure = look.figure(
        340,
        hovermode="x unified",
        xaxis=look.axis(f"pixels {done}", range=[0, amounts[-1]]),
        yaxis=look.axis("accuracy, %", range=[0, 100 + _HEADROOM]),
        margin={"l": 56, "r": 16, "t": 52, "b": 44},
    )
    for ranking in rankings:
        if ranking.spread.any():
            figure.add_trace(_band(amounts, ranking))
    for ranking in rankings:
        colour, dash = css(SERIES[ranking.style]), DASHES[ranking.style]
        figure.add_trace(
            go.Scatter(
                name=escape(ranking.name, quote=False),
                x=list(amounts),
                y=100 * ranking.accuracy,
                mode="lines",
                line={"color": colour, "dash": dash, "width": 2},
                hovertemplate="%{y:.1f}%",
            )
        )
    return figure


def _band(amounts: Sequence[int], ranking: RankingCurve) -> go.Scatter:
    low, high = ranking.accuracy - ranking.spread, ranking.accuracy + ranking.spread
    colour = css(SERIES[ranking.style])
    return go.Scatter(
        x=[*amounts, *reversed(amounts)],
        y=100 * np.concatenate([high, low[::-1]]).clip(0, 1),
        mode="lines",
        line={"color": colour, "width": 0.01},
        fill="toself",
        # Not rgba: the dark theme replaces known hex colours only. The trace itself is faint.
        fillcolor=colour,
        opacity=0.18,
        hoverinfo="skip",
        showlegend=False,
    )
