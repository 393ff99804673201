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
