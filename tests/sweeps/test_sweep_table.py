"""The table of a sweep, for CSV and Parquet."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_up_sweep import BASE, finish, lay_out

from bench.made_up_trials import made_up, write_trial
from dgviz.sweeps.folder import SweepError
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import RESULT
from dgviz.sweeps.table import as_csv, as_parquet, table

GRID = Grid(BASE, {"hidden": (8, 16), "tau": (0.3, 0.5)}, seeds=2)


def test_counts_are_whole_numbers_also_beside_missing_ones(tmp_path: Path) -> None:
    sweep = lay_out(tmp_path / "sweep", GRID)
    trials, names = list(GRID.trials()), list(GRID.ids())
    finish(sweep.path, trials[0])
    finish(sweep.path, trials[1], diverged=True)
    finish(sweep.path, trials[2], stopped=1)
    write_trial(sweep.path, replace(made_up(trials[3]), seconds=0.1 + 0.2))
    (sweep.path / names[4]).mkdir()
    (sweep.path / finish(sweep.path, trials[5]) / RESULT).write_text('{"format": 1')
    frame = table(sweep, GRID)
    assert [*frame["epoch"].dropna()] == [3, 1, 3]
    assert [*frame["state"]][:7] == [
        *("done", "diverged", "stopped", "done", "begun", "damaged", "missing")
    ]
    counts = [name for name, kind in frame.dtypes.items() if kind == "Int64"]
    assert counts == [
        *("epoch", "together", "active_weights", "total_weights", "macs", "parameters"),
        *("dead_hidden_units", "pixels_in_use"),
    ]
    assert frame["seconds"].dtype == frame["test_accuracy"].dtype == "float64"
    first, second, _, fourth, *_ = as_csv(frame).splitlines()[1:]
    assert first.startswith(f"8,0.3,0,{names[0]},done,3,7.5,1,")
    assert second == f"8,0.5,0,{names[1]},diverged,,7.5,1" + "," * 9
    # Not 0.30000000000000004, as it is kept.
    assert ",done,3,0.3,1," in fourth
    assert pd.read_parquet(io.BytesIO(as_parquet(frame))).equals(frame)


def test_a_trial_whose_folder_may_not_be_read_was_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = lay_out(tmp_path / "sweep", GRID)
    trial = sweep.path / next(GRID.ids())
    trial.mkdir()
    stat = os.stat

    def refuse(path: Any, **options: Any) -> os.stat_result:
        # As the system does, but for the administrator.
        if Path(path).parent == trial:
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", refuse)
    assert table(sweep, GRID)["state"][0] == "begun"
    (sweep.path / "sweep.json").unlink()
    (sweep.path / "thesis.txt").touch()
    with pytest.raises(SweepError, match="is not the folder of a sweep"):
        sweep.check_unused()
