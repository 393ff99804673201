"""A comparison says what some of its methods get, and others do not."""

from __future__ import annotations

from dgviz.comparison.fairness import unfairness
from dgviz.comparison.plan import Plan
from dgviz.settings import Settings


def test_a_preset_gives_the_same_to_all() -> None:
    plan = Plan("sparse", ("dynamicgate", "dense", "magnitude"), (0.3, 0.1), seeds=2)
    assert unfairness(run.settings for run in plan.runs()) == []


def test_what_only_some_get_is_said() -> None:
    sparse = Settings.from_preset("sparse")
    dense = Settings.from_preset("paper", method="dense")
    assert unfairness([sparse, dense]) == [
        "Only DynamicGate-MLP gets label smoothing of 0.1.",
        "Only DynamicGate-MLP gets a learning rate that falls to 0 from 80% of training on.",
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
        "Only one-shot magnitude pruning gets weight decay.",
        "Only dropout gets dropout of inputs and hidden units.",
        "Only L0, hard concrete gets weights that are averaged over the last steps.",
        "Only L0, hard concrete gets a higher learning rate for gates than for weights.",
    ]


def test_what_all_methods_get_is_not_said() -> None:
    plan = Plan("sparse", ("one_shot",), (0.3, 0.1))
    assert unfairness(run.settings for run in plan.runs()) == []
