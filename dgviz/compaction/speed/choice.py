"""Which executor to take for a network, from measured times. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dgviz.compaction.executors.executor import DENSE, EXECUTORS, SAVINGS
from dgviz.compaction.speed.measurement import Timing

_LEAST_GAIN = 1.05
"""A smaller one may be reversed in the next measurement, although the quartiles are apart."""


def is_faster(one: Timing, than: Timing) -> bool:
    """Whether a time is shorter beyond noise: even its slow rounds beat fast ones of the other."""
    return one.high < than.low and than.seconds >= _LEAST_GAIN * one.seconds


@dataclass(frozen=True)
class Choice:
    """What to take at one batch size and number of threads.

    Attributes:
        taken: the fastest executor; dense PyTorch if no other is faster than it beyond noise.
        unpruned: the fastest one that saves nothing, so that needs no pruning.
        pruned: the fastest one that saves something; None if none was measured.
        sparse: the fastest one that leaves out closed connections; None if none was measured.
        matrices: the fastest one that computes them.
    """

    taken: Timing
    unpruned: Timing
    pruned: Timing | None
    sparse: Timing | None
    matrices: Timing

    @property
    def pruning_pays(self) -> bool:
        """Whether pruning makes it faster beyond noise."""
        return self.pruned is not None and is_faster(self.pruned, self.unpruned)

    @property
    def sparse_wins(self) -> bool:
        """Whether it is faster to leave out closed connections than to compute them, likewise."""
        return self.sparse is not None and is_faster(self.sparse, self.matrices)


def choose(timings: Sequence[Timing]) -> Choice:
    """Choose from the times of one batch size and number of threads, dense PyTorch's among them.

    The rounds' quartiles decide what is noise. The choice is never slower than dense PyTorch.
    """
    dense = next(one for one in timings if one.executor == DENSE)
    faster = [one for one in timings if one.speedup_low > 1]
    saves = {
        name: [one for one in timings if EXECUTORS[one.executor].saves == name] for name in SAVINGS
    }
    return Choice(
        taken=_fastest(faster) or dense,
        unpruned=_fastest(saves["nothing"]) or dense,
        pruned=_fastest([*saves["units"], *saves["connections"]]),
        sparse=_fastest(saves["connections"]),
        matrices=_fastest([*saves["nothing"], *saves["units"]]) or dense,
    )


def _fastest(timings: Sequence[Timing]) -> Timing | None:
    return min(timings, key=lambda one: one.seconds, default=None)
