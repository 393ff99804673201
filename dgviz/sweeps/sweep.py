"""A sweep from Python: `dgviz.sweep`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from dgviz.settings import KNOBS, Settings, SettingsError
from dgviz.sweeps.at_work import Tell, at_work
from dgviz.sweeps.axis_values import axis_values
from dgviz.sweeps.backends import connected, train_all
from dgviz.sweeps.cost import TimeLeft
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid, GridError
from dgviz.sweeps.options import check, until_failures
from dgviz.sweeps.table import table
from dgviz.sweeps.task import Report


def sweep(
    axes: Mapping[str, Sequence[Any]],
    folder: str | Path,
    settings: Settings | None = None,
    *,
    seeds: int = 1,
    jobs: int | None = None,
    backend: str = "loky",
    address: str = "",
    shared: bool = True,
    everything: bool = False,
    halving: bool = False,
    replace: bool = False,
) -> pd.DataFrame:
    """Train every combination of several settings' values, and return a row for each trial.

    What the folder has already is not trained again, and its grid may have more trials. A script
    that calls this needs `if __name__ == "__main__":`, because its processes import it.

    Args:
        axes: the values of each setting, as in `{"beta": [0.01, 0.1], "tau": [0.3, 0.5]}`.
        folder: of the sweep; made if it does not exist.
        settings: what all trials have in common; the first seed is one of them.
        seeds: trials of each combination.
        jobs: trials at once on this machine; None for one on each core, and for a cluster.
        backend: "loky" for this machine, "dask" or "ray" for a cluster.
        address: of the cluster, as in `dgviz.sweeps.backends.connected`.
        shared: whether the workers of a cluster see the folder.
        everything: whether trials keep checkpoints and all snapshots.
        halving: whether trials are stopped early that are behind others. Without it, those that
            were stopped early are trained to their end.
        replace: whether a sweep that the folder has gets these values and seeds only. Otherwise it
            gets all combinations of its values and these. No trial is removed.

    Returns:
        The table of all trials of the folder, with the columns of `dgviz.sweeps.table.table`.

    Raises:
        GridError, SettingsError: the grid is not accepted, or is of another sweep.
        OptionError: the backend, the number of jobs or another option is not accepted.
        SweepError: the folder cannot be used.
        BackendError: the backend cannot be used, or was lost.
        RuntimeError: trials failed; the message has the reason of the first one. After three
            failures in a row the others are not tried.
    """
    grid = Grid(settings or Settings(), _checked(axes), seeds)
    jobs = check(grid, jobs=jobs, backend=backend, address=address, shared=shared, halving=halving)
    place = SweepFolder(Path(folder))
    # Before anything is written.
    with contextlib.ExitStack() as opened:
        engine = opened.enter_context(connected(backend, jobs=jobs, address=address))
        grid = place.replace(grid) if replace else place.extend(grid)
        tell = opened.enter_context(at_work(place.path))
        waiting = place.waiting(grid, halving=halving)
        reports = until_failures(
            train_all(place, waiting, engine, shared=shared, everything=everything, halving=halving)
        )
        ended = _ended(reports, place, TimeLeft(waiting), tell)
        failed = [
            report
            for report in tqdm(ended, total=len(waiting), unit="trial")
            if report.outcome == "failed"
        ]
    if failed:
        raise RuntimeError(
            f"{len(failed):,} of {len(waiting):,} trials failed. {failed[0].message}"
        )
    return table(place, grid)


def _ended(
    reports: Iterable[Report], sweep: SweepFolder, left: TimeLeft, tell: Tell
) -> Iterator[Report]:
    """The reports of trials that have ended; who watches the folder is told the time left."""
    for report in reports:
        if report.outcome == "done" and (result := sweep.result(report.trial)):
            left.ended(result)
        # How long others take is not known.
        tell(None if report.outcome == "elsewhere" else left.seconds())
        if report.outcome in ("done", "failed"):
            yield report


def _checked(axes: Mapping[str, Sequence[Any]]) -> dict[str, tuple[Any, ...]]:
    """The values of each axis.

    Raises:
        GridError: there is no axis, or one without a list of values.
    """
    if not axes:
        raise GridError("Name at least one setting with its values, such as {'beta': [0.01, 0.1]}.")
    for name, values in axes.items():
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise GridError(
                f"{name} needs a list of values, such as {_list_for(name, values)}; it was "
                f"{values!r}."
            )
    return {name: tuple(values) for name, values in axes.items()}


def _list_for(name: str, value: object) -> list[Any]:
    """A list that a setting accepts in the place of this value: the ends of a range in a text."""
    if name not in KNOBS:
        # Whoever reads this is told next that it is no setting.
        return [value]
    try:
        first, *_, last = 2 * axis_values(KNOBS[name], str(value))
    except SettingsError:
        return [KNOBS[name].default]
    return [*dict.fromkeys((first, last))]
