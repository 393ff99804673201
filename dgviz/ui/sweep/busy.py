"""Why a sweep cannot be changed now, and what keeps the server from training it."""

from __future__ import annotations

from pathlib import Path

from dgviz.live.sweep_work import Busy, the_sweep_work
from dgviz.sweeps.folder import SweepError, SweepFolder


def refusal(folder: Path) -> str:
    """Why a sweep cannot be deleted, and no values of it replaced, as a sentence; "" if it can."""
    try:
        if the_sweep_work().trains(folder):
            raise Busy(folder)
        SweepFolder(folder).check_idle()
    except (Busy, SweepError) as problem:
        return str(problem)
    return ""


def trained_instead(folder: Path) -> Path | None:
    """The other sweep that this server trains, which trains one at a time; None for none."""
    work = the_sweep_work()
    return work.path if work.path and work.path != folder and work.trains(work.path) else None
