"""How the sweeps are named in the list: by their grid and its time, besides the folder."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from dgviz.formatting import counted
from dgviz.settings import KNOBS
from dgviz.sweeps.folder import GRID, SweepError, SweepFolder
from dgviz.sweeps.grid import Grid
from dgviz.ui.sweep import state
from dgviz.ui.words import time_text

_MOST = 1000
"""Sweeps whose grids are remembered."""


def title(folder: Path) -> str:
    """The name of a sweep's folder, when its grid was written last, and the values of its axes.

    The time comes first: the list cuts what is too long, and sweeps of the same values must differ.
    """
    name = folder.name if state.is_own(folder) else str(folder)
    try:
        about = (folder / GRID).stat()
    except OSError:
        return name
    values = _values(folder, about.st_mtime_ns, about.st_size)
    return " · ".join([name, time_text(datetime.fromtimestamp(about.st_mtime, UTC)), values])


@lru_cache(_MOST)
def _values(folder: Path, written: int, size: int) -> str:
    """Those of the axes; they are read again when the file has another time or size."""
    try:
        return values_text(SweepFolder(folder).grid())
    except SweepError:
        return f"{GRID} cannot be read"


def values_text(grid: Grid) -> str:
    """How many values each axis has, and the seeds: "β 6 × τ 5 values, 2 seeds"."""
    seeds = counted(grid.seeds, "seed")
    axes = [f"{KNOBS[name].short_name} {len(values):,}" for name, values in grid.axes.items()]
    return f"{' × '.join(axes)} values, {seeds}" if axes else seeds
