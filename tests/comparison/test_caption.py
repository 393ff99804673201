"""What stands beneath a table or a chart of a comparison."""

from __future__ import annotations

from pathlib import Path

from made_up_runs import made_up

from dgviz.comparison.caption import caption, caption_of_seed
from dgviz.comparison.plan import Plan
from dgviz.comparison.standing import standings
from dgviz.comparison.table import Row, rows
from dgviz.methods.catalogue import METHODS
from dgviz.runs.store import Store


def finished(root: Path, plan: Plan, **figures: float) -> list[Row]:
    """The table of the plan, with these figures in all runs."""
    for number, run in enumerate(plan.runs(), start=1):
        made_up(root, number, run.settings, figures=figures)
    return rows(standings(plan.runs(), Store(root).records()))


def test_it_says_seeds_epochs_hardware_and_versions(tmp_path: Path) -> None:
    text = caption(finished(tmp_path, Plan(seeds=2, epochs=2, hidden=8)))
    assert "after the last of 2 epochs; seeds 0 and 1, mean ± sample standard deviation." in text
    assert "Validation images: 5,000" in text
    assert text.count("Trained on a CPU, 2 cores, 1 thread; python") == 1 and "torch 2.13.0" in text
    assert caption([]) == ""


def test_a_picture_of_one_seed_says_only_what_is_true_of_it(tmp_path: Path) -> None:
    table = finished(tmp_path, Plan(methods=("magnitude",), ratios=(0.1,), seeds=2, epochs=2))
    text = caption_of_seed(table, 1)
    assert text.startswith("Networks after the last of 2 epochs; seed 1. Validation images:")
    assert "±" not in text and "wanted" not in text and "Trained on a CPU" in text
    assert caption_of_seed(table, 2) == ""


def test_bytes_are_explained_where_they_are_shown(tmp_path: Path) -> None:
    table = finished(tmp_path, Plan(epochs=2, hidden=8))
    assert "Bytes: float32" in caption(table)
    assert "Bytes" not in caption(table, columns=())


def test_the_tolerance_is_stated_where_a_target_was_missed(tmp_path: Path) -> None:
    plan = Plan(methods=("magnitude",), ratios=(0.3,), epochs=2, hidden=8)
    dense = 8 * (784 + 10)
    assert "factor of" not in caption(finished(tmp_path / "a", plan, active_weights=0.3 * dense))
    assert "factor of" not in caption(finished(tmp_path / "b", plan, active_weights=0.35 * dense))
    table = finished(tmp_path / "c", plan, active_weights=0.4 * dense)
    assert "missed by more than a factor of 1.25 has the reached one in brackets" in caption(table)


def test_a_small_network_is_said_to_have_all_its_connections(tmp_path: Path) -> None:
    plan = Plan(methods=("small", "magnitude"), ratios=(0.3,), epochs=2, hidden=8)
    text = caption(finished(tmp_path, plan))
    assert f"In the {METHODS['small'].title}, all connections are active: it is the network" in text
