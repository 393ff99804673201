"""How long an epoch takes, measured before any trial is trained."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from quick_pace import measure_quickly
from tiny_sweep import BASE

from dgviz.methods.catalogue import METHODS
from dgviz.settings import Settings
from dgviz.sweeps import pace
from dgviz.sweeps.cost import Group, Left, Paces, Speed, estimate, unmeasured
from dgviz.sweeps.engine import BackendError
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.together import grouped

PROCESSES = pace._processes

pytestmark = pytest.mark.usefixtures("on_tiny")


@pytest.fixture(autouse=True)
def groups(monkeypatch: pytest.MonkeyPatch) -> list[list[Settings]]:
    """A measurement takes no time; the trials of each that are trained together."""
    found: list[list[Settings]] = []
    measured = pace._seconds

    def watched(trials: list[Settings], meeting: pace._Meeting) -> tuple[float, float]:
        found.append(trials)
        return measured(trials, meeting)

    monkeypatch.setattr(pace, "_seconds", watched)
    measure_quickly(monkeypatch)
    return found


def left(grid: Grid, jobs: int, *, alone: bool = False) -> list[Group]:
    return grouped(grid, Left.all_of(grid), accelerator=False, jobs=jobs, alone=alone)


def speeds_of(grid: Grid, *paces: Paces, jobs: int) -> list[Speed]:
    return unmeasured(left(grid, jobs), paces, accelerator=False)


def test_each_speed_is_measured_as_the_sweep_would_train_it(groups: list[list[Settings]]) -> None:
    axes = {"beta": (0.01, 0.1, 1), "hidden": (8, 128), "learning_rate": (0.001, 1.0)}
    grid = Grid(BASE, axes, seeds=2)
    speeds = speeds_of(grid, jobs=2)
    shares: list[float] = []
    paces = pace.measure(grid, speeds, jobs=2, alone=False, report=shares.append)
    assert shares == [0.5, 1.0]
    assert not speeds_of(grid, paces, jobs=2)
    known = estimate(left(grid, 2), [paces], jobs=2, accelerator=False)
    assert known and known.seconds > 0 and paces.seconds(speeds[0])[1]
    # Small networks are trained together, and large ones alone; two at once of each.
    small = [(8, 0.01, 0), (8, 0.1, 0), (8, 1.0, 0)]
    assert [[(one.hidden, one.beta, one.seed) for one in group] for group in groups] == [
        small,
        small,
        [(128, 0.01, 0)],
        [(128, 0.01, 0)],
    ]
    # There is only one group of a single value.
    pace.measure(Grid(BASE, {"beta": (0.01, 0.1)}), speeds[:1], jobs=1, alone=False)
    assert [len(group) for group in groups[4:]] == [2]
    pace.measure(grid, speeds[:1], jobs=1, alone=True)
    assert [len(group) for group in groups[5:]] == [1]


def test_each_goes_on_until_all_have_come(tmp_path: Path) -> None:
    steps: list[int] = []
    first, second = (pace._Meeting(tmp_path, name, 2) for name in ("first", "second"))
    came = threading.Event()

    def work() -> Iterator[int]:
        for step in range(10**9):
            steps.append(step)
            if step == 3:
                came.set()
            yield step

    waiting = threading.Thread(target=first.of_all, args=("begun", work()))
    waiting.start()
    assert came.wait(20) and waiting.is_alive()
    second.of_all("begun", iter(()))
    waiting.join(20)
    assert not waiting.is_alive() and len(steps) > 3


def test_processes_measure_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In real ones, which read the real data and measure for a second."""
    monkeypatch.undo()
    grid = Grid(BASE, {"tau": (0.4, 0.5)})
    paces = pace.measure(grid, speeds_of(grid, jobs=2), jobs=2, alone=True)
    assert not unmeasured(left(grid, 2, alone=True), [paces], accelerator=False)


def test_a_lost_process_is_a_sentence() -> None:
    with (
        pytest.raises(BackendError, match=r"^A process of the measurement was lost, .*\.$"),
        PROCESSES(2) as each,
    ):
        list(each(os._exit, [1, 1]))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_measured(method: str) -> None:
    base = Settings.from_preset("classroom", method=method, batch_size=6, hidden=8, device="cpu")
    # It would diverge, and needs a teacher.
    grid = Grid(base.with_changes(learning_rate=1.0, distillation=0.5))
    paces = pace.measure(grid, speeds_of(grid, jobs=1), jobs=1, alone=False)
    assert not speeds_of(grid, paces, jobs=1)
