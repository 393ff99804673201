"""The results of a sweep as a table: a row for each trial, for CSV and Parquet."""

from __future__ import annotations

from io import BytesIO

import pandas as pd

from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import COUNTS, has_file

FIGURES = ("validation_accuracy", "test_accuracy", "active_ratio", *COUNTS)
"""The figures of a row, after the last epoch."""

_TYPES = {
    "epoch": "Int64",
    "seconds": "float64",
    "together": "Int64",
    **{figure: "Int64" if figure in COUNTS else "float64" for figure in FIGURES},
}
"""The columns that may have missing values. `Int64` has missing values among whole numbers."""


def table(sweep: SweepFolder, grid: Grid) -> pd.DataFrame:
    """A row for each trial of the grid, in the order in which they are begun.

    Its columns are the axes, "seed", "trial" (the folder's name), "state" ("done", "stopped" early,
    "diverged", "begun", "damaged", whose result cannot be trusted, or "missing"), "epoch" (the last
    one, after which the figures were measured), "seconds" and "together" as in `TrialResult`, and
    `FIGURES`, missing where they are not known. Accuracies and ratios are fractions; "epoch",
    "together" and counts are whole numbers of pandas' type `Int64`.
    """
    begun = sweep.begun()
    rows = []
    for name, (settings, result) in zip(grid.ids(), sweep.results(grid), strict=True):
        state, epoch = "missing", None
        if result is None and name in begun:
            state = "damaged" if has_file(sweep.path / name) else "begun"
        if result is not None:
            state = "diverged" if result.diverged else "stopped" if result.stopped else "done"
            epoch = None if result.diverged else result.stopped or settings.epochs
        rows.append(
            {
                **{axis: settings[axis] for axis in grid.axes},
                "seed": settings.seed,
                "trial": name,
                "state": state,
                "epoch": epoch,
                "seconds": result and result.seconds,
                "together": result and result.together,
                **{figure: result and result.figures.get(figure) for figure in FIGURES},
            }
        )
    frame = pd.DataFrame(rows, columns=[*grid.axes, "seed", "trial", "state", *_TYPES])
    return frame.astype(_TYPES)


def as_csv(frame: pd.DataFrame) -> str:
    """The table with all digits but those of seconds, and empty cells where nothing is known."""
    written = frame.assign(seconds=frame["seconds"].round(2))
    text: str = written.to_csv(index=False, lineterminator="\n")
    return text


def as_parquet(frame: pd.DataFrame) -> bytes:
    file = BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()
