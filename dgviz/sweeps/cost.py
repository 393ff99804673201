"""How long a sweep will take."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable
from statistics import mean, median
from typing import Any

from dgviz.runs.record import Record
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import TrialResult

_SAME_SPEED = ("method", "dataset", "hidden", "batch_size", "device", "threads")
_MOST_SPEEDS = 1000
"""Nobody has trained runs for more combinations of `_SAME_SPEED`."""


def epoch_seconds(sweep: SweepFolder) -> list[float]:
    """Seconds of training an epoch, of each trial of a sweep that is done."""
    results = map(sweep.result, sweep.begun())
    return [pace_of(result) for result in results if result and not result.diverged]


def pace_of(result: TrialResult) -> float:
    """Seconds of training an epoch."""
    return result.seconds / (result.stopped or result.settings.epochs)


def are_alike(first: Grid, second: Grid) -> bool:
    """Whether an epoch takes about as long in both, on the average."""
    return [*map(set, _values(first))] == [*map(set, _values(second))]


def _values(grid: Grid) -> list[tuple[Any, ...]]:
    """The values of each of `_SAME_SPEED`. What the base says of an axis means nothing."""
    return [grid.axes.get(name, (grid.base[name],)) for name in _SAME_SPEED]


def trial_seconds(paces: Collection[float], grid: Grid, records: Iterable[Record]) -> float | None:
    """Seconds that a trial takes, as measured: by the median seconds of an epoch.

    Args:
        paces: seconds an epoch of trials that are done, of this sweep or of one that is alike.
        records: runs of this machine, which count if there is no such trial: those that are alike.
            If an axis changes how long an epoch takes, each of its values needs one.

    Returns:
        None if nothing like it was trained.
    """
    if paces:
        return median(paces) * _mean_epochs(grid)
    values = _values(grid)
    if math.prod(map(len, values)) > _MOST_SPEEDS:
        return None
    measured: dict[tuple[Any, ...], list[float]] = {key: [] for key in itertools.product(*values)}
    for record in records:
        if record.settings and record.phase == "finished":
            key = tuple(record.settings[name] for name in _SAME_SPEED)
            if key in measured:
                measured[key].append(record.seconds / record.epochs)
    if not all(measured.values()):
        return None
    return mean(map(median, measured.values())) * _mean_epochs(grid)


def _mean_epochs(grid: Grid) -> float:
    values = grid.axes.get("epochs", (grid.base.epochs,))
    return sum(values) / len(values)
