"""The table of a comparison."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from made_up_runs import made_up

from dgviz.comparison.exports import COLUMNS, seeds_text
from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import standings
from dgviz.comparison.table import Row, rows
from dgviz.runs.store import Store
from dgviz.ui.compare.table_text import label

PLAN = Plan(methods=("magnitude", "dense"), ratios=(0.3, 0.05), seeds=3, epochs=2, hidden=8)


def table(root: Path) -> list[Row]:
    return rows(standings(PLAN.runs(), Store(root).records()))


def test_a_row_for_each_method_and_ratio_in_the_order_of_the_plan(tmp_path: Path) -> None:
    found = table(tmp_path)
    assert [(row.method, row.ratio) for row in found] == [
        ("magnitude", 0.3),
        ("dense", None),
        ("magnitude", 0.05),
    ]
    for row in found:
        assert (row.seeds, row.run_ids, row.diverged) == ((), (), 0)
        assert row.test_accuracy is None and row.bytes is None and row.steps is None


def test_figures_are_means_over_the_finished_seeds(tmp_path: Path) -> None:
    [first, *_] = PLAN.runs()
    for seed, (accuracy, kept) in enumerate([(0.97, 2000), (0.98, 2100), (0.99, 1900)]):
        settings = first.settings.with_changes(seed=seed)
        figures = {"test_accuracy": accuracy, "active_weights": kept}
        made_up(tmp_path, seed + 1, settings, figures=figures)
    row = table(tmp_path)[0]
    assert row.test_accuracy and row.kept_weights and row.seconds
    assert row.test_accuracy.mean == pytest.approx(0.98)
    assert row.test_accuracy.deviation == pytest.approx(0.01)
    assert (row.kept_weights.mean, row.kept_weights.low, row.kept_weights.high) == (
        2000,
        1900,
        2100,
    )
    assert (row.seeds, row.epochs, row.steps) == ((0, 1, 2), 2, 20)
    assert row.run_ids == tuple(f"{i:012x}" for i in (1, 2, 3))
    assert row.seconds.mean == 2.5


def test_one_seed_has_no_deviation_and_unfinished_runs_give_no_figures(tmp_path: Path) -> None:
    [first, *_] = PLAN.runs()
    made_up(tmp_path, 1, first.settings)
    made_up(tmp_path, 2, first.settings.with_changes(seed=1), phase="stopped")
    lost = "The loss stopped being a finite number at step 3."
    made_up(tmp_path, 3, first.settings.with_changes(seed=2), phase="failed", reason=lost)
    row = table(tmp_path)[0]
    assert row.test_accuracy
    assert row.test_accuracy.values == (0.98,) and row.test_accuracy.deviation is None
    assert (row.seeds, row.diverged, len(row.run_ids)) == ((0,), 1, 3)


def test_a_run_of_which_a_figure_is_not_known_has_no_result(tmp_path: Path) -> None:
    [first, *_] = PLAN.runs()
    made_up(tmp_path, 1, first.settings)
    for seed, figure in ((1, "test_accuracy"), (2, "validation_accuracy")):
        made_up(tmp_path, seed + 1, first.settings.with_changes(seed=seed), figures={figure: None})
    row = table(tmp_path)[0]
    assert (row.seeds, row.unmeasured, len(row.results)) == ((0,), 2, 1)
    assert seeds_text(row) == "1 of 3, 2 without figures"


def test_without_a_validation_split_no_validation_accuracy_is_needed(tmp_path: Path) -> None:
    [first, *_] = PLAN.runs()
    settings = first.settings.with_changes(validation=0)
    made_up(tmp_path, 1, settings, figures={"validation_accuracy": None})
    [row] = rows(standings([first._replace(settings=settings)], Store(tmp_path).records()))
    assert row.seeds == (0,) and row.validation_accuracy is None


def test_a_ratio_that_was_missed_by_more_than_a_quarter_is_pointed_out(tmp_path: Path) -> None:
    first, _, second = PLAN.runs()[:3]
    made_up(tmp_path, 1, first.settings, figures={"active_weights": 2000})
    made_up(tmp_path, 2, second.settings, figures={"active_weights": 222})
    near, dense, far = table(tmp_path)
    assert near.missed is None and dense.missed is None
    assert far.missed == pytest.approx(222 / 6352)
    wanted = next(column for column in COLUMNS if column.title == "wanted r")
    assert [wanted.text(row) for row in (near, dense, far)] == ["0.3", "–", "0.05 (reached 0.035)"]
    assert label(far) == "gradual magnitude pruning, target 0.05, reached 0.035"


def test_the_bytes_are_those_of_the_values_and_of_the_mask(tmp_path: Path) -> None:
    pruned, dense, _ = PLAN.runs()[:3]
    made_up(tmp_path, 1, pruned.settings)
    everything = {"active_weights": 6352, "parameters": 6370}
    made_up(tmp_path, 2, dense.settings, figures=everything)
    sparse, full, _ = table(tmp_path)
    assert sparse.bytes and full.bytes
    assert sparse.bytes.mean == 4 * 2558 + math.ceil(6352 / 8)
    assert full.bytes.mean == 4 * 6370
