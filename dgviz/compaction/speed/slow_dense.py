"""Dense PyTorch that is slower with several threads than with fewer, and speeds without that.

Threads that wait for each other on busy cores can take a hundred times as long as one thread. Every
other program would then seem a hundred times as fast.
"""

from __future__ import annotations

from dataclasses import replace

from dgviz.compaction.executors.executor import DENSE
from dgviz.compaction.speed.choice import is_faster
from dgviz.compaction.speed.measurement import Measurement, Timing


def faster_dense(measured: Measurement, batch: int, threads: int) -> Timing | None:
    """The fastest dense PyTorch with fewer threads, if it is faster beyond noise; else None."""
    dense = [one for one in measured.timings if (one.executor, one.batch) == (DENSE, batch)]
    same = next(one for one in dense if one.threads == threads)
    faster = [one for one in dense if one.threads < threads and is_faster(one, same)]
    return min(faster, key=lambda one: one.seconds, default=None)


def compared(measured: Measurement, batch: int, threads: int) -> list[Timing]:
    """The times of a setting, with their speeds against the faster dense PyTorch where one exists.

    Those were not measured in the same rounds, so the range goes from the worst quartiles of both
    times to the best ones.
    """
    found = measured.of(batch, threads)
    dense = faster_dense(measured, batch, threads)
    if dense is None:
        return found
    return [
        replace(
            one,
            speedup=dense.seconds / one.seconds,
            speedup_low=dense.low / one.high,
            speedup_high=dense.high / one.low,
        )
        for one in found
    ]
