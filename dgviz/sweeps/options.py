"""How a sweep may be trained: rules that hold for the command line and for `dgviz.sweep`."""

from __future__ import annotations

from collections.abc import Generator

from dgviz import environment
from dgviz.sweeps.backends import BACKENDS
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.on_ray import ADDRESS
from dgviz.sweeps.task import Report

MOST_JOBS = 1024

MOST_FAILURES = 3
"""After so many failures one after another, the others would fail too."""


class OptionError(ValueError):
    """An option of the training is not accepted; the message is one sentence."""


def check(
    grid: Grid, *, backend: str, jobs: int | None, address: str, shared: bool, halving: bool
) -> int:
    """Check the options of a training, and refuse those without an effect.

    Args:
        jobs: trials at once on this machine; None for one on each core.

    Returns:
        Trials at once on this machine. 1 for a cluster, whose workers are not known here: the time
        of its trials is told for one of them.

    Raises:
        OptionError: an option is not accepted.
    """
    if backend not in BACKENDS:
        raise OptionError(f"The backend must be loky, dask or ray; it was {str(backend)[:40]!r}.")
    if halving and "epochs" in grid.axes:
        raise OptionError(
            "To stop trials early, all must have the same number of epochs: epochs cannot be an "
            "axis."
        )
    if backend == "loky":
        if address or not shared:
            given = "an address" if address else "no shared folder"
            raise OptionError(f"With {given}, name a cluster: the backend must be dask or ray.")
        return _jobs(jobs)
    if jobs is not None:
        raise OptionError(
            f"The number of jobs is for this machine only: with {backend}, the workers of the "
            "cluster decide how many trials are trained at once."
        )
    if backend == "dask" and not address:
        raise OptionError("Name the scheduler of the Dask cluster with --address HOST:PORT.")
    if backend == "ray" and address and not ADDRESS.fullmatch(address):
        raise OptionError(
            "The address of a Ray cluster must be HOST:PORT of its head, or ray://HOST:PORT from a "
            f"machine that does not belong to it; it was {address[:60]!r}."
        )
    if halving and not shared:
        raise OptionError("To stop trials early, all workers must see the folder of the sweep.")
    return 1


def _jobs(jobs: int | None) -> int:
    if jobs is None:
        return environment.cores()
    if isinstance(jobs, bool) or not isinstance(jobs, int) or not 1 <= jobs <= MOST_JOBS:
        raise OptionError(
            f"The number of jobs must be a whole number from 1 to {MOST_JOBS:,}; it was "
            f"{str(jobs)[:40]}."
        )
    return jobs


def until_failures(reports: Generator[Report, None, None]) -> Generator[Report, None, None]:
    """The reports, up to `MOST_FAILURES` failures in a row; then the training ends.

    What other processes train does not count: they may be on a machine without the fault.
    """
    in_a_row = 0
    try:
        for report in reports:
            if report.outcome == "failed":
                in_a_row += 1
            elif report.outcome == "done" and report.is_own:
                in_a_row = 0
            yield report
            if in_a_row == MOST_FAILURES:
                return
    finally:
        reports.close()
