"""What is known of the time of trials from other sweeps and from runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from made_up_sweep import lay_out

from bench.made_up_trials import made_up, write_trial
from dgviz.runs.store import Store
from dgviz.settings import Settings
from dgviz.sweeps import folder
from dgviz.sweeps.cost import Group, Paces, kind_of, kinds
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.known_paces import KnownPaces
from dgviz.sweeps.result import TrialResult

BASE = Settings.from_preset("classroom", epochs=2, hidden=256)
OTHER = Grid(BASE, {"beta": (0.01, 0.1)})
ONE = [Group(kind_of(BASE), 1, 1)]


@pytest.fixture
def known(tmp_path: Path) -> KnownPaces:
    (tmp_path / "sweeps").mkdir()
    return KnownPaces(Store(tmp_path))


def test_a_result_of_another_sweep_is_read_once(
    known: KnownPaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = lay_out(tmp_path / "sweeps" / "other", OTHER)
    assert known.cost(ONE, jobs=1, accelerator=False).estimate is None
    first, second = OTHER.trials()
    # Trained on another machine.
    write_trial(sweep.path, replace(made_up(first), machine="a CPU, 3 cores, 1 thread"))
    cost = known.cost(ONE, jobs=1, accelerator=False)
    assert cost.estimate is None and cost.unmeasured == [kind_of(BASE).speed]
    write_trial(sweep.path, replace(made_up(second), besides=1.0))
    read: list[Path] = []
    original = folder.read

    def watched(place: Path) -> TrialResult | None:
        read.append(place)
        return original(place)

    monkeypatch.setattr(folder, "read", watched)
    for _ in range(3):
        cost = known.cost(ONE, jobs=1, accelerator=False)
        assert cost.estimate and cost.estimate.seconds == 2 * 2.5 + 1.0 and not cost.is_brief
    assert len(read) == 1


def test_the_trials_of_a_sweep_count_first_and_a_short_measurement_last(
    known: KnownPaces, tmp_path: Path
) -> None:
    brief = Paces()
    brief.add_epoch(BASE, 9.0)
    cost = known.cost(ONE, jobs=1, accelerator=False, brief=[brief])
    assert cost.estimate and cost.estimate.seconds == 18.0 and cost.is_brief and not cost.is_most
    together = Paces()
    together.add_epoch(BASE, 3.0, together=4)
    cost = known.cost(ONE, jobs=1, accelerator=False, own=[together], brief=[brief])
    assert cost.estimate and cost.estimate.seconds == 18.0 and cost.is_brief and not cost.is_most
    cost = known.cost(ONE, jobs=1, accelerator=False, own=[together])
    assert cost.estimate and cost.estimate.seconds == 24.0 and cost.is_most and not cost.is_brief
    assert cost.unmeasured == [kind_of(BASE).speed]
    sweep = lay_out(tmp_path / "sweeps" / "other", OTHER)
    write_trial(sweep.path, made_up(next(OTHER.trials())))
    cost = known.cost(ONE, jobs=1, accelerator=False, brief=[brief])
    assert cost.estimate and cost.estimate.seconds == 5.0 and not cost.is_brief
    own = Paces()
    own.add_epoch(BASE, 1.0)
    cost = known.cost(ONE, jobs=1, accelerator=False, own=[own])
    # What it took besides is known from the other sweep only when that is read.
    assert cost.estimate and cost.estimate.seconds == 2.0


def test_results_of_every_size_are_read_and_later_ones_too(
    known: KnownPaces, tmp_path: Path
) -> None:
    axes = {"hidden": tuple(range(100, 116)), "beta": tuple(0.01 * (i + 1) for i in range(20))}
    grid = Grid(BASE, axes)
    sweep = lay_out(tmp_path / "sweeps" / "other", grid)
    trials = [*grid.trials()]
    groups = [Group(kind, 20, 20) for kind in kinds(grid)]
    for settings in trials[20:]:
        write_trial(sweep.path, made_up(settings))
    cost = known.cost(groups, jobs=1, accelerator=False)
    assert cost.unmeasured == [kind_of(trials[0]).speed]
    write_trial(sweep.path, made_up(trials[5]))
    cost = known.cost(groups, jobs=1, accelerator=False)
    assert cost.estimate and cost.estimate.seconds == 16 * 20 * 5.0
