"""How long a sweep takes, from what was measured."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from made_up_sweep import finish, lay_out

from bench.made_up_trials import made_up
from dgviz.runs.card import Session
from dgviz.settings import Settings
from dgviz.sweeps import cost
from dgviz.sweeps.cost import (
    Estimate,
    Group,
    Left,
    Paces,
    TimeLeft,
    estimate,
    kind_of,
    kinds,
    known_when,
    left_of,
    time_of,
    training_seconds,
    trial_seconds,
)
from dgviz.sweeps.folder import in_shard, shard
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.result import TrialResult
from dgviz.sweeps.watch import Watch
from dgviz.training import machine

BASE = Settings.from_preset("classroom", epochs=9, hidden=256, threads=1)
WIDTHS = Grid(BASE, {"hidden": (64, 512), "beta": (0.01, 0.1)})


def a_run(seconds: float, **changes: Any) -> Any:
    """A finished run of 10 epochs."""
    return SimpleNamespace(
        settings=BASE.with_changes(epochs=10, **changes),
        phase="finished",
        seconds=seconds,
        epochs=10,
        figures={},
        steps_per_epoch=1,
        sessions=(Session(hardware=machine.hardware("cpu", 1)),),
    )


def a_trial(seconds: float, **changes: Any) -> TrialResult:
    return replace(made_up(BASE.with_changes(**changes)), seconds=seconds)


def test_a_trial_that_was_stopped_early_counts_with_the_epochs_that_it_has_trained() -> None:
    result = made_up(BASE, stopped=1)
    # 2.5 s an epoch.
    assert training_seconds(kinds(Grid(BASE)), Paces.of_trials([result])) == 22.5


@pytest.mark.parametrize(
    ("axes", "seconds"),
    [
        ({"beta": (0.01, 0.1)}, 2 * 9.0),
        ({"epochs": (2, 4)}, 2.0 + 4.0),
        # What the base says of an axis means nothing.
        ({"hidden": (1024, 2048)}, None),
        ({"hidden": (256, 1024)}, None),
        ({"hidden": (128, 512), "beta": (0.01, 0.1)}, 2 * 9 * (2.0 + 4.0)),
        ({"hidden": tuple(range(1, 2000)), "batch_size": (10, 20, 30, 40, 50, 60)}, None),
    ],
)
def test_each_kind_of_network_needs_one_that_was_measured(
    axes: dict[str, tuple[Any, ...]], seconds: float | None
) -> None:
    runs = [a_run(10), a_run(20, hidden=128), a_run(40, hidden=512), a_run(99, batch_size=7)]
    assert training_seconds(kinds(Grid(BASE, axes)), Paces.of_runs(runs)) == seconds


def test_the_kinds_of_a_shard_are_counted() -> None:
    grid = Grid(BASE, {"beta": (0.01, 0.1), "hidden": (4, 8, 16), "epochs": (2, 3)}, seeds=2)
    for number in (1, 2, 3):
        chosen = in_shard(grid, (number, 3))
        assert chosen
        trials = [one for one in grid.trials() if shard(trial_id(one), number, 3)]
        assert 0 < len(trials) == sum(chosen) < len(grid)
        assert kinds(grid, chosen) == Counter(map(kind_of, trials))
    assert in_shard(grid, (1, 1)) is None


def test_the_latest_of_very_many_count() -> None:
    runs = [a_run(10)] * cost._LATEST + [a_run(20)] * 2 * cost._LATEST
    trials = [a_trial(18)] * 2 * cost._LATEST + [a_trial(9)] * cost._LATEST
    one = kinds(Grid(BASE))
    assert training_seconds(one, Paces.of_runs(runs)) == 9
    assert training_seconds(one, Paces.of_trials(trials)) == 9


def test_runs_of_another_machine_say_nothing() -> None:
    run = a_run(10)
    run.sessions = (Session(hardware={"cpu": "a CPU", "cores": 3, "threads": 1}),)
    assert Paces.of_runs([run]).seconds(LARGE.speed) == (None, None)


def test_a_thread_may_ask_while_another_one_adds() -> None:
    paces = Paces.of_trials([a_trial(9)] * 2)
    # The first one that was measured has been seen, and the next ones have not.
    shares = paces._shares(LARGE.speed, 0.0, False)
    next(shares)
    paces.add(a_trial(18))
    assert [one.epoch for one, _ in shares] == [1.0]
    assert paces.seconds(LARGE.speed)[0] == 1.0


def test_what_trials_take_besides_depends_on_whether_they_are_trained_together() -> None:
    alone = replace(a_trial(9), besides=3.0)
    grouped = [replace(a_trial(0.9), besides=0.1, together=16)] * 32
    paces = [Paces.of_trials([alone, *grouped])]
    assert trial_seconds(LARGE, paces, 1) == 9 + 3.0
    assert trial_seconds(LARGE, paces, 16) == pytest.approx(0.9 + 0.1)


def test_trials_of_a_sweep_count_before_other_runs() -> None:
    runs, trials = Paces.of_runs([a_run(10), a_run(40, hidden=512)]), Paces()
    trials.add(a_trial(18))
    left = kinds(Grid(BASE, {"hidden": (256, 512)}))
    assert training_seconds(left, trials, runs) == 18 + 36


def test_the_time_of_a_sweep_is_not_known_while_only_small_networks_are_done(
    tmp_path: Path,
) -> None:
    sweep = lay_out(tmp_path / "sweep", WIDTHS)
    small, _, large, _ = WIDTHS.trials()
    watch = Watch(sweep.path)
    finish(sweep.path, small)
    watch.look()
    left = watch.left(halving=True).whole
    assert left.total() == 3 and training_seconds(left, watch.paces) is None
    assert known_when(WIDTHS) == "a trial with each value of hidden units is done"
    finish(sweep.path, large)
    again = Watch(sweep.path)
    again.look()
    left = again.left(halving=True).whole
    # 2.5 s an epoch.
    assert training_seconds(left, again.paces) == 2 * 22.5


def test_the_time_that_is_left_follows_the_time_that_was_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(cost.time, "monotonic", lambda: now)
    time_left = TimeLeft(list(WIDTHS.trials()), expected=90)
    now += 30.0
    assert time_left.seconds() == 60
    now -= 30.0
    # The workers take 50 s to start. Two trials are trained at once.
    now += 60.0
    time_left.ended(a_trial(10, hidden=64, beta=0.01))
    assert time_left.seconds() is None
    time_left.ended(a_trial(10, hidden=64, beta=0.1))
    now += 40.0
    time_left.ended(a_trial(40, hidden=512, beta=0.01))
    # 60 s of training in 50 s, and 40 s of training are left.
    assert time_left.seconds() == pytest.approx(50 * 40 / 60)
    # It goes down with the clock, until it takes longer than was expected.
    now += 20.0
    assert time_left.seconds() == pytest.approx(50 * 40 / 60 - 20)
    now += 20.0
    assert time_left.seconds() is None
    time_left.ended(a_trial(40, hidden=512, beta=0.1))
    assert time_left.seconds() is None


def test_after_a_pause_a_trial_counts_with_the_epochs_that_it_still_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(cost.time, "monotonic", lambda: now)
    first, second = a_trial(30), a_trial(30, seed=1)
    time_left = TimeLeft([first.settings, second.settings], reached={first.id: 6.0})
    # Three of its nine epochs, after 20 s in which the workers started.
    now += 30.0
    time_left.ended(first)
    assert time_left.seconds() == pytest.approx(30.0)


def test_until_trials_of_a_kind_are_done_what_was_known_before_counts() -> None:
    time_left = TimeLeft(list(WIDTHS.trials()), [Paces.of_trials([a_trial(40, hidden=512)])])
    time_left.ended(a_trial(10, hidden=64, beta=0.01))
    assert time_left.seconds() is not None


SMALL = kind_of(BASE.with_changes(hidden=16))
LARGE = kind_of(BASE)


def test_groups_are_trained_at_once_and_not_trials() -> None:
    # 0.5 s an epoch and 1 s besides, as a share of 8 trials.
    paces = Paces.of_trials([replace(a_trial(4.5, hidden=16), together=8, besides=1.0)])
    known = estimate([Group(SMALL, 2, 16)], [paces], jobs=4, accelerator=False)
    assert known == Estimate(seconds=8 * 5.5, each=5.5, at_once=2, groups=2, trials=16)
    # A process begins the next group when it has ended one.
    known = estimate([Group(SMALL, 3, 24)], [paces], jobs=2, accelerator=False)
    assert known and known.seconds == 2 * 8 * 5.5
    # What trials had trained before a pause is not trained again: 36 of 216 epochs.
    known = estimate([Group(SMALL, 3, 24)], [paces], jobs=2, accelerator=False, reached=36.0)
    assert known and known.seconds == pytest.approx(2 * 8 * 5.5 * 5 / 6)
    # A run says little of groups; on an accelerator, a group takes hardly longer than it.
    runs = Paces.of_runs([a_run(20, hidden=16)])
    assert estimate([Group(SMALL, 1, 100)], [runs], jobs=2, accelerator=False) is None
    known = estimate([Group(SMALL, 1, 100)], [runs], jobs=2, accelerator=True)
    assert known and known.seconds == pytest.approx(9 * 2.0) and known.at_once == 1


def test_what_was_trained_together_tells_the_most_that_it_takes_alone_and_the_reverse() -> None:
    groups = Paces.of_trials([replace(a_trial(4.5, hidden=16), together=8, besides=1.0)])
    runs = Paces.of_runs([a_run(20, hidden=16)])
    for group, paces, seconds in (
        # As long as its group: 8 times its share of the training and of the rest.
        (Group(SMALL, 1, 1), groups, 8 * 5.5),
        (Group(SMALL, 1, 8), runs, 8 * 9 * 2.0),
    ):
        assert estimate([group], [paces], jobs=1, accelerator=False) is None
        known = estimate([group], [paces], jobs=1, accelerator=False, at_most=True)
        assert known and known.seconds == seconds
    # What is known exactly counts, wherever it stands.
    known = estimate([Group(SMALL, 1, 1)], [groups, runs], jobs=1, accelerator=False, at_most=True)
    assert known and known.each == 9 * 2.0


def test_the_longest_group_and_very_many_groups() -> None:
    paces = Paces.of_runs([a_run(10), a_run(10, hidden=16)])
    groups = [Group(SMALL, 1, 1), Group(LARGE._replace(epochs=90), 1, 1)]
    known = estimate(groups, [paces], jobs=2, accelerator=False)
    assert known and known.seconds == 90 and known.each == (9 + 90) / 2
    many = cost._MOST_IN_TURN + 1
    known = estimate([Group(LARGE, many, many)], [paces], jobs=2, accelerator=False)
    assert known and known.seconds == many * 9 / 2
    assert estimate([], [paces], jobs=2, accelerator=False) is None


def test_a_trial_that_goes_on_needs_the_rest_of_its_epochs() -> None:
    trials = kinds(Grid(BASE, seeds=3))
    results = [made_up(BASE, stopped=3), made_up(BASE.with_changes(seed=1))]
    assert left_of(trials, results, halving=True) == ({LARGE: 1}, {})
    assert left_of(trials, results, halving=False) == ({LARGE: 1}, {LARGE._replace(epochs=6): 1})
    assert Left.all_of(Grid(BASE, seeds=3)) == ({LARGE: 3}, {})


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (Estimate(90, 10, 2, 18, 18), "1 min 30 s, trained 2 at a time"),
        (Estimate(90, 10, 2, 3, 18), "1 min 30 s, trained in groups, 2 at a time"),
        (Estimate(90, 10, 1, 1, 18), "1 min 30 s, trained together"),
        (Estimate(90, 10, 1, 3, 18), "1 min 30 s, trained in groups, one after another"),
        (Estimate(90, 10, 1, 18, 18), "1 min 30 s, trained one after another"),
        (Estimate(90, 10, 1, 1, 1), "1 min 30 s"),
    ],
)
def test_the_time_in_words(cost: Estimate, text: str) -> None:
    assert time_of(cost) == text


def test_trials_that_diverge_say_nothing_of_the_time() -> None:
    time_left = TimeLeft([BASE, BASE.with_changes(seed=1)])
    time_left.ended(made_up(BASE, diverged=True))
    assert time_left.seconds() is None
