"""The scatter chart of runs: accuracy over active connections, one point for each run."""

from __future__ import annotations

import math

from dgviz.charts import RunPoint, tradeoff
from dgviz.methods.catalogue import METHODS


def test_a_run_is_a_point_with_its_key_and_the_symbol_of_its_group() -> None:
    points = [
        RunPoint("a" * 12, "first", "gated", 1, 0, 10_000, 0.97),
        RunPoint("c" * 12, "third", "gated", 1, 0, 80_000, 0.96),
        RunPoint("b" * 12, "<b>second</b>", "dense", 0, 0, 203_264, 0.98),
    ]
    figure = tradeoff(points)
    dense, gated = figure.data
    assert (gated.name, list(gated.x), list(gated.y)) == ("gated", [10_000, 80_000], [97, 96])
    assert [datum[0] for datum in gated.customdata] == ["a" * 12, "c" * 12]
    assert list(dense.text) == ["&lt;b&gt;second&lt;/b&gt;"]
    assert gated.marker.symbol != dense.marker.symbol
    assert gated.marker.color != dense.marker.color
    looks = {trace.name: trace.marker.color for trace in tradeoff(points[::-1]).data}
    assert looks == {"gated": gated.marker.color, "dense": dense.marker.color}


def test_each_method_of_the_catalogue_has_a_colour_and_symbol_of_its_own() -> None:
    points = [
        RunPoint("a", "a", f"{name}, {dataset}", number, dataset, 100_000, 0.9)
        for number, name in enumerate(METHODS)
        for dataset in range(4)
    ]
    for dataset in range(4):
        own = [point for point in points if point.dataset == dataset]
        looks = {(one.marker.color, one.marker.symbol) for one in tradeoff(own).data}
        assert len(looks) == len(METHODS)
    assert len({(one.marker.color, one.marker.symbol) for one in tradeoff(points).data}) == len(
        points
    )
    # The legend's lines must not take the place of the plot.
    assert tradeoff(points).layout.height > tradeoff(points[:4]).layout.height


def test_every_point_lies_on_the_axis() -> None:
    for active in (1, 794, 2_000_000):
        point = RunPoint("a", "a", "a", 0, 0, active, 0.9)
        small = RunPoint("b", "b", "b", 0, 0, 1, 0.1)
        low, high = tradeoff([small, point]).layout.xaxis.range
        assert low < 0 <= math.log10(active) < high
    assert tradeoff([]).data == ()
