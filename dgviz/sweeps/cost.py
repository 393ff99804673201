"""How long a sweep will take."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from statistics import median

from dgviz.runs.record import Record
from dgviz.settings import Settings
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import TrialResult

_SAME_SPEED = ("method", "dataset", "hidden", "batch_size", "device", "threads")


def epoch_seconds(sweep: SweepFolder) -> list[float]:
    """Seconds of training an epoch, of each trial of a sweep that is done."""
    results = map(sweep.result, sweep.begun())
    return [pace_of(result) for result in results if result and not result.diverged]


def pace_of(result: TrialResult) -> float:
    """Seconds of training an epoch."""
    return result.seconds / (result.stopped or result.settings.epochs)


def are_alike(first: Settings, second: Settings) -> bool:
    """Whether an epoch takes about as long with both."""
    return all(first[name] == second[name] for name in _SAME_SPEED)


def trial_seconds(paces: Collection[float], grid: Grid, records: Iterable[Record]) -> float | None:
    """Seconds that a trial takes, as measured: by the median seconds of an epoch.

    Args:
        paces: seconds an epoch of trials that are done, of this sweep or of one that is alike.
        records: runs of this machine, which count if there is no such trial: those that are alike.

    Returns:
        None if nothing like it was trained.
    """
    if not paces:
        paces = [
            record.seconds / record.epochs
            for record in records
            if record.settings
            and record.phase == "finished"
            and are_alike(record.settings, grid.base)
        ]
    return median(paces) * _mean_epochs(grid) if paces else None


def _mean_epochs(grid: Grid) -> float:
    values = grid.axes.get("epochs", (grid.base.epochs,))
    return sum(values) / len(values)
