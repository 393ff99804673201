"""Fixtures of the tests of the Sweep page's script, which need no browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fresh import fresh
from made_up_sweep import BASE, GRID, finish, lay_out
from sweep_page import FORM, Started

from dgviz import environment
from dgviz.live import hub as hub_module
from dgviz.live import sweep_work
from dgviz.live.hub import the_hub
from dgviz.live.sweep_feed import the_watches
from dgviz.live.sweep_work import the_sweep_work
from dgviz.live.task import Tasks, the_speed_tests
from dgviz.runs.store import the_store
from dgviz.sweeps.bin import the_sweep_bin
from dgviz.sweeps.folder import folder_name
from dgviz.sweeps.grid import Grid
from dgviz.ui import components
from dgviz.ui.address import Query
from dgviz.ui.sweep.asking import the_known_paces, the_measured
from dgviz.ui.sweep.draft import grid_of
from dgviz.ui.sweep.draft_query import from_query


@pytest.fixture(autouse=True)
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """An empty runs directory; the sweeps that the page starts, with their jobs."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("DGVIZ_MAX_RUNS", "3")
    monkeypatch.setattr(environment, "cores", lambda: 2)
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    calls: Started = []
    monkeypatch.setattr(
        sweep_work.SweepWork,
        "start",
        lambda work, path, jobs, *, halving: calls.append((path, jobs, halving)),
    )
    monkeypatch.setattr(Tasks, "_serve", lambda tasks, name, task: None)
    caches: list[Any] = [the_store, the_hub, the_watches, the_sweep_work, the_sweep_bin]
    caches += [the_speed_tests, the_measured, the_known_paces]
    with fresh(*caches):
        yield calls


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The data of the cards, from each rerun."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(components, "sweep", lambda sides: sent.append(sides[0]))
    return sent


@pytest.fixture
def sweep() -> Path:
    """A sweep of the runs directory with two results, one of which diverged, and a begun trial."""
    folder = the_store().root / "sweeps" / "first"
    lay_out(folder)
    trials = list(GRID.trials())
    finish(folder, trials[0])
    finish(folder, trials[1], diverged=True)
    (folder / list(GRID.ids())[2]).mkdir()
    return folder


@pytest.fixture
def laid_out() -> Path:
    """The sweep of `FORM`, of whose ten trials all were stopped early."""
    grid, _ = grid_of(from_query(Query({name: [text] for name, text in FORM.items()}))[0])
    assert grid
    folder = the_store().root / "sweeps" / folder_name(grid)
    lay_out(folder, grid)
    for settings in grid.trials():
        finish(folder, settings, stopped=1)
    return folder


@pytest.fixture
def other(tmp_path: Path, sweep: Path) -> Path:
    """A sweep of other networks, elsewhere, one axis of which `sweep` has as well."""
    base = BASE.with_changes(epochs=5, hidden=16)
    lay_out(tmp_path / "other", Grid(base, {"beta": (0.1, 3.0), "learning_rate": (0.001,)}, 2))
    return tmp_path / "other"
