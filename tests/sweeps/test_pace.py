"""How long an epoch takes, measured before any trial is trained."""

from __future__ import annotations

import pytest
from tiny_sweep import BASE

from dgviz.methods.catalogue import METHODS
from dgviz.settings import Settings
from dgviz.sweeps import pace
from dgviz.sweeps.cost import kinds, training_seconds, unmeasured
from dgviz.sweeps.grid import Grid

pytestmark = pytest.mark.usefixtures("on_tiny")


@pytest.fixture(autouse=True)
def groups(monkeypatch: pytest.MonkeyPatch) -> list[list[Settings]]:
    """A measurement takes no time; the trials of each that are trained together."""
    found: list[list[Settings]] = []
    measured = pace._epoch_seconds

    def watched(trials: list[Settings]) -> float:
        found.append(trials)
        return measured(trials)

    monkeypatch.setattr(pace, "_WARM_UP_SECONDS", 0.0)
    monkeypatch.setattr(pace, "_SECONDS", 0.0)
    monkeypatch.setattr(pace, "_epoch_seconds", watched)
    return found


def test_each_speed_is_measured_as_the_sweep_would_train_it(groups: list[list[Settings]]) -> None:
    axes = {"beta": (0.01, 0.1, 1), "hidden": (8, 128), "learning_rate": (0.001, 1.0)}
    grid = Grid(BASE, axes, seeds=2)
    speeds = unmeasured(kinds(grid))
    shares: list[float] = []
    paces = pace.measure(grid, speeds, jobs=2, alone=False, report=shares.append)
    assert shares == [0.5, 1.0]
    assert not unmeasured(kinds(grid), paces)
    seconds = training_seconds(kinds(grid), paces)
    assert seconds is not None and seconds > 0
    # Small networks are trained together, and large ones alone.
    assert [[(one.hidden, one.beta, one.seed) for one in group] for group in groups] == [
        [(8, 0.01, 0), (8, 0.1, 0), (8, 1.0, 0)],
        [(128, 0.01, 0)],
    ]
    pace.measure(grid, speeds[:1], jobs=2, alone=True)
    assert len(groups[2]) == 1


@pytest.mark.parametrize("method", METHODS)
def test_every_method_can_be_measured(method: str) -> None:
    base = Settings.from_preset("classroom", method=method, batch_size=6, hidden=8, device="cpu")
    # It would diverge, and needs a teacher.
    grid = Grid(base.with_changes(learning_rate=1.0, distillation=0.5))
    paces = pace.measure(grid, unmeasured(kinds(grid)), jobs=1, alone=False)
    assert not unmeasured(kinds(grid), paces)
