"""How long a sweep will take."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from dgviz.runs.record import Record
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid

_SAME_SPEED = ("method", "dataset", "hidden", "batch_size", "device", "threads")


def trial_seconds(sweep: SweepFolder, grid: Grid, records: Iterable[Record]) -> float | None:
    """Seconds that a trial takes, as measured: the median of the trials of this sweep.

    Args:
        records: runs of this machine, which count if the sweep has no trial that is done: those of
            the same network and method.

    Returns:
        None if nothing like it was trained.
    """
    done = [
        result.seconds / result.settings.epochs
        for result in map(sweep.result, sweep.begun())
        if result and not result.diverged
    ]
    if not done:
        done = [
            record.seconds / record.epochs
            for record in records
            if record.settings
            and record.phase == "finished"
            and all(record.settings[name] == grid.base[name] for name in _SAME_SPEED)
        ]
    return median(done) * _mean_epochs(grid) if done else None


def _mean_epochs(grid: Grid) -> float:
    values = grid.axes.get("epochs", (grid.base.epochs,))
    return sum(values) / len(values)
