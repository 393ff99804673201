"""Measured times of one run's network at several ratios of kept connections. Needs no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from dgviz.compaction.executors.executor import DENSE
from dgviz.compaction.recipe import Recipe
from dgviz.compaction.speed.choice import choose
from dgviz.compaction.speed.measurement import Measurement
from dgviz.compaction.speed.slow_dense import compared


@dataclass(frozen=True)
class RatioPoint:
    """The network at one ratio.

    Attributes:
        test_accuracy: in [0, 1].
        validation_accuracy: the same; None for a run without validation images.
        measured: its times; its recipe has the threshold by which the network was made.
    """

    test_accuracy: float
    validation_accuracy: float | None
    measured: Measurement

    @property
    def ratio(self) -> float:
        """r: the part of the connections that is left once the network is pruned, in (0, 1]."""
        return self.measured.pruned_connections / self.measured.connections

    @property
    def recipe(self) -> Recipe:
        return self.measured.recipe


@dataclass(frozen=True)
class RatioSweep:
    """One run's network at several ratios, by other thresholds after training.

    Attributes:
        points: at least one, from the largest ratio to the smallest, no ratio twice; all have the
            same run, step and settings, and were measured one after another.
    """

    points: tuple[RatioPoint, ...]

    @property
    def newest(self) -> Measurement:
        """The measurement that ended last, for what all of them have in common."""
        return max((point.measured for point in self.points), key=lambda one: one.created)

    @property
    def settings(self) -> list[tuple[int, int]]:
        """The pairs of batch size and threads, in the order of measuring."""
        return self.points[0].measured.settings

    def executors(self) -> list[str]:
        """Those that were timed at one ratio or more, in the order of the first point."""
        return list(
            dict.fromkeys(one.executor for point in self.points for one in point.measured.timings)
        )

    def speedups(self, executor: str, batch: int, threads: int) -> dict[float, float]:
        """Dense PyTorch's time over that of an executor, by ratio, where it was timed."""
        return {
            point.ratio: one.speedup
            for point in self.points
            for one in compared(point.measured, batch, threads)
            if one.executor == executor
        }

    def as_dict(self) -> dict[str, Any]:
        """The sweep as values that JSON can represent."""
        return {
            "points": [
                {**asdict(point), "ratio": point.ratio, "measured": point.measured.as_dict()}
                for point in self.points
            ],
            "sparse_begins": [
                {
                    "batch": batch,
                    "threads": threads,
                    "against": against,
                    **({} if found is None else asdict(found)),
                }
                for batch, threads in self.settings
                for against in (DENSE, "unpruned")
                for found in [first_sparse(self, batch, threads, unpruned=against != DENSE)]
            ],
        }


@dataclass(frozen=True)
class Crossing:
    """Where something begins to win as fewer connections are kept.

    Attributes:
        executor: the one that wins.
        slower: the measured ratio above, at which it does not win yet; None if it always wins.
        faster: the measured ratio from which on it wins at every smaller one.
        ratio: the place between them where it would be as fast, by a straight line between the
            logarithms of both ratios and speedups; `faster` if there is no `slower`.
    """

    executor: str
    slower: float | None
    faster: float
    ratio: float


def crossing(executor: str, speedups: Mapping[float, float]) -> Crossing | None:
    """Where an executor begins to win; None if it does not win at the smallest ratio.

    Args:
        speedups: by ratio, from the largest to the smallest; it wins where they are above 1.
    """
    found = list(speedups.items())
    if not found or found[-1][1] <= 1:
        return None
    for (above, slow), (below, fast) in reversed(list(pairwise(found))):
        if slow <= 1:
            share = math.log(fast) / (math.log(fast) - math.log(slow))
            ratio = math.exp(math.log(below) + share * (math.log(above) - math.log(below)))
            return Crossing(executor, above, below, ratio)
    return Crossing(executor, None, found[0][0], found[0][0])


def first_sparse(sweep: RatioSweep, batch: int, threads: int, *, unpruned: bool) -> Crossing | None:
    """Where leaving out closed connections begins to win, by the best form at each ratio.

    Args:
        unpruned: against the fastest form that needs no pruning, instead of dense PyTorch.

    Returns:
        The executor is the fastest one that leaves out closed connections, at the ratio where they
        begin to win. None if they do not win at the smallest ratio.
    """
    speedups, executors = {}, {}
    for point in sweep.points:
        choice = choose(compared(point.measured, batch, threads))
        if choice.sparse is None:
            continue
        against = choice.unpruned.speedup if unpruned else 1
        speedups[point.ratio] = choice.sparse.speedup / against
        executors[point.ratio] = choice.sparse.executor
    found = crossing("", speedups)
    return found and Crossing(executors[found.faster], found.slower, found.faster, found.ratio)
