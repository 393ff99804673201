"""A long curve keeps its ends and peaks, and a short one is drawn unchanged."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dgviz.charts.thinning import MOST_POINTS, spread_out, thinned


def test_a_short_curve_is_left_as_it_is() -> None:
    x, y = np.arange(float(MOST_POINTS)), np.zeros(MOST_POINTS)
    assert thinned(x, y) == (x, y)


@given(points=st.integers(MOST_POINTS + 1, 40_000), seed=st.integers(0, 2**32 - 1))
def test_a_long_curve_keeps_its_ends_and_its_peaks(points: int, seed: int) -> None:
    y = np.random.default_rng(seed).normal(size=points)
    x = np.linspace(0, 50, points)
    thin_x, thin_y = thinned(x, y)
    assert MOST_POINTS // 2 <= len(thin_x) <= MOST_POINTS
    assert (thin_x[0], thin_x[-1], thin_y[0], thin_y[-1]) == (x[0], x[-1], y[0], y[-1])
    assert (np.diff(thin_x) > 0).all()
    assert set(zip(thin_x, thin_y, strict=True)) <= set(zip(x, y, strict=True))
    assert (thin_y.min(), thin_y.max()) == (y.min(), y.max())


def test_evenly_spaced_items_are_chosen() -> None:
    assert spread_out([1, 2], 3) == [1, 2]
    assert spread_out(range(1001), 5) == [0, 250, 500, 750, 1000]
