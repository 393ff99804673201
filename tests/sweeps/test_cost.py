"""How long a trial takes, from what was measured."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from made_up_sweep import finish, lay_out

from dgviz.settings import Settings
from dgviz.sweeps.cost import are_alike, epoch_seconds, trial_seconds
from dgviz.sweeps.grid import Grid

BASE = Settings.from_preset("classroom", epochs=9, hidden=256, threads=1)


def a_run(seconds: float, **changes: Any) -> Any:
    """A finished run of 10 epochs."""
    settings = BASE.with_changes(epochs=10, **changes)
    return SimpleNamespace(settings=settings, phase="finished", seconds=seconds, epochs=10)


def test_a_trial_that_was_stopped_early_counts_with_the_epochs_that_it_has_trained(
    tmp_path: Path,
) -> None:
    grid = Grid(BASE, {"beta": (0.01, 0.1)})
    sweep = lay_out(tmp_path / "sweep", grid)
    for trial in grid.trials():
        finish(sweep.path, trial, stopped=1)
    # 2.5 s an epoch.
    assert trial_seconds(epoch_seconds(sweep), grid, ()) == 22.5


@pytest.mark.parametrize(
    ("axes", "seconds"),
    [
        ({"beta": (0.01, 0.1)}, 9.0),
        ({"epochs": (2, 4)}, 3.0),
        # What the base says of an axis means nothing.
        ({"hidden": (1024, 2048)}, None),
        ({"hidden": (256, 1024)}, None),
        ({"hidden": (128, 512)}, 27.0),
        ({"hidden": tuple(range(1, 2000)), "batch_size": (10, 20)}, None),
    ],
)
def test_runs_that_are_alike_for_every_value_of_an_axis(
    axes: dict[str, tuple[Any, ...]], seconds: float | None
) -> None:
    records = [a_run(10), a_run(20, hidden=128), a_run(40, hidden=512), a_run(99, batch_size=7)]
    assert trial_seconds([], Grid(BASE, axes), records) == seconds


def test_sweeps_are_alike_if_they_have_the_same_values_of_what_takes_time() -> None:
    grid = Grid(BASE, {"hidden": (512, 1024), "beta": (0.1, 1.0)})
    assert are_alike(grid, Grid(BASE.with_changes(hidden=7), {"hidden": (1024, 512)}))
    assert not are_alike(grid, Grid(BASE, {"beta": (0.1, 1.0)}))
    assert not are_alike(Grid(BASE, {"beta": (0.1,)}), Grid(BASE, {"hidden": (512, 1024)}))
