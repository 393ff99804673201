"""Which trials are trained together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dgviz.settings import Settings
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.together import groups
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
