"""The table of a comparison: what the finished runs of each method and ratio reached."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dgviz.comparison.result import Result
from dgviz.comparison.standing import Standing
from dgviz.methods.catalogue import METHODS

FLOAT_BYTES = 4

NEAR_ENOUGH = 1.25
"""A network with this many times the wanted number of weights is near enough to it, and so is one
with the inverse."""


@dataclass(frozen=True)
class Spread:
    """A figure over several seeds.

    Attributes:
        deviation: the sample standard deviation (n - 1 in the denominator); None for one value.
    """

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.values)

    @property
    def deviation(self) -> float | None:
        return statistics.stdev(self.values) if len(self.values) > 1 else None

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def high(self) -> float:
        return max(self.values)


@dataclass(frozen=True)
class Row:
    """One method at one wanted ratio, over all its seeds. Equal to another row of the same runs.

    A figure is None if no finished run has it.

    Attributes:
        ratio: the wanted ratio of active connections; None if it is not chosen.
        standings: one for each seed.
    """

    method: str
    ratio: float | None
    standings: tuple[Standing, ...]

    @property
    def title(self) -> str:
        """The method's name on the screen."""
        return METHODS[self.method].title

    @property
    def results(self) -> tuple[Result, ...]:
        """What the finished runs reached, in the order of their seeds."""
        return tuple(one.result for one in self.standings if one.result is not None)

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The ids of all runs that were started, in the order of their seeds."""
        return tuple(one.id for one in self.standings if one.id)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the finished runs, from which the figures are."""
        return tuple(one.planned.seed for one in self.standings if one.result is not None)

    @property
    def diverged(self) -> int:
        """The number of seeds with which the training diverged."""
        return sum(one.diverged for one in self.standings)

    @property
    def unmeasured(self) -> int:
        """The number of finished runs whose figures are not all known."""
        return sum(one.unmeasured for one in self.standings)

    @cached_property
    def test_accuracy(self) -> Spread | None:
        return self._figure("test_accuracy")

    @cached_property
    def validation_accuracy(self) -> Spread | None:
        return self._figure("validation_accuracy")

    @cached_property
    def kept_weights(self) -> Spread | None:
        """Active connections after the last step."""
        return self._figure("active_weights")

    @cached_property
    def active_ratio(self) -> Spread | None:
        return self._figure("active_ratio")

    @property
    def reached(self) -> float | None:
        """The mean ratio of the kept weights to those of the dense network."""
        if self.kept_weights is None:
            return None
        return self.kept_weights.mean / self.standings[0].planned.settings.dense_weights

    @property
    def missed(self) -> float | None:
        """The reached ratio, if it is far from the wanted one; otherwise None."""
        if self.ratio is None or self.reached is None:
            return None
        return None if near_enough(self.reached / self.ratio) else self.reached

    @cached_property
    def macs(self) -> Spread | None:
        """Multiply-accumulates for one image; the mean of the images if they differ."""
        return self._figure("macs")

    @cached_property
    def parameters(self) -> Spread | None:
        """Numbers to store after pruning: active weights, and the biases in use."""
        return self._figure("parameters")

    @cached_property
    def bytes(self) -> Spread | None:
        """Bytes that store the network: 4 for each of `parameters`, as float32, and a bit for each
        connection that says whether it is active, if some are closed."""
        return _spread([_stored_bytes(result.figures) for result in self.results])

    @cached_property
    def seconds(self) -> Spread | None:
        """Training time, with evaluations and without loading."""
        return _spread([result.seconds for result in self.results])

    @property
    def epochs(self) -> int:
        """Passes over the training images."""
        return self.standings[0].planned.settings.epochs

    @cached_property
    def steps(self) -> int | None:
        """Training steps of one run; None while it is not known."""
        known = [result.steps_per_epoch for result in self.results if result.steps_per_epoch]
        return self.epochs * known[0] if known else None

    def _figure(self, name: str) -> Spread | None:
        return _spread([result.figures.get(name) for result in self.results])


def rows(standings: Iterable[Standing]) -> list[Row]:
    """One row for each method and ratio, in the order of their first runs."""
    grouped: dict[tuple[str, float | None], list[Standing]] = {}
    for one in standings:
        grouped.setdefault((one.planned.method, one.planned.ratio), []).append(one)
    return [
        Row(method, ratio, tuple(sorted(of_row, key=lambda one: one.planned.seed)))
        for (method, ratio), of_row in grouped.items()
    ]


def near_enough(times: float) -> bool:
    """Whether this many times the wanted number of weights is near enough to it."""
    return 1 / NEAR_ENOUGH <= times <= NEAR_ENOUGH


def _spread(values: Sequence[float | None]) -> Spread | None:
    known = tuple(value for value in values if value is not None)
    return Spread(known) if known else None


def _stored_bytes(figures: Mapping[str, float]) -> float | None:
    if not figures.keys() >= {"parameters", "active_weights", "total_weights"}:
        return None
    closed = figures["active_weights"] < figures["total_weights"]
    return FLOAT_BYTES * figures["parameters"] + (
        math.ceil(figures["total_weights"] / 8) if closed else 0
    )
