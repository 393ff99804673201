"""A comparison says what some of its methods get, and others do not."""

from __future__ import annotations

from pathlib import Path

from made_up_runs import made_up

from dgviz.comparison.fairness import common_helps, missed_targets, unfairness
from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import standings
from dgviz.comparison.table import rows
from dgviz.runs.store import Store
from dgviz.settings import Settings


def test_a_preset_gives_the_same_to_all_but_the_parts_that_decay() -> None:
    plan = Plan("sparse", ("dynamicgate", "dense", "magnitude"), (0.3, 0.1), seeds=2)
    assert unfairness(run.settings for run in plan.runs()) == [
        "Only DynamicGate-MLP gets its weight decay on active weights and their gates.",
    ]
    assert common_helps(run.settings for run in plan.runs()) == (
        "All methods get label smoothing of 0.1, weight decay of 0.0001 and a learning rate that "
        "falls to 0 from 80% of training on."
    )
    plan = Plan("paper", ("dynamicgate", "dense", "magnitude"), (0.3, 0.1), seeds=2)
    assert unfairness(run.settings for run in plan.runs()) == []


def test_what_only_some_get_is_said() -> None:
    sparse = Settings.from_preset("sparse")
    dense = Settings.from_preset("paper", method="dense")
    assert common_helps([sparse, dense]) == ""
    assert unfairness([sparse, dense]) == [
        "Only DynamicGate-MLP gets label smoothing of 0.1.",
        "Only DynamicGate-MLP gets weight decay of 0.0001.",
        "Only DynamicGate-MLP gets its weight decay on active weights and their gates.",
        "Only DynamicGate-MLP gets a learning rate that falls to 0 from 80% of training on.",
    ]
    assert unfairness([dense, dense.with_changes(method="small", distillation=0.5)]) == [
        "Only small dense network gets a teacher, with which 50% of its loss compare it."
    ]
    dropout = Settings.from_preset("paper", method="dropout", learning_rate=0.002)
    assert unfairness([dense, dropout]) == [
        "Only dropout gets dropout of inputs and hidden units.",
        "η learning rate differs: 0.001 for dense; 0.002 for dropout.",
    ]


def test_a_help_in_some_of_a_methods_runs_is_said_too() -> None:
    dense = Settings.from_preset("paper", method="dense")
    smoothed = dense.with_changes(label_smoothing=0.05)
    gated = Settings.from_preset("paper", label_smoothing=0.05)
    assert unfairness([dense, smoothed, gated]) == [
        "Only dense and DynamicGate-MLP get label smoothing of 0.05."
    ]


def test_every_help_of_a_method_is_said() -> None:
    plan = Plan("sparse", ("one_shot", "dropout", "l0"), (0.1,))
    assert unfairness(run.settings for run in plan.runs()) == [
        "Only one-shot magnitude pruning gets a lower learning rate after the pruning.",
        "Only dropout gets dropout of inputs and hidden units.",
        "Only L0, hard concrete gets weights that are averaged over the last steps.",
        "Only L0, hard concrete gets a higher learning rate for gates than for weights.",
    ]


def test_what_all_methods_get_is_not_said() -> None:
    plan = Plan("sparse", ("one_shot",), (0.3, 0.1))
    assert unfairness(run.settings for run in plan.runs()) == []


def test_a_method_with_rounds_has_few_epochs_in_its_last_one() -> None:
    plan = Plan("paper", ("lottery", "dense"), (0.3, 0.1), epochs=12)
    lottery = plan.runs()[0].settings
    assert unfairness(run.settings for run in plan.runs()) == [
        f"{lottery.spec.title} divides its epochs into {lottery.rounds} rounds: its last network "
        "is trained for 2.4 of the 12 epochs."
    ]


def test_rows_that_missed_their_target_are_named(tmp_path: Path) -> None:
    plan = Plan(methods=("magnitude", "rigl"), ratios=(0.3, 0.1), epochs=2, hidden=8)
    for number, run in enumerate(plan.runs(), start=1):
        kept = {"active_weights": 0.29 * 8 * 794}
        made_up(tmp_path, number, run.settings, figures=kept)
    assert missed_targets(rows(standings(plan.runs(), Store(tmp_path).records()))) == [
        "gradual magnitude pruning (target 0.1, reached 0.290) and RigL (target 0.1, reached "
        "0.290) missed the target by more than a factor of 1.25."
    ]
    assert missed_targets(rows(standings(plan.runs(), []))) == []
