"""The threshold of the Compact page: a point of the curve is chosen, and compacted."""

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


def test_the_threshold_in_effect_is_the_network_as_trained(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    write_run(root, RUN)
    page = open_page(run=RUN, tau="0.5")
    # The task has found that the run has this threshold.
    end(the_task(the_compactions()), made())
    cards.clear()
    rerun(page)
    assert cards["compact/story"]["subtitle"] == "epoch 2, τ 0.50, as trained"
    assert page.query_params == {"run": RUN}
    page = open_page(run=RUN, tau="0.5", finetune="2")
    assert the_task(the_compactions(), "Recipe").arguments[1] == Recipe(epochs=2)


def test_a_threshold_is_chosen_kept_in_the_address_and_taken_back(
    root: Path, cards: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(root, RUN)
    page = open_page(run=RUN)
    end(the_task(the_compactions()), made())
    rerun(page)
    assert cards["compact/tau"]["points"] == [], "axes, until the curve is measured"
    end(the_task(the_compactions(), "curve"), curve())
    rerun(page)
    assert cards["compact/tau"]["tau"] == 0.5 and cards["compact/tau"]["note"] == ""
    assert [point["connections"] for point in cards["compact/tau"]["points"]] == [4, 4, 4]

    page = open_page(run=RUN, tau="0.6")
    task = the_task(the_compactions())
    assert task.arguments[1] == Recipe(tau=0.6)
    # The last result stays until the new one is there.
    assert cards["compact/story"]["subtitle"].endswith("as trained")
    assert cards["compact/story"]["replaced_by"] == "τ 0.60"
    # What is started for it now would disappear with it.
    assert page.button(key="compact_speed_start").disabled
    assert page.button(key="compact_prepare_onnx").disabled
    assert "Wait until the network is compacted that is shown next: τ 0.60." in words(page)
    end(task, made(Recipe(tau=0.6)))
    rerun(page)
    assert cards["compact/story"]["subtitle"] == "epoch 2, τ 0.60"
    assert cards["compact/story"]["replaced_by"] == ""
    assert not page.button(key="compact_speed_start").disabled
    assert cards["compact/story"]["accuracies"][1] == {
        "label": "τ 0.60",
        "value": "95.00%",
        "note": "−2.00 points, 1 connection once pruned",
    }
    assert cards["compact/tau"]["tau"] == 0.6
    assert page.query_params == {"run": RUN, "tau": "0.6"}


def test_a_network_that_was_not_chosen_is_called_another_one(root: Path) -> None:
    compacted_page(root)
    page = open_page(run=RUN, tau="0.6")
    click(page, "compact_stop")
    sentence = "The network below is another one: as trained. The chosen one is τ 0.60."
    assert sentence in words(rerun(page))
    assert not page.button(key="compact_speed_start").disabled
