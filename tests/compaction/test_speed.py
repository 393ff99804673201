"""Measured times of inference: turns, the check before them, the choice, the file and the words.

No speed is asserted, because it is not a property of the code.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_times import full_measurement, measured, timed
from synthetic_run import write_run

from dgviz.compaction.executors.executor import EXECUTORS
from dgviz.compaction.recipe import Recipe
from dgviz.compaction.speed import other_work
from dgviz.compaction.speed.checking import WrongLogits, check
from dgviz.compaction.speed.choice import choose
from dgviz.compaction.speed.measurement import Measurement
from dgviz.compaction.speed.measurement_file import read, save
from dgviz.compaction.speed.slow_dense import compared
from dgviz.compaction.speed.text import (
    advice,
    circumstances,
    disturbance,
    network,
    rows,
    setting_text,
    slow_dense,
    time_text,
    where_sparse_wins,
)
from dgviz.compaction.speed.timing import timings, turns
from dgviz.runs.contents import Unreadable
from dgviz.runs.layout import SPEED
from dgviz.runs.record import Record

DENSE, INKED = "dense", "inked"
ONE = {
    DENSE: 17e-6,
    INKED: 3.4e-6,
    "compact": 14e-6,
    "compact-inked": 3.0e-6,
    "csc-inked": 3.5e-6,
    "csr-tiles": 23e-6,
}
MANY = {
    DENSE: 4.3e-3,
    INKED: 2.3e-3,
    "compact": 2.7e-3,
    "compact-inked": 2.2e-3,
    "csc-inked": 2.4e-3,
    "csr-tiles": 0.6e-3,
}
GOOD = measured(*timed(ONE), *timed(MANY, 1000, 2))


def told(times: dict[str, float]) -> str:
    return advice(measured(*timed(times)), 1, 1)


def test_executors_take_turns_in_alternating_order() -> None:
    called: list[str] = []
    images = [np.zeros((2, 3), np.float32)] * 2

    def executor(name: str) -> Any:
        return lambda images: called.append(name)

    reports: list[None] = []
    found = turns(
        {name: executor(name) for name in "abc"}, images, 3, 1e-9, lambda: reports.append(None)
    )
    assert {name: len(times) for name, times in found.items()} == {"a": 3, "b": 3, "c": 3}
    assert len(reports) == 12
    # A turn has three calls at least, after one that does not count.
    assert [called[i] for i in range(0, len(called), 4)] == list("cbaabccbaabc")


def test_ratios_compare_times_of_the_same_round() -> None:
    found = timings({"dense": [2.0, 20.0, 4.0], "compact": [1.0, 10.0, 2.0]}, 32, 2)
    assert [one.executor for one in found] == ["dense", "compact"]
    assert (found[1].seconds, found[1].low, found[1].high) == (2.0, 1.5, 6.0)
    assert (found[1].speedup_low, found[1].speedup, found[1].speedup_high) == (2.0, 2.0, 2.0)


def test_wrong_logits_are_refused() -> None:
    images = [np.ones((2, 3), np.float32), np.ones((1, 3), np.float32)]
    expected = np.full((3, 3), 5.0)

    def times(factor: float) -> Any:
        return lambda images: images * np.float32(factor)

    assert check(times(5), images, expected) == 0
    for factor in (5.001, np.nan):
        with pytest.raises(WrongLogits, match=r"In batches of 2 images its logits differ"):
            check(times(factor), images, expected)
    with pytest.raises(WrongLogits, match=r"shape \(3, 2\), not \(3, 3\)"):
        check(lambda images: images[:, :2], images, expected)


def test_the_fastest_form_is_taken() -> None:
    one, many = choose(timed(ONE)), choose(timed(MANY))
    assert (one.taken.executor, many.taken.executor) == ("compact-inked", "csr-tiles")
    assert one.pruning_pays and many.pruning_pays
    assert not one.sparse_wins and many.sparse_wins
    assert many.unpruned.executor == INKED


def test_the_choice_is_never_slower_than_dense() -> None:
    slower = choose(timed({DENSE: 1.0, "masked": 1.1, "compact": 1.2, "csr-torch": 3.0}))
    assert slower.taken.executor == DENSE and not slower.pruning_pays and not slower.sparse_wins
    # A lead within the noise is none.
    noisy = choose(timed({DENSE: 1.0, "compact": 0.9}, spread=0.2))
    assert noisy.taken.executor == DENSE
    assert "no other form is faster beyond noise" in told({DENSE: 1.0})


def test_the_advice_tells_pruning_from_the_program() -> None:
    assert told(ONE) == (
        "Take compact inked columns, numba: 3.00 µs, 5.67× as fast as dense PyTorch. Without "
        "pruning, the fastest program is inked columns, numba, 3.40 µs: pruning makes it 1.13× as "
        "fast."
    )
    without = told({DENSE: 17e-6, INKED: 3.0e-6, "csc-inked": 5e-6})
    assert "Take inked columns, numba: 3.00 µs" in without
    assert "Pruning brings no speed" in without
    assert "All of it comes from pruning." in told({DENSE: 4e-3, "csr-torch": 1e-3})


def test_a_gain_that_the_next_measurement_may_reverse_is_none() -> None:
    # The quartiles are apart, but by no more than two measurements differ.
    near = {DENSE: 17e-6, INKED: 3.06e-6, "compact-inked": 3e-6}
    assert not choose(timed(near, spread=0.001)).pruning_pays
    text = advice(measured(*timed(near, spread=0.001)), 1, 1)
    assert "Pruning brings no speed beyond noise: without it, inked columns" in text


def test_threads_that_slow_dense_down_make_nothing_else_fast() -> None:
    slow = {DENSE: 16e-3, "compact-inked": 83.5e-6}
    found = measured(*timed({DENSE: 174e-6, "compact-inked": 90e-6}, 32), *timed(slow, 32, 2))
    dense, compact = compared(found, 32, 2)
    assert compact.speedup == pytest.approx(174 / 83.5)
    assert compact.speedup_low == pytest.approx(174 * 0.98 / (83.5 * 1.02))
    assert dense.speedup < dense.speedup_high < 0.02
    assert advice(found, 32, 2).startswith(
        "Take compact inked columns, numba: 83.5 µs, 2.08× as fast as dense PyTorch with 1 thread."
    )
    (sentence,) = slow_dense(found, 32, 2)
    assert "takes 16.0 ms with 2 threads, but 174 µs with 1 thread." in sentence
    assert sentence.endswith("with 1 thread, and are uncertain.")
    # With one thread, or if more threads are faster or as fast, nothing changes.
    assert slow_dense(found, 32, 1) == [] and compared(found, 32, 1) == found.of(32, 1)
    good = measured(*timed(ONE), *timed(ONE, threads=2))
    assert slow_dense(good, 1, 2) == [] and compared(good, 1, 2) == good.of(1, 2)
    no_better = measured(*timed({DENSE: 1e-3}, 32), *timed({DENSE: 2e-3, "compact": 1.5e-3}, 32, 2))
    assert advice(no_better, 32, 2).startswith("Take dense PyTorch with 1 thread: no other form")


def test_rows_and_sentences() -> None:
    assert rows(timed(MANY))[-1] == (
        "CSR in tiles, numba",
        "600 µs",
        "7.17×",
        "7.02× to 7.31×",
    )
    assert [time_text(s) for s in (3e-6, 0.99e-6, 12.34e-3, 1.5)] == [
        "3.00 µs",
        "0.99 µs",
        "12.3 ms",
        "1.50 s",
    ]
    assert setting_text(1, 1) == "One image at a time, 1 thread"
    assert setting_text(1000, 2) == "Batches of 1,000 images, 2 threads"
    assert where_sparse_wins(GOOD) == (
        "There are two ways to compute the pruned network: as smaller matrices, in which closed "
        "connections are zeros, or from its open connections alone, which are 4.03% of all. The "
        "second way is faster than all matrices for batches of 1,000 on 2 threads, but not for "
        "single images on 1 thread."
    )
    mixed = measured(*timed(MANY, 1000), *timed(ONE, 1000, 2), *timed(ONE))
    assert where_sparse_wins(mixed).endswith(
        "for batches of 1,000 on 1 thread, but not for batches of 1,000 on 2 threads and single "
        "images on 1 thread."
    )
    both = measured(*timed(ONE), *timed(ONE, threads=2), *timed(MANY, 1000))
    assert where_sparse_wins(both).endswith("but not for single images on 1 and 2 threads.")
    assert where_sparse_wins(measured(*timed(MANY, 1000))).endswith("in every measured case.")
    assert where_sparse_wins(measured(*timed(ONE))).endswith("in no measured case.")
    empty = measured(*timed(ONE), pruned_connections=0)
    assert where_sparse_wins(empty) == "No connection is left to compute."


def test_the_newest_measurement_of_each_recipe_is_kept(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    record = Record(folder)
    assert read(record) is None
    harder = replace(GOOD, recipe=Recipe(tau=0.6, fan_in="mean", epochs=3))
    for saved in (harder, GOOD, replace(GOOD, rounds=1)):
        save(saved, folder)
        assert read(record, saved.recipe) == saved
    assert read(record, harder.recipe) == harder
    assert read(record, Recipe(tau=0.6)) is None
    # Training went on: what was measured before is of another network.
    save(replace(harder, step=30), folder)
    assert read(record) is None
    assert "After training" not in network(GOOD)
    assert network(harder).endswith(f"pruned. After training: {harder.recipe.title}.")


def test_a_short_measurement_is_part_of_a_full_one() -> None:
    short = measured(*timed(ONE))
    assert short.is_part_of(GOOD) and replace(GOOD, rounds=1).is_part_of(GOOD)
    for other in (
        GOOD,
        replace(short, rounds=30),
        measured(*timed(ONE, 32)),
        replace(short, step=30),
        replace(short, hardware={**GOOD.hardware, "cpu": "another CPU"}),
    ):
        assert not other.is_part_of(GOOD)


def test_the_oldest_measurements_are_dropped_when_there_are_many(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    recipes = [Recipe(tau=tau) for tau in (0.3, 0.4, 0.5, 0.6)]

    def save_all(recipes: list[Recipe], rounds: int) -> None:
        for recipe in recipes:
            save(full_measurement(recipe=recipe, rounds=rounds), folder)

    def rounds() -> list[int | None]:
        found = [read(Record(folder), recipe) for recipe in recipes]
        return [one and one.rounds for one in found]

    save_all(recipes, 7)
    assert rounds() == [None, 7, 7, 7]
    # Measured again, one takes the room of the older one of its recipe.
    save_all(recipes[1:3], 8)
    assert rounds() == [None, 8, 8, 7]


def test_a_file_of_an_earlier_version_has_one_measurement(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    content = GOOD.as_dict()
    # The first ones had no recipe, because nothing was done.
    del content["recipe"]
    (folder / SPEED).write_text(json.dumps(content))
    assert read(Record(folder)) == GOOD
    save(replace(GOOD, recipe=Recipe(tau=0.6)), folder)
    assert read(Record(folder)) == GOOD
    (folder / SPEED).write_text(json.dumps({**content, "recipe": {"epochs": 99}}))
    with pytest.raises(Unreadable, match=r"must be a recipe\. finetune must be a whole number"):
        read(Record(folder))
    # A damaged file is no reason to measure in vain.
    save(GOOD, folder)
    assert read(Record(folder)) == GOOD


def test_the_work_of_other_processes_is_kept_and_told(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    for cores, sentences in ((None, 0), (0.1, 0), (1.04, 1)):
        one = replace(GOOD, other_work=cores)
        save(one, folder)
        assert read(Record(folder)) == one
        assert len(disturbance(one)) == sentences
    assert disturbance(one)[0].startswith("Other processes kept 1.0 of ")
    assert disturbance(one)[0] in circumstances(one)


def test_the_work_of_this_process_is_not_that_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of two cores, this process uses one, and others half of one; an idle core is no work.
    readings = iter([(100.0, 40.0, 7.0), (110.0, 55.0, 17.0)])
    monkeypatch.setattr(other_work, "_read", lambda: other_work._Reading(*next(readings)))
    assert other_work.OtherWork().cores() == 0.5
    monkeypatch.undo()
    before = other_work._read()
    sum(range(100_000))
    after = other_work._read()
    assert after.own > before.own and after.machine >= before.machine


@pytest.mark.parametrize(
    "wrong",
    [
        measured(*timed(ONE), differences={"dense": 0.0}),
        measured(*timed({"compact": 1.0, "dense": 1.0})[:1]),
        measured(*timed(ONE), excluded={"unknown": ""}),
        measured(*timed(ONE), connections=10),
        measured(*[replace(one, low=one.high) for one in timed(ONE)]),
        measured(*timed(ONE), *timed(MANY, 1000)[:1]),
    ],
)
def test_contradicting_figures_are_refused(tmp_path: Path, wrong: Measurement) -> None:
    folder = write_run(tmp_path)
    (folder / SPEED).write_text(json.dumps({"measurements": [wrong.as_dict()]}))
    with pytest.raises(Unreadable, match=r"speed\.json cannot be used"):
        read(Record(folder))


def test_the_made_up_times_are_of_executors_that_exist() -> None:
    assert {*ONE, *MANY} <= EXECUTORS.keys()
