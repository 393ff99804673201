"""The steps after training: fan-in and fine-tuning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from compact_page import (
    RUN,
    click,
    compacted_page,
    curve,
    end,
    made,
    open_page,
    rerun,
    the_task,
    words,
)
from synthetic_run import write_run

from dgviz.compaction.recipe import Recipe
from dgviz.live.task import the_compactions
from dgviz.settings import Settings
from dgviz.ui.compact import after_training


def test_steps_that_are_not_possible_can_be_changed(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    write_run(root, RUN)
    page = open_page(run=RUN, tau="1", finetune="1")
    reason = "No connection is active, so there is nothing to fine-tune."
    the_task(the_compactions())._handle("failed", reason)
    assert reason in words(rerun(page))
    end(the_task(the_compactions(), "curve"), curve())
    rerun(page)
    assert len(cards["compact/tau"]["points"]) == 3
    page.number_input(key="compact_epochs").set_value(0)
    click(page, "compact_apply")
    assert page.query_params == {"run": RUN, "tau": "1"}
    assert the_task(the_compactions()).arguments[1] == Recipe(tau=1)


def test_a_missed_number_of_connections_is_told(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    settings = Settings.from_preset("compact-10k", epochs=3)
    write_run(root, RUN, settings, card={"figures": {"active_weights": 92_971}, "epoch": 3})
    page = open_page(run=RUN)
    end(the_task(the_compactions()), made())
    rerun(page)
    assert cards["compact/story"]["notes"][0] == (
        "92,971 connections are active, more than the 10,000 to keep. Gates had until epoch 1.5 of "
        "3 to close, and do not change any more. Train for more epochs, so that more of them close "
        "before that."
    )


def test_fan_in_and_fine_tuning_are_chosen_with_a_button(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    page.selectbox(key="compact_fan_in").set_value("mean")
    page.number_input(key="compact_epochs").set_value(3)
    click(page, "compact_apply")
    recipe = Recipe(fan_in="mean", epochs=3)
    assert the_task(the_compactions()).arguments[1] == recipe
    end(the_task(the_compactions()), made(recipe))
    rerun(page)
    assert page.query_params == {"run": RUN, "fan-in": "mean", "finetune": "3"}
    # The curve is of another network than the story.
    assert cards["compact/tau"]["note"].endswith(
        "as trained, before these steps: fan-in at most the mean, 3 epochs of fine-tuning."
    )
    labels = [one["label"] for one in cards["compact/story"]["accuracies"]]
    assert labels == ["as trained", *recipe.steps]
    assert cards["compact/story"]["accuracies"][0]["note"] == "2 connections once pruned"

    page = open_page(**{"run": RUN, "fan-in": "16", "finetune": "2"})
    assert the_task(the_compactions()).arguments[1] == Recipe(fan_in=16, epochs=2)
    assert page.selectbox(key="compact_fan_in").value == "16"
    assert page.number_input(key="compact_epochs").value == 2


@pytest.mark.parametrize(
    ("fan_in", "sentence"),
    [
        (
            "many",
            "Most connections of a hidden unit: give no limit, mean, or a whole number from 1 to "
            "784; it was 'many'.",
        ),
        ("785", "its fan-in cannot be 785"),
        ("4000", "from 1 to 784; it was '4000'"),
    ],
)
def test_a_fan_in_that_is_not_possible_is_answered(
    root: Path, monkeypatch: pytest.MonkeyPatch, fan_in: str, sentence: str
) -> None:
    # AppTest cannot type, so the text is one of the options.
    monkeypatch.setattr(after_training, "_FAN_INS", (fan_in,))
    page = compacted_page(root)
    page.selectbox(key="compact_fan_in").set_value(fan_in)
    click(page, "compact_apply")
    assert sentence in words(page)
    assert page.query_params == {"run": RUN}
