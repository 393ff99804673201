"""What the Compact page does with a run: compacts it at once or when asked, and says what fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from compact_page import (
    OTHER,
    RUN,
    click,
    compacted_page,
    curve,
    end,
    keys,
    made,
    open_page,
    rerun,
    the_task,
    words,
)
from synthetic_run import SETTINGS, write_run

from dgviz.compaction.recipe import AS_TRAINED
from dgviz.live.hub import the_hub
from dgviz.live.task import the_compactions
from dgviz.live.task_entry import compact, compact_with_curve
from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.locks import lock_on


def write_card(root: Path, **changes: Any) -> None:
    """Give the run the card of another checkpoint."""
    write_run(root, OTHER, card=changes)
    (root / OTHER / "card.json").replace(root / RUN / "card.json")


def test_without_a_run_the_page_explains_itself() -> None:
    page = open_page()
    assert "removes what it never uses" in words(page)
    assert page.query_params == {}


def test_an_ended_run_is_compacted_at_once_and_shown(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    folder = write_run(root, RUN)
    page = open_page(run=RUN)
    task = the_task(the_compactions())
    assert task.arguments == (folder, AS_TRAINED)
    assert "compact/story" not in cards
    task.phase, task.progress = "running", 0.5
    assert "50%" in rerun(page).get("progress")[0].proto.text
    end(task, made())
    rerun(page)
    story = cards["compact/story"]
    assert story["subtitle"] == "epoch 2, τ 0.50, as trained"
    # Steps are chosen by the validation images; the test images are for the result.
    assert [one["value"] for one in story["accuracies"]] == ["97.00%"]
    assert story["result"]["value"] == "98.05%"
    parameters = story["measures"][0]
    assert [(one["value"], one["zeros"]) for one in parameters["rows"][:3]] == [
        (23, 0),
        (23, 14),
        (6, 1),
    ]
    assert parameters["rows"][1]["compared"] == "the same"
    assert parameters["rows"][2]["compared"] == "3.8 times fewer"
    assert {row["value"] for row in story["measures"][-1]["rows"]} == {None}
    assert "the logits are the same" in words(page)
    # With a hyphen, a line would break within the number.
    assert "e−0" in words(page) and "e-0" not in words(page)
    assert "Gates alone make nothing smaller or faster" in words(page)
    assert page.query_params == {"run": RUN}
    # Another tab, or this one after a reload, needs no other compaction.
    del cards["compact/story"]
    open_page(run=RUN)
    assert cards["compact/story"]["measures"][0] == parameters


def test_a_stopped_compaction_waits_for_a_button_in_every_tab(root: Path) -> None:
    write_run(root, RUN)
    page, other = open_page(run=RUN), open_page(run=RUN)
    task = the_task(the_compactions())
    click(page, "compact_stop")
    assert task.phase == "stopped"
    for tab in (page, other, open_page(run=RUN)):
        assert keys(rerun(tab)) == {"compact_start"}
        assert "The compaction was stopped." in words(tab)
    click(other, "compact_start")
    assert the_task(the_compactions()) is not task
    assert keys(rerun(page)) == {"compact_stop"}


def test_a_stopped_curve_waits_for_a_button_in_every_tab(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    write_run(root, RUN)
    page, other = open_page(run=RUN), open_page(run=RUN)
    end(the_task(the_compactions()), made())
    click(rerun(page), "compact_curve_stop")
    for tab in (page, other):
        cards.clear()
        assert "compact_curve_start" in keys(rerun(tab))
        assert "The measurement of accuracy against τ was stopped." in words(tab)
        assert "compact/tau" not in cards
    click(other, "compact_curve_start")
    end(the_task(the_compactions(), "curve"), curve())
    assert "compact_curve_start" not in keys(rerun(page))
    assert len(cards["compact/tau"]["points"]) == 3


def test_a_failed_curve_can_be_measured_again(root: Path) -> None:
    write_run(root, RUN)
    page = open_page(run=RUN)
    end(the_task(the_compactions()), made())
    rerun(page)
    task = the_task(the_compactions(), "curve")
    task._handle("failed", "The disk is full.")
    assert "The disk is full." in words(rerun(page))
    assert page.button(key="compact_curve_start").label == "Try again"
    click(page, "compact_curve_start")
    assert the_task(the_compactions(), "curve") is not task


def test_a_failure_is_shown_and_can_be_repeated(root: Path) -> None:
    write_run(root, RUN)
    page = open_page(run=RUN)
    task = the_task(the_compactions())
    task._handle("failed", "A layer has a weight or a bias that is not finite.")
    assert "not finite" in words(rerun(page))
    click(page, "compact_start")
    assert the_task(the_compactions()) is not task


@pytest.mark.parametrize(
    ("settings", "spoil", "sentence"),
    [
        ({"method": "mixture"}, lambda folder: None, "routes each image"),
        ({}, lambda folder: (folder / CHECKPOINT).unlink(), "no checkpoint"),
    ],
)
def test_a_run_that_cannot_be_compacted_says_why(
    root: Path, settings: dict[str, Any], spoil: Any, sentence: str
) -> None:
    spoil(write_run(root, RUN, SETTINGS.with_changes(**settings)))
    page = open_page(run=RUN)
    assert sentence in words(page)
    assert not keys(page) and not the_compactions()._tasks


def test_a_run_that_is_not_recorded_cannot_be_compacted() -> None:
    run = the_hub().start(SETTINGS)
    assert "not recorded" in words(open_page(run=run.id))


def test_a_run_in_training_is_compacted_with_its_curve_when_it_is_asked_for(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    folder = write_run(root, RUN, card={"phase": "running", "step": 10, "epoch": 1.0})
    with lock_on(folder / "lock").acquire(timeout=1):
        page = open_page(run=RUN)
        assert keys(page) == {"compact_start"}
        click(page, "compact_start")
        task = the_task(the_compactions())
        assert task.work is compact_with_curve
        # The task has read a checkpoint that the page has not heard of yet.
        end(task, (made(), curve()))
        rerun(page)
        assert cards["compact/story"]["subtitle"].startswith("epoch 2, ")
        assert "The network below is of epoch 2." in words(page)
        assert len(cards["compact/tau"]["points"]) == 3

        # The next checkpoint: the network stays, with its own curve, and can be made again.
        write_card(root, phase="running", step=30, epoch=3.0)
        cards.clear()
        rerun(page)
        assert "compact/story" in cards and len(cards["compact/tau"]["points"]) == 3
        click(page, "compact_start")
        assert cards["compact/story"]["replaced_by"] == "the newest checkpoint"
        end(the_task(the_compactions()), (made(step=30), curve(step=20)))
        cards.clear()
        rerun(page)
        assert "compact/tau" not in cards, "a curve of another checkpoint is not shown"
        sentence = "Accuracy against τ is measured when the newest checkpoint is compacted."
        assert sentence in words(page)


def test_a_run_in_training_without_a_threshold_is_compacted_without_a_curve(root: Path) -> None:
    settings = SETTINGS.with_changes(method="dense")
    folder = write_run(root, RUN, settings, card={"phase": "running", "step": 10, "epoch": 1.0})
    with lock_on(folder / "lock").acquire(timeout=1):
        click(open_page(run=RUN), "compact_start")
    assert the_task(the_compactions()).work is compact


def test_a_network_that_fails_the_check_is_not_exported(root: Path) -> None:
    write_run(root, RUN)
    page = open_page(run=RUN)
    end(the_task(the_compactions()), made(passed=False))
    text = words(rerun(page))
    assert "Do not use this network" in text and "Take it away" not in text
    assert page.button(key="compact_speed_start").disabled


def test_a_result_of_an_earlier_step_is_made_again(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    write_card(root, step=30, epoch=3.0)
    cards.clear()
    rerun(page)
    assert {"compact/story", "compact/tau"} <= cards.keys(), "the network before, with its curve"
    end(the_task(the_compactions(), "Recipe"), made(step=30))
    rerun(page)
    assert cards["compact/tau"]["points"] == []
    end(the_task(the_compactions(), "curve"), curve(step=30))
    rerun(page)
    assert len(cards["compact/tau"]["points"]) == 3


def test_a_result_that_is_newer_than_the_card_is_not_made_again(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    """A run may be killed after it has written a checkpoint and before it writes the card."""
    page = compacted_page(root)
    write_card(root, step=10, epoch=1.0)
    cards.clear()
    rerun(page)
    assert {"compact/story", "compact/tau"} <= cards.keys()
    assert all(task.ended for task in the_compactions()._tasks.values())
