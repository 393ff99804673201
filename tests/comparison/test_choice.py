"""The smallest network that is accurate enough is chosen on the validation images alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_runs import made_up

from dgviz.comparison.choice import choice_text, fewest_weights
from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import standings
from dgviz.comparison.table import Row, rows
from dgviz.runs.store import Store

PLAN = Plan(methods=("magnitude", "dynamicgate", "l0"), ratios=(0.1,), epochs=2, hidden=8)
DIVERGED = "The loss stopped being a finite number at step 3."


@pytest.fixture
def table(tmp_path: Path) -> list[Row]:
    figures = [(0.985, 0.990, 1000), (0.984, 0.970, 500), (0.980, 0.999, 400)]
    for number, (run, (validation, test, kept)) in enumerate(
        zip(PLAN.runs(), figures, strict=True), start=1
    ):
        values = {"validation_accuracy": validation, "test_accuracy": test, "active_weights": kept}
        made_up(tmp_path, number, run.settings, figures=values)
    return rows(standings(PLAN.runs(), Store(tmp_path).records()))


def test_the_fewest_weights_of_those_that_reach_it_on_validation(table: list[Row]) -> None:
    for accuracy, method in ((0.985, "magnitude"), (0.983, "dynamicgate"), (0.5, "l0")):
        row = fewest_weights(table, accuracy)
        assert row is not None and row.method == method
    assert fewest_weights(table, 0.986) is None
    assert choice_text(table, 0.983) == (
        "DynamicGate-MLP at r 0.1 has the fewest weights, 500, of those that reach 98.30% on the "
        "validation images: there it reaches 98.40%. On the test images it reaches 97.00%."
    )


def test_none_is_accurate_enough(table: list[Row]) -> None:
    assert choice_text(table, 0.99) == (
        "None reaches 99.00% on the validation images. The highest accuracy there is 98.50% "
        "(gradual magnitude pruning)."
    )
    assert choice_text([], 0.9) == "No run has finished with an accuracy on validation images."


def test_a_row_that_diverged_is_never_chosen(tmp_path: Path) -> None:
    plan = Plan(methods=("dense",), seeds=2, epochs=2, hidden=8)
    first, second = plan.runs()
    made_up(tmp_path, 1, first.settings)
    made_up(tmp_path, 2, second.settings, phase="failed", reason=DIVERGED)
    table = rows(standings(plan.runs(), Store(tmp_path).records()))
    assert fewest_weights(table, 0.5) is None
    assert choice_text(table, 0.5).startswith("No run has finished")


def test_a_row_of_which_seeds_are_missing_says_so(tmp_path: Path) -> None:
    plan = Plan(methods=("dense",), seeds=3, epochs=2, hidden=8)
    runs = plan.runs()
    for number, known in ((1, "1 of its 3 seeds has"), (2, "2 of its 3 seeds have")):
        made_up(tmp_path, number, runs[number - 1].settings)
        table = rows(standings(runs, Store(tmp_path).records()))
        for accuracy in (0.5, 0.99):
            assert choice_text(table, accuracy).endswith(f" So far {known} a result.")
    made_up(tmp_path, 3, runs[2].settings)
    table = rows(standings(runs, Store(tmp_path).records()))
    assert "So far" not in choice_text(table, 0.5)


@pytest.mark.parametrize(
    ("reached", "text"), [(0.98296, "98.296%"), (0.982999, "98.2999%"), (0.9825, "98.25%")]
)
def test_an_accuracy_that_falls_short_is_never_written_as_the_wanted_one(
    tmp_path: Path, reached: float, text: str
) -> None:
    plan = Plan(methods=("dense",), epochs=2, hidden=8)
    made_up(tmp_path, 1, plan.runs()[0].settings, figures={"validation_accuracy": reached})
    found = choice_text(rows(standings(plan.runs(), Store(tmp_path).records())), 98.3 / 100)
    assert found.startswith("None reaches 98.3") and f"there is {text} (dense)." in found
    assert found.count(text) == 1


def test_a_mean_that_equals_the_wanted_accuracy_reaches_it(tmp_path: Path) -> None:
    plan = Plan(methods=("dense",), epochs=2, hidden=8)
    almost = 0.983 - 1e-15
    made_up(tmp_path, 1, plan.runs()[0].settings, figures={"validation_accuracy": almost})
    table = rows(standings(plan.runs(), Store(tmp_path).records()))
    assert fewest_weights(table, 0.983) is not None
