"""The thinning of curves and marks, and the axes of charts."""

from __future__ import annotations

from typing import Any

import numpy as np

from dgviz.charts import RunCurves
from dgviz.charts.accuracy_axis import accuracy_floor
from dgviz.charts.pixel_map import amount_ticks
from dgviz.charts.thinning import spread_out, thinned
from dgviz.runs.drawing import mean_of


def draw() -> dict[str, Any]:
    random = np.random.default_rng(2)
    return {
        "accuracy_floor": [_floor(random, lines) for lines in [0, *[1] * 12, *[2] * 6, *[3] * 6]],
        "amount_ticks": [_ticks(n) for n in (1, 3, 4, 16, 70, 256, 1000, 2048, 3072)],
        "spread_out": [
            (n, most, list(spread_out(range(n), most)))
            for n, most in [(3, 3), (4, 3), (10, 4), (12, 4), (41, 9), (100, 25), (8, 2), (51, 11)]
        ],
        "thin": [_thin(random, n, most) for n, most in [(9, 10), (11, 10), (95, 12), (100, 31)]],
        "mean_of": [_mean(random, runs, left_out) for runs, left_out in [(2, 0), (3, 1), (5, 4)]],
    }


def _ticks(total: int) -> tuple[int, list[int], list[float]]:
    """The largest amount, the amounts with a tick, and their places on the logarithmic scale."""
    amounts = amount_ticks(total)
    return total, amounts, (np.log1p(amounts) / np.log1p(total)).tolist()


def _floor(random: np.random.Generator, lines: int) -> tuple[list[list[list[float]]], float]:
    """Lines of [epoch, accuracy in %] that rise with noise, and the start of the axis."""
    drawn = []
    for _ in range(lines):
        epoch = np.sort(random.uniform(0, 10 ** random.uniform(-1, 1.7), random.integers(0, 9)))
        noise = random.normal(0, 0.02, len(epoch))
        reached = random.uniform(0.5, 0.99) * (1 - 0.9 * np.exp(-2 * epoch)) + noise
        drawn.append((epoch, reached.clip(0, 1).round(4)))
    in_percent = [np.stack([epoch, 100 * reached], axis=1).tolist() for epoch, reached in drawn]
    return in_percent, accuracy_floor(drawn)


def _mean(
    random: np.random.Generator, runs: int, left_out: int
) -> tuple[list[list[list[float]]], list[list[float]]]:
    """Curves of [epoch, value], and points of [epoch, mean, deviation].

    Args:
        left_out: points that each of the curves lacks, the last one never.
    """
    epochs = np.arange(12) / 4
    drawn = []
    for _ in range(runs):
        kept = np.sort([*random.choice(11, 11 - left_out, replace=False), 11])
        drawn.append((epochs[kept], random.uniform(0, 1, len(kept)).round(4)))
    mean = mean_of([RunCurves("", 3, x, y, y, y) for x, y in drawn], "")
    points = [mean.epoch, mean.test_accuracy, mean.bands["test_accuracy"]]
    return [np.stack(curve, axis=1).tolist() for curve in drawn], np.stack(points, axis=1).tolist()


def _thin(random: np.random.Generator, n: int, most: int) -> tuple[int, list[float], list[int]]:
    """The largest number of points, all heights, and the indices of the kept points."""
    # Few different heights, so that some stretches have two lowest or two highest points.
    heights = random.integers(0, 6, n).astype(float)
    places, _ = thinned(np.arange(float(n)), heights, most)
    return most, heights.tolist(), places.astype(int).tolist()
