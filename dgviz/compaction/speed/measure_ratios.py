"""Measure a recorded run's network at several ratios. Imports torch: for workers and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dgviz.compaction.gated import gated_network
from dgviz.compaction.pruning import prune
from dgviz.compaction.recipe import Recipe
from dgviz.compaction.recorded import compact_opened, open_run
from dgviz.compaction.speed.measure import measure_network
from dgviz.compaction.speed.ratio_sweep import RatioPoint, RatioSweep
from dgviz.data.sets import load
from dgviz.methods.method import Method
from dgviz.runs.contents import RunsError

RATIOS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
ROUNDS = 7
"""Fewer than for one network, because there are several."""

_HALVINGS = 30
_MOST_DIGITS = 9


def measure_ratios(
    folder: Path,
    report: Callable[[float], None] = lambda done: None,
    *,
    ratios: Sequence[float] = RATIOS,
    rounds: int = ROUNDS,
    **options: Any,
) -> RatioSweep:
    """Make networks of several ratios from a run by another threshold, and time each of them.

    Speed depends on how many weights are left and where they are, and accuracy is reported, so
    nothing is trained.

    Args:
        folder: the folder of the run, whose method has a threshold.
        report: called with the finished part of the work, in [0, 1].
        ratios: of the connections that are left once the network is pruned, each in (0, 1]. The
            nearest ones that the gates allow are taken.
        rounds, options: those of `measure_network`.

    Raises:
        RunsError: the run cannot be compacted, or no connection is ever active.
        DataError: the data set cannot be loaded.
    """
    opened = open_run(folder)
    images = load(opened.settings.dataset).test_images.numpy()
    taus = _thresholds(opened.found.method, ratios)
    points = []
    for done, tau in enumerate(taus):

        def report_part(part: float, before: int = done) -> None:
            report((before + part) / len(taus))

        made = compact_opened(open_run(folder), Recipe(tau=tau))
        measured = measure_network(made, images, report_part, rounds=rounds, **options)
        points.append(RatioPoint(made.test_accuracy, made.validation_accuracy, measured))
    return RatioSweep(tuple(points))


def _thresholds(method: Method, ratios: Sequence[float]) -> list[float]:
    """The thresholds whose networks have these ratios, ascending; equal networks only once.

    Raises:
        RunsError: no connection is active at any threshold.
    """

    @cache
    def left(tau: float) -> int:
        method.set_tau(tau)
        return prune(gated_network(method.layers())).connections

    total = sum(layer.weight.numel() for layer in method.layers())
    if not left(0.0):
        raise RunsError("No connection of this run is active at any threshold.")
    found: dict[int, float] = {}
    for ratio in sorted(ratios, reverse=True):
        wanted = ratio * total
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if left(middle) > wanted else (low, middle)
        # Of `high`, whose network is not larger, and `low`, the nearer one that has connections.
        below, above = left(high), left(low)
        tau = high if below and wanted * wanted <= above * below else low
        short = _shortest(tau, left)
        found.setdefault(left(short), short)
    return list(found.values())


def _shortest(tau: float, left: Callable[[float], int]) -> float:
    """The number with the fewest digits that leaves about as many connections, within 1%."""
    rounded = (round(tau, digits) for digits in range(2, _MOST_DIGITS + 1))
    return next(
        (short for short in rounded if abs(left(short) - left(tau)) <= left(tau) / 100), tau
    )
