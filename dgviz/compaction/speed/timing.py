"""Time executors in turns. Needs no torch."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import numpy as np

from dgviz.compaction.executors.executor import DENSE, Images, Logits
from dgviz.compaction.speed.measurement import Timing

_LEAST_CALLS = 3

Turns = Mapping[str, Sequence[float]]
"""The seconds of a call in each round, by the name of the executor."""


def turns(
    executors: Mapping[str, Logits],
    batches: Sequence[Images],
    rounds: int,
    seconds: float,
    report: Callable[[], None] = lambda: None,
) -> Turns:
    """Let executors take turns; every other round in reverse order, so that drift cancels.

    Args:
        batches: the images of each call, again from the first one after the last.
        rounds: number of rounds that count, after one that does not.
        seconds: the least length of a turn.
        report: called after each turn.
    """
    times: dict[str, list[float]] = {name: [] for name in executors}
    for number in range(rounds + 1):
        for name in list(executors)[:: 1 if number % 2 else -1]:
            median = _turn(executors[name], batches, seconds)
            if number:
                times[name].append(median)
            report()
    return times


def _turn(logits: Logits, batches: Sequence[Images], seconds: float) -> float:
    """The median time of a call."""
    # The first one fetches the weights into the processor's caches.
    logits(batches[0])
    times = []
    began = time.perf_counter()
    for images in cycle(batches):
        before = time.perf_counter()
        logits(images)
        after = time.perf_counter()
        times.append(after - before)
        if after - began >= seconds and len(times) >= _LEAST_CALLS:
            break
    return float(np.median(times))


def timings(found: Turns, batch: int, threads: int) -> list[Timing]:
    """Medians and quartiles over the rounds, in the order of `found`, which contains `DENSE`."""
    dense = np.array(found[DENSE])
    made = []
    for name, times in found.items():
        low, median, high = np.quantile(times, [0.25, 0.5, 0.75]).tolist()
        ratios = np.quantile(dense / np.array(times), [0.25, 0.5, 0.75]).tolist()
        made.append(
            Timing(
                executor=name,
                batch=batch,
                threads=threads,
                seconds=median,
                low=low,
                high=high,
                speedup=ratios[1],
                speedup_low=ratios[0],
                speedup_high=ratios[2],
            )
        )
    return made
