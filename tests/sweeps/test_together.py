"""Which trials are trained together."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgviz.settings import Settings
from dgviz.sweeps.cost import Group, Left, kind_of, kinds
from dgviz.sweeps.folder import shard
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.together import Begun, grouped, groups, still_to_do
from dgviz.training.alike import in_common

BASE = Settings.from_preset("classroom", hidden=16, device="cpu")


def waiting(grid: Grid) -> dict[str, Settings]:
    return {trial_id(settings): settings for settings in grid.trials()}


@given(
    st.integers(1, 40),
    st.sampled_from([(1,), (8, 200), (4, 16, 64, 256)]),
    st.integers(1, 3),
    st.booleans(),
    st.integers(1, 8),
)
def test_each_trial_is_in_one_group_with_others_like_it(
    betas: int, hidden: tuple[int, ...], seeds: int, accelerator: bool, jobs: int
) -> None:
    axes = {"beta": tuple(0.01 * (i + 1) for i in range(betas)), "hidden": hidden}
    trials = waiting(Grid(BASE, axes, seeds))
    found = groups(trials, accelerator=accelerator, jobs=jobs)
    assert sorted(name for group in found for name in group) == sorted(trials)
    for group in found:
        assert len({in_common(trials[name]) for name in group}) == 1
        if not accelerator:
            assert len(group) == 1 or sum(trials[name].hidden for name in group) <= 256


@given(
    st.integers(1, 20),
    st.integers(1, 3),
    st.sampled_from([(16,), (8, 200), (4, 16, 64, 256)]),
    st.sampled_from([(0,), (0, 9), (9,)]),
    st.sampled_from([(3,), (2, 3)]),
    st.sampled_from([(0.01,), (0.01, 0.02)]),
    st.integers(1, 2),
    st.booleans(),
    st.integers(1, 8),
)
def test_the_number_of_groups_is_known_without_their_trials(
    betas: int,
    taus: int,
    hidden: tuple[int, ...],
    keep: tuple[int, ...],
    epochs: tuple[int, ...],
    rates: tuple[float, ...],
    seeds: int,
    accelerator: bool,
    jobs: int,
) -> None:
    axes = {
        "beta": tuple(0.01 * (i + 1) for i in range(betas)),
        "tau": tuple(0.1 * (i + 1) for i in range(taus)),
        "hidden": hidden,
        "dynamicgate.keep": keep,
        "epochs": epochs,
        "learning_rate": rates,
    }
    grid = Grid(BASE, axes, seeds)
    trials = waiting(grid)
    expected: Counter[object] = Counter(
        kind_of(trials[group[0]]) for group in groups(trials, accelerator=accelerator, jobs=jobs)
    )
    found: Counter[object] = Counter()
    for kind, number, _ in grouped(grid, Left.all_of(grid), accelerator=accelerator, jobs=jobs):
        found[kind] += number
    assert found == expected


def test_the_number_of_groups_of_what_is_left() -> None:
    grid = Grid(BASE, {"beta": tuple(0.01 * (i + 1) for i in range(16))}, seeds=4)
    [kind] = kinds(grid)
    rest = kind._replace(epochs=2)
    # Those of two seeds, and one that was stopped early.
    left = Left(Counter({kind: 32}), Counter({rest: 1}))
    found = grouped(grid, left, accelerator=False, jobs=2)
    assert found == [Group(kind, 2, 32), Group(rest, 1, 1)]
    assert grouped(grid, left, accelerator=False, jobs=2, alone=True)[0] == Group(kind, 32, 32)


def test_groups_that_are_left_are_as_large_as_when_the_training_has_begun() -> None:
    grid = Grid(BASE, {"beta": tuple(0.01 * (i + 1) for i in range(16))}, seeds=4)
    [kind] = kinds(grid)
    rest = kind._replace(epochs=2)

    def groups_left(begun: Begun, now: Grid, trials: int, stopped: int = 0) -> list[Group]:
        left = Left(Counter({kind: trials}), Counter({rest: stopped} if stopped else {}))
        return still_to_do(begun, now, left, accelerator=False, jobs=2, alone=False)

    # Four groups.
    begun = Begun(grid, Left.all_of(grid))
    assert groups_left(begun, grid, 64) == [Group(kind, 4, 64)]
    assert groups_left(begun, grid, 32, 1) == [Group(kind, 2, 32), Group(rest, 1, 1)]
    # Those that are trained at once end together. The last trial is one of a group too.
    assert groups_left(begun, grid, 5) == [Group(kind, 2, 32)]
    assert groups_left(begun, grid, 1) == [Group(kind, 1, 16)]
    # After a pause, two groups were left.
    again = Begun(grid, Left(Counter({kind: 32}), Counter()))
    assert groups_left(again, grid, 32) == [Group(kind, 2, 32)]
    # Trials that were added meanwhile are not trained.
    grown = Grid(BASE, grid.axes, seeds=8)
    assert groups_left(begun, grown, 64 + 32) == [Group(kind, 2, 32)]


@pytest.mark.parametrize("shards", [2, 8, 40])
def test_a_shard_has_a_part_of_each_group(shards: int) -> None:
    axes = {"beta": tuple(0.01 * (i + 1) for i in range(40)), "tau": (0.4, 0.5)}
    grid = Grid(BASE, axes, seeds=5)
    [kind] = kinds(grid)
    mine = {name: one for name, one in waiting(grid).items() if shard(name, 1, shards)}
    [group] = grouped(
        grid,
        Left(Counter({kind: len(mine)}), Counter()),
        accelerator=False,
        jobs=2,
        is_shard=True,
    )
    number = len(groups(mine, accelerator=False, jobs=2))
    # The trials of a shard are as good as random.
    assert group.trials == len(mine) and 0.7 <= group.number / number <= 1.5


def test_the_settings_of_each_speed_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = Grid(BASE, {"hidden": tuple(range(900, 950))})
    left = Left.all_of(grid)
    first = grouped(grid, left, accelerator=False, jobs=2)
    # For 10,000 speeds it takes half a second, and a page asks every two seconds.
    monkeypatch.setattr(Settings, "with_changes", None)
    assert grouped(grid, left, accelerator=False, jobs=2) == first


def test_all_jobs_have_as_much_to_do() -> None:
    grid = Grid(BASE, {"beta": tuple(0.01 * (i + 1) for i in range(10))})
    sizes = [len(group) for group in groups(waiting(grid), accelerator=False, jobs=4)]
    assert sizes == [3, 3, 2, 2]
    assert len(groups(waiting(grid), accelerator=True, jobs=4)) == 1
    # Of the groups of each seed, as many as there are jobs are trained at once.
    grid = Grid(BASE, {"beta": tuple(0.01 * (i + 1) for i in range(8))}, seeds=16)
    sizes = [len(group) for group in groups(waiting(grid), accelerator=False, jobs=16)]
    assert sizes == [8] * 16


def test_large_networks_are_trained_together_on_an_accelerator_only() -> None:
    grid = Grid(BASE.with_changes(hidden=256), {"tau": (0.4, 0.5)})
    assert len(groups(waiting(grid), accelerator=False, jobs=1)) == 2
    assert len(groups(waiting(grid), accelerator=True, jobs=2)) == 1
    for changes in ({"method": "dense"}, {"dynamicgate.keep": 9}, {"distillation": 0.5}):
        other = Grid(BASE.with_changes(**changes), {"learning_rate": (0.01, 0.1)})
        assert len(groups(waiting(other), accelerator=True, jobs=1)) == 2
