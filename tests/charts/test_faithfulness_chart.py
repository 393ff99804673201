"""The chart of accuracy against removed pixels."""

from __future__ import annotations

import numpy as np

from dgviz.charts.palette import SERIES, css
from dgviz.charts.svg import svg
from dgviz.runs.faithfulness.chart import RankingCurve, faithfulness

AMOUNTS = [0, 5, 10]
ACTIVE = RankingCurve("active <b>", 0, np.array([0.9, 0.4, 0.1]), np.zeros(3))
DRAWN = RankingCurve("random", 4, np.array([0.9, 0.8, 0.02]), np.array([0.0, 0.05, 0.05]))


def test_every_ranking_is_a_line_in_percent() -> None:
    figure = faithfulness(AMOUNTS, [ACTIVE, DRAWN], "removed")
    active, drawn = [trace for trace in figure.data if trace.showlegend is not False]
    assert list(active.x) == AMOUNTS
    np.testing.assert_allclose(active.y, [90, 40, 10])
    np.testing.assert_allclose(drawn.y, [90, 80, 2])
    assert active.name == "active &lt;b&gt;"
    assert figure.layout.xaxis.title.text == "pixels removed"
    assert tuple(figure.layout.xaxis.range) == (0, 10)
    assert figure.layout.yaxis.range[0] == 0


def test_every_ranking_has_its_own_colour_and_dash() -> None:
    together = faithfulness(AMOUNTS, [ACTIVE, DRAWN], "removed").data[1:]
    assert together[0].line.color != together[1].line.color
    assert together[0].line.dash != together[1].line.dash
    alone = faithfulness(AMOUNTS, [DRAWN], "added").data[-1]
    assert alone.line == together[1].line


def test_a_spread_is_a_faint_band_behind_the_lines_from_0_to_100() -> None:
    figure = faithfulness(AMOUNTS, [ACTIVE, DRAWN], "removed")
    (band,) = [trace for trace in figure.data if trace.fill]
    assert band is figure.data[0] and band.showlegend is False
    assert list(band.x) == [0, 5, 10, 10, 5, 0]
    np.testing.assert_allclose(band.y, [90, 85, 7, 0, 75, 90])
    # Written as in the palette, so that the dark theme replaces it.
    assert band.fillcolor == css(SERIES[4]) and band.opacity < 0.3


def test_it_can_be_drawn_without_a_browser() -> None:
    drawing = svg(faithfulness(AMOUNTS, [ACTIVE, DRAWN], "added"), "Accuracy")
    assert "pixels added" in drawing and "active &lt;b&gt;" in drawing
