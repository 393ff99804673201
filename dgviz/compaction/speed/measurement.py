"""Measured times of inference, stored in `speed.json` in the run's folder. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dgviz.compaction.recipe import Recipe
from dgviz.runs.card import SystemInfo

FORMAT = 1
"""The format of a measurement as JSON."""

MOST_TIMES = 1000
"""Of one measurement; it has 66 by default."""


@dataclass(frozen=True)
class Timing:
    """How long one executor takes for one batch.

    In a round each executor has a turn of several calls; the time of a turn is the median of its
    calls. All executors of a setting take turns in each round, so a ratio compares times that were
    measured within a moment.

    Attributes:
        executor: its name in `executors.executor.EXECUTORS`.
        batch: images a call.
        threads: the most threads that it could use.
        seconds: of a call, the median over the rounds.
        low, high: the quartiles of the same.
        speedup: dense PyTorch's time over this one, the median over the rounds.
        speedup_low, speedup_high: the quartiles of the same.
    """

    executor: str
    batch: int
    threads: int
    seconds: float
    low: float
    high: float
    speedup: float
    speedup_low: float
    speedup_high: float


@dataclass(frozen=True)
class Measurement:
    """The times of all executors for the network of a run, and the conditions.

    Attributes:
        run: the id of the run.
        step: of its checkpoint.
        recipe: what was done to its network after training.
        created: when it was measured, in UTC.
        widths: of the network before it is pruned: pixels, hidden units, classes.
        pruned_widths: the same after it is pruned.
        connections: number of connections before it is pruned, closed ones included.
        pruned_connections: number of connections after it is pruned, of which none is closed.
        images: number of test images that the logits were compared on, and the times taken of.
        tolerance: the largest accepted difference of a logit from that of the network before it is
            pruned, computed in float64, as a part of its largest logit.
        differences: the largest difference of each executor that was timed, as such a part.
        excluded: why the others were not timed, in a sentence, by the name of the executor.
        rounds: number of rounds that count; one before them does not.
        seconds_a_turn: the least length of a turn.
        timings: all times.
        hardware, versions: of the machine.
        other_work: how many cores other processes of the machine kept busy meanwhile, in the mean;
            None in a measurement of an earlier version.
    """

    run: str
    step: int
    recipe: Recipe
    created: datetime
    widths: tuple[int, ...]
    pruned_widths: tuple[int, ...]
    connections: int
    pruned_connections: int
    images: int
    tolerance: float
    differences: Mapping[str, float]
    excluded: Mapping[str, str]
    rounds: int
    seconds_a_turn: float
    timings: tuple[Timing, ...]
    hardware: SystemInfo
    versions: SystemInfo
    other_work: float | None = None

    @property
    def settings(self) -> list[tuple[int, int]]:
        """The pairs of batch size and threads that were measured, in the order of measuring."""
        return list(dict.fromkeys((one.batch, one.threads) for one in self.timings))

    def of(self, batch: int, threads: int) -> list[Timing]:
        """The times of one setting, in the order of the table of executors."""
        return [one for one in self.timings if (one.batch, one.threads) == (batch, threads)]

    def is_part_of(self, other: Measurement) -> bool:
        """Whether another one, of the same network and processor, has all of this and more."""
        same = (self.run, self.step, self.recipe, self.hardware.get("cpu"))
        return (
            same == (other.run, other.step, other.recipe, other.hardware.get("cpu"))
            and {*self.settings} <= {*other.settings}
            and self.rounds <= other.rounds
            and ({*self.settings}, self.rounds) != ({*other.settings}, other.rounds)
        )

    def as_dict(self) -> dict[str, Any]:
        """The measurement as values that JSON can represent."""
        return {"format": FORMAT, **asdict(self), "created": self.created.isoformat()}
