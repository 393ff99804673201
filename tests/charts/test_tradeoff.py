"""The scatter chart of runs: accuracy over active connections, one point for each run."""

from __future__ import annotations

import math

from dgviz.charts import RunPoint, tradeoff


def test_a_run_is_a_point_in_percent_with_its_key_and_the_symbol_of_its_group() -> None:
    points = [
        RunPoint("a" * 12, "first", "gated", 0.05, 0.97),
        RunPoint("c" * 12, "third", "gated", 0.4, 0.96),
        RunPoint("b" * 12, "<b>second</b>", "dense", 1.0, 0.98),
    ]
    figure = tradeoff(points)
    dense, gated = figure.data
    assert (gated.name, list(gated.x), list(gated.y)) == ("gated", [5, 40], [97, 96])
    assert [datum[0] for datum in gated.customdata] == ["a" * 12, "c" * 12]
    assert list(dense.text) == ["&lt;b&gt;second&lt;/b&gt;"]
    assert gated.marker.symbol != dense.marker.symbol
    assert gated.marker.color != dense.marker.color
    looks = {trace.name: trace.marker.color for trace in tradeoff(points[::-1]).data}
    assert looks == {"gated": gated.marker.color, "dense": dense.marker.color}


def test_every_point_lies_on_the_axis() -> None:
    for ratio in (1.0, 0.3, 0.011, 1e-4):
        low, high = tradeoff([RunPoint("a", "a", "a", ratio, 0.9)]).layout.xaxis.range
        assert low < math.log10(100 * ratio) < high
    assert tradeoff([]).data == ()
