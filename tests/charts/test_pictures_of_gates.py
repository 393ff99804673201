"""Histogram, connection map and pixel map, compared with counts made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dgviz.charts import gate_map, histogram, pixel_map
from dgviz.charts.histogram import binned
from dgviz.charts.palette import ACTIVE, CARD, CLOSED, UNUSED, css
from dgviz.gate_bytes import active, cutoff
from dgviz.pixel_counts import count_pixels


def test_a_connection_is_active_strictly_above_tau() -> None:
    bytes_ = np.array([0, 99, 100, 101, 200], dtype=np.uint8)
    assert active(bytes_, 0.5).tolist() == [False, False, False, True, True]
    assert active(bytes_, 0).tolist() == [False, True, True, True, True]
    assert not active(bytes_, 1).any()


@pytest.mark.parametrize("step", range(201))
def test_the_cutoff_is_exact_on_the_sliders_grid(step: int) -> None:
    assert cutoff(step / 200) == step


def test_bins_are_open_below_and_closed_above() -> None:
    counts = binned(
        [np.array([0, 1, 4, 5, 8, 9, 200], dtype=np.uint8), np.array([[200]], np.uint8)]
    )
    # Four bytes a bin: 0 to 4, 5 to 8, 9 to 12 … 197 to 200.
    assert counts[:3].tolist() == [3, 2, 1]
    assert counts[-1] == 2
    assert counts.sum() == 8


def test_a_bin_that_contains_tau_is_split() -> None:
    gates = np.full((3, 5), 102, dtype=np.uint8)
    closed, active_bars = histogram([gates], 0.51).data
    assert (closed.name, closed.marker.color) == ("closed", css(CLOSED))
    assert (active_bars.name, active_bars.marker.color) == ("active", css(ACTIVE))
    assert closed.x[-1] + closed.width[-1] / 2 == pytest.approx(0.51)
    assert active_bars.x[0] - active_bars.width[0] / 2 == pytest.approx(0.51)
    # Both parts of the bin from 0.50 to 0.52, which has all connections.
    assert (closed.y[-1], active_bars.y[0]) == (15, 15)
    assert sum(closed.width) + sum(active_bars.width) == pytest.approx(1)


def test_without_a_threshold_there_is_no_line_and_one_colour() -> None:
    figure = histogram([np.full((3, 5), 102, dtype=np.uint8)], None)
    (bars,) = figure.data
    assert (bars.name, sum(bars.y), len(bars.x)) == ("connections", 15, 50)
    assert not figure.layout.shapes and not figure.layout.annotations


@pytest.mark.parametrize("tau", [None, 0.5])
def test_the_scores_have_the_name_given_by_the_method(tau: float | None) -> None:
    name = "probability of being active"
    figure = histogram([np.full((3, 5), 102, dtype=np.uint8)], tau, name)
    assert figure.layout.xaxis.title.text == name
    assert all(bars.hovertemplate.startswith(f"{name} %{{customdata}}<br>") for bars in figure.data)


@pytest.mark.parametrize("tau", [0.0, 0.5, 1.0])
def test_the_line_is_at_tau(tau: float) -> None:
    layout = histogram([np.zeros((2, 2), np.uint8)], tau).layout
    assert (layout.shapes[0].x0, layout.shapes[0].x1) == (tau, tau)
    assert layout.annotations[0].text == f"τ {tau:.2f}"
    assert layout.yaxis.type == "log"


MASK = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]], dtype=bool)


def test_the_gate_map_has_the_unit_with_most_active_connections_on_top() -> None:
    (cells,) = gate_map(MASK).data
    assert cells.z.tolist() == [[1, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert list(cells.y) == ["unit 1", "unit 0", "unit 2"]
    assert [colour for _, colour in cells.colorscale] == [css(CARD), css(ACTIVE)]


def test_pixel_counts_have_active_connections_and_always_blank_pixels() -> None:
    mask = np.array([[1, 1, 0, 0], [1, 0, 0, 0]], dtype=bool)
    counts = count_pixels(mask, (1, 2, 2), np.array([0, 0, 0, 1]))
    assert counts.active.tolist() == [[2, 1], [0, 0]]
    assert counts.blank.tolist() == [[False, False], [False, True]]
    assert counts.unused.tolist() == [[False, False], [True, False]]
    assert counts.total == 2


def test_the_channels_of_a_colour_image_are_added_up() -> None:
    # Two pixels in three channels: 0 and 3 are not neighbours, but 0, 2 and 4 are one pixel.
    mask = np.array([[1, 0, 1, 0, 1, 1]], dtype=bool)
    blank = np.array([1, 1, 1, 1, 0, 1])
    counts = count_pixels(mask, (3, 1, 2), blank)
    assert counts.active.tolist() == [[3, 1]]
    # Always blank only if all channels are.
    assert counts.blank.tolist() == [[False, True]]
    assert counts.total == 3


@pytest.mark.parametrize(("inputs", "shape"), [(9, (3, 3)), (5, (1, 5))])
def test_an_image_of_unknown_shape_is_a_square_or_a_row(
    inputs: int, shape: tuple[int, int]
) -> None:
    mask = np.ones((2, inputs), dtype=bool)
    assert count_pixels(mask).active.shape == shape
    assert count_pixels(mask, (1, 28, 28)).active.shape == shape
    assert count_pixels(mask, always_zero=np.ones(784)).blank.sum() == 0


def test_the_pixel_map_distinguishes_three_kinds_by_pattern() -> None:
    mask = np.array([[1, 1, 0, 0], [1, 0, 0, 0]], dtype=bool)
    figure = pixel_map(count_pixels(mask, (1, 2, 2), np.array([0, 0, 0, 1])))
    amounts, unused, stripes, blank = figure.data
    np.testing.assert_array_equal(amounts.customdata, [[2, 1], [0, 0]])
    np.testing.assert_allclose(amounts.z, [[np.log(3), np.log(2)], [np.nan, np.nan]])
    np.testing.assert_array_equal(unused.z, [[np.nan, np.nan], [1, np.nan]])
    assert unused.colorscale[0][1] == css(UNUSED)
    assert (unused.name, blank.name) == ("unused (1)", "always blank (1)")
    # The strokes stay inside their one cell: unused at column 0, always blank at column 1.
    for lines, left in ((stripes, -0.5), (blank, 0.5)):
        assert (np.nanmin(lines.x), np.nanmax(lines.x)) == (left, left + 1)
        assert (np.nanmin(lines.y), np.nanmax(lines.y)) == (0.5, 1.5)
    # Their first strokes cross: one rises to the right, the other falls.
    assert blank.y[0] > blank.y[1] and stripes.y[0] < stripes.y[1]
    # Row 0 is on top.
    assert tuple(figure.layout.yaxis.range) == (1.5, -0.5)


@pytest.mark.parametrize(
    ("of", "ticks"),
    [(1, [0, 1]), (16, [0, 1, 4, 16]), (256, [0, 1, 4, 16, 64, 256]), (70, [0, 1, 4, 16, 70])],
)
def test_the_scale_of_the_pixel_map_does_not_depend_on_sparsity(of: int, ticks: list[int]) -> None:
    for open_gates in (0, of):
        mask = np.zeros((of, 4), dtype=bool)
        mask[:open_gates] = True
        amounts = pixel_map(count_pixels(mask)).data[0]
        assert (amounts.zmin, amounts.zmax) == (0, pytest.approx(np.log1p(of)))
        assert list(amounts.colorbar.ticktext) == [str(tick) for tick in ticks]
        np.testing.assert_allclose(amounts.colorbar.tickvals, np.log1p(ticks))


def test_a_pixel_map_without_active_connections_is_drawn() -> None:
    counts = count_pixels(np.zeros((4, 9), dtype=bool))
    _, unused, _ = pixel_map(counts).data
    assert np.nansum(unused.z) == 9
