"""Sweeps whose results are written and not trained."""

from __future__ import annotations

from pathlib import Path

from bench.made_up_trials import made_up, write_trial
from dgviz.runs.card import Card
from dgviz.runs.files import write_json
from dgviz.runs.layout import CARD, SETTINGS
from dgviz.settings import Settings
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid, trial_id

BASE = Settings.from_preset("classroom", epochs=3, hidden=8)
GRID = Grid(BASE, {"beta": (0.01, 0.1, 1.0), "tau": (0.3, 0.5)}, seeds=3)


def lay_out(folder: Path, grid: Grid = GRID) -> SweepFolder:
    sweep = SweepFolder(folder)
    sweep.extend(grid)
    return sweep


def begin(folder: Path, settings: Settings, *, epoch: float, phase: str = "interrupted") -> str:
    """Write a trial that has trained so many epochs and has no result; return the trial's id."""
    place = folder / trial_id(settings)
    place.mkdir()
    write_json(place / SETTINGS, settings.as_dict())
    write_json(place / CARD, Card(phase=phase, id=place.name, step=1, epoch=epoch).as_json())
    return place.name


def finish(folder: Path, settings: Settings, *, diverged: bool = False, stopped: int = 0) -> str:
    """Write the result of a trial; return the trial's id."""
    return write_trial(folder, made_up(settings, diverged=diverged, stopped=stopped))
