"""The Compact page's script, without a browser and without processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_times import ratio_sweep
from streamlit.testing.v1 import AppTest
from synthetic_run import SETTINGS, write_run

from dgviz.compaction.check import Check
from dgviz.compaction.exports import formats
from dgviz.compaction.exports.export import Export
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune
from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.result import Compaction, Stage
from dgviz.compaction.speed.measurement import Measurement, Timing
from dgviz.compaction.speed.measurement_file import read
from dgviz.compaction.speed.ratio_sweep_file import read as read_sweep
from dgviz.compaction.tau_curve import TauCurve, TauPoint
from dgviz.live import hub as hub_module
from dgviz.live import task as task_module
from dgviz.live.hub import the_hub
from dgviz.live.task import Task, Tasks, the_compactions, the_speed_tests
from dgviz.live.task_entry import compact, compact_with_curve
from dgviz.runs.layout import CHECKPOINT, SPEED, SPEED_BY_RATIO
from dgviz.runs.locks import lock_on
from dgviz.runs.record import Record
from dgviz.runs.store import the_store
from dgviz.settings import Settings
from dgviz.ui import components
from dgviz.ui.compact import after_training
from dgviz.ui.compact.results import the_results

ROOT = Path(__file__).parents[2]
RUN, OTHER = "a" * 12, "b" * 12
_CACHED = (the_store, the_hub, the_compactions, the_speed_tests, the_results)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty runs directory; runs and tasks start without a process."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path))
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    monkeypatch.setattr(hub_module.Run, "serve", lambda run: None)
    monkeypatch.setattr(task_module.Tasks, "_serve", lambda tasks, name, task: None)
    for cached in _CACHED:
        cached.cache_clear()
    yield tmp_path
    for cached in _CACHED:
        cached.cache_clear()


@pytest.fixture(autouse=True)
def cards(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """The data of each card that the page has shown last, by the name of its module."""
    shown: dict[str, dict[str, Any]] = {}
    original = components._show

    def show(module: str, key: str, data: dict[str, Any], **rest: Any) -> None:
        shown[module] = data
        original(module, key, data, **rest)

    monkeypatch.setattr(components, "_show", show)
    return shown


def open_page(**query: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "dgviz" / "ui" / "shell.py"), default_timeout=20)
    page.query_params.update(query)
    page.switch_page(str(ROOT / "pages" / "compact.py")).run()
    assert not page.exception
    return page


def rerun(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def click(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.info, page.success, page.error)
    text = "\n".join(str(e.value) for kind in kinds for e in kind)
    return re.sub(r"\\(.)", r"\1", text).replace("\u2060", "")


def unescaped(markdown: str) -> str:
    return re.sub(r"\\(.)", r"\1", markdown)


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


def the_task(tasks: Tasks, part: str = "") -> Task:
    (task,) = (task for name, task in tasks._tasks.items() if part in name and not task.ended)
    return task


def end(task: Task, result: Any) -> None:
    assert task.finish
    task.finish(result)
    task.phase = "done"


def write_card(root: Path, **changes: Any) -> None:
    """Give the run the card of another checkpoint."""
    write_run(root, OTHER, card=changes)
    (root / OTHER / "card.json").replace(root / RUN / "card.json")


def made(recipe: Recipe = AS_TRAINED, *, passed: bool = True, step: int = 20) -> Compaction:
    """A network of 4 pixels, 3 hidden units and 2 classes, of which a pixel and a unit are used."""
    first = CompactLayer(np.eye(3, 4, dtype=np.float32), np.zeros(3, np.float32))
    last = CompactLayer(np.array([[1, 0, 0], [0, 0, 0]], np.float32), np.ones(2, np.float32))
    gated = CompactNetwork(np.arange(4), 4, (first, last))
    stages = [Stage("as trained", 2, 0.981, 0.97)]
    stages += [Stage(step, 1, 0.96, 0.95) for step in recipe.steps]
    return Compaction(
        run=RUN,
        step=step,
        epoch=step / 10,
        tau=recipe.tau or 0.5,
        recipe=recipe,
        stages=tuple(stages),
        gated=gated,
        network=prune(gated),
        test_accuracy=0.9805,
        validation_accuracy=0.97,
        check=Check(10_000, 1e-8 if passed else 1.0, 1e-6, 5.0, 0),
    )


def curve(step: int = 20) -> TauCurve:
    points = [TauPoint(tau, 0.9, 4, (2, 2, 2)) for tau in (0.4, 0.5, 0.6)]
    return TauCurve(step, 0.5, 100, tuple(points))


def measurement() -> Measurement:
    timings = [
        Timing(name, batch, 1, *(t, t, t), *(1e-4 / t, 1e-4 / t, 1e-4 / t))
        for batch in (1, 32)
        for name, t in (("dense", 1e-4), ("compact", batch * 1e-5), ("csr-torch", 5e-5))
    ]
    return Measurement(
        run=RUN,
        step=20,
        recipe=AS_TRAINED,
        created=datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
        widths=(4, 3, 2),
        pruned_widths=(1, 1, 2),
        connections=18,
        pruned_connections=2,
        images=10_000,
        tolerance=1e-5,
        differences={"dense": 0.0, "compact": 0.0, "csr-torch": 0.0},
        excluded={"fan-in": "It needs numba. To install it: pip install -r requirements.txt"},
        rounds=15,
        seconds_a_turn=0.02,
        timings=tuple(timings),
        hardware={"cpu": "a CPU", "cores": 2, "device": "cpu", "threads": 1},
        versions={"torch": "2.13.0"},
    )


def compacted_page(root: Path, **query: str) -> AppTest:
    """The page of a run whose compaction and curve have ended."""
    write_run(root, RUN)
    page = open_page(run=RUN, **query)
    end(the_task(the_compactions()), made())
    rerun(page)
    end(the_task(the_compactions(), "curve"), curve())
    return rerun(page)


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


def test_a_measurement_that_goes_on_after_a_change_is_shown_and_stopped(root: Path) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    task = the_task(the_speed_tests())
    task.phase, task.progress = "running", 0.25
    page = open_page(run=RUN, tau="0.6")
    end(the_task(the_compactions()), made(Recipe(tau=0.6)))
    assert unescaped(rerun(page).get("progress")[0].proto.text) == (
        f"25% of the speed of run {RUN}, as trained is measured."
    )
    assert "compact_speed_start" in keys(page), "this one waits for it"
    click(page, "compact_speed_stop_0")
    assert task.phase == "stopped"
    assert "compact_speed_stop_0" not in keys(rerun(page))


def test_a_task_of_another_run_is_named_and_stopped_where_this_one_waits(root: Path) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    other = the_task(the_speed_tests())
    other.phase = "running"
    write_run(root, OTHER)
    page = open_page(run=OTHER)
    end(the_task(the_compactions(), OTHER), replace(made(), run=OTHER))
    click(rerun(page), "compact_speed_start")
    sentence = f"Waiting for another task to end: the speed of run {RUN}, as trained."
    assert sentence in [unescaped(one.proto.text) for one in page.get("progress")]
    click(page, "compact_speed_stop_other")
    assert other.phase == "stopped"
    other_page = open_page(run=RUN)
    assert "The measurement was stopped." in words(other_page)
    assert "compact_speed_stop_other" not in keys(rerun(page))


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


@pytest.mark.parametrize(
    ("query", "settings", "sentence"),
    [
        ({"tau": "1.5"}, {}, "must be a number from 0 to 1"),
        ({"tau": "0.6"}, {"method": "dense"}, "has no threshold"),
        ({"finetune": "99"}, {}, "finetune must be a whole number from 0 to 50"),
        ({"fan-in": "785"}, {}, "its fan-in cannot be 785"),
        ({"batch": "x"}, {}, "batch must be a whole number"),
    ],
)
def test_a_bad_link_is_answered_with_a_sentence(
    root: Path, query: dict[str, str], settings: dict[str, Any], sentence: str
) -> None:
    write_run(root, RUN, SETTINGS.with_changes(**settings))
    page = open_page(**{"run": RUN, **query})
    assert sentence in words(page)
    assert the_task(the_compactions()).arguments[1] == AS_TRAINED
    assert sentence not in words(rerun(page)), "the sentence is shown once"


def test_a_wrong_part_of_a_link_leaves_the_others(root: Path) -> None:
    write_run(root, RUN)
    page = open_page(**{"run": RUN, "tau": "0.6", "fan-in": "785", "finetune": "-1"})
    text = words(page)
    assert "its fan-in cannot be 785" in text
    assert "In the link: finetune must be a whole number from 0 to 50; it was '-1'." in text
    assert the_task(the_compactions()).arguments[1] == Recipe(tau=0.6)


def test_the_first_digits_of_an_id_are_enough_and_are_completed(root: Path) -> None:
    write_run(root, RUN)
    write_run(root, OTHER)
    page = open_page(run=RUN[:4], tau="0.6")
    assert the_task(the_compactions()).arguments == (root / RUN, Recipe(tau=0.6))
    assert page.query_params == {"run": RUN, "tau": "0.6"} and not page.warning
    write_run(root, "aaaabbbbcccc")
    page = open_page(run=RUN[:4])
    assert f"2 runs begin with aaaa: {RUN} and aaaabbbbcccc." in words(page)


def test_nothing_is_compacted_for_a_run_that_was_not_chosen(root: Path) -> None:
    write_run(root, RUN)
    page = open_page(run=OTHER, tau="0.6")
    assert f"There is no run '{OTHER}'" in words(page)
    assert not the_compactions()._tasks and keys(page) == {"compact_start"}
    assert page.query_params == {"run": RUN}
    assert not the_compactions()._tasks and keys(rerun(page)) == {"compact_start"}
    click(page, "compact_start")
    assert the_task(the_compactions()).arguments[1] == AS_TRAINED


def test_a_setting_that_was_not_measured_is_answered(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), measurement())
    page = open_page(run=RUN, batch="7", threads="99")
    text = words(page)
    assert "There are no times for batches of 7, only of 1 and 32." in text
    assert "There are no times with 99 threads, only with 1." in text
    assert cards["compact/speed"]["setting"] == "One image at a time, 1 thread"
    assert "it was 7" not in words(rerun(page))
    assert page.query_params == {"run": RUN}


def test_speed_is_measured_saved_and_told(root: Path, cards: dict[str, dict[str, Any]]) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    assert keys(page) >= {"compact_speed_stop"}
    end(the_task(the_speed_tests()), measurement())
    rerun(page)
    assert read(Record(root / RUN)) == measurement()
    speed = cards["compact/speed"]
    assert [row["title"] for row in speed["rows"] if row["taken"]] == ["compact, PyTorch"]
    time = cards["compact/story"]["measures"][-1]
    assert time["subtitle"] == "one image at a time, 1 thread"
    assert [row["compared"] for row in time["rows"]] == [
        "",
        "the same",
        "10 times faster",
        "2.0 times faster",
        "",
    ]
    sentence = "Times are compared with dense, PyTorch, the fastest program for the dense network."
    assert sentence in cards["compact/story"]["notes"]
    text = words(page)
    for part in ("a CPU, 2 cores", "Measured 2026-11-27", "fixed fan-in, numba was not timed"):
        assert part in text

    # The batch size of the link, and the times in the run's folder.
    the_results.cache_clear()
    page = open_page(run=RUN, batch="32")
    end(the_task(the_compactions(), "Recipe"), made())
    rerun(page)
    assert cards["compact/speed"]["rows"][0]["title"] == "CSR, PyTorch"
    assert page.query_params == {"run": RUN, "batch": "32"}


def test_the_story_and_the_advice_agree_on_what_is_noise(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    # Compact is a little faster in the median, but the quartiles of both overlap.
    times = {"dense": (1e-4, 0.9e-4, 1.1e-4), "compact": (0.92e-4, 0.8e-4, 1e-4)}
    times["csr-torch"] = (5e-4, 4e-4, 6e-4)
    timings = tuple(
        Timing(name, 1, 1, *t, 1e-4 / t[0], 1e-4 / t[2], 1e-4 / t[1]) for name, t in times.items()
    )
    page = compacted_page(root)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), replace(measurement(), timings=timings))
    rerun(page)
    rows = cards["compact/story"]["measures"][-1]["rows"]
    words_of = {row["label"]: row["compared"] for row in rows}
    assert words_of["compact, dense"] == "the same within noise"
    assert words_of["compact, CSR"] == "5.0 times slower"
    assert any("no other form is faster beyond noise" in n for n in cards["compact/speed"]["notes"])


def test_what_disturbs_the_times_is_said_before_and_after(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    assert "will disturb the times" not in words(page)
    click(page, "compact_prepare_onnx")
    assert "1 task on this server will disturb the times." in words(page)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), replace(measurement(), other_work=1.25))
    rerun(page)
    assert cards["compact/speed"]["notes"][0] == (
        "Other processes kept 1.3 of 2 cores busy meanwhile, so the times are uncertain. Measure "
        "again when they have ended."
    )


def test_times_of_another_network_are_not_shown(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), replace(measurement(), step=10))
    the_results.cache_clear()
    page = open_page(run=RUN)
    end(the_task(the_compactions(), "Recipe"), made())
    cards.clear()
    rerun(page)
    assert "compact/speed" not in cards
    (root / RUN / SPEED).write_text("{")
    assert "speed.json cannot be used: it is damaged." in words(rerun(page))


def test_each_recipe_keeps_its_times(root: Path, cards: dict[str, dict[str, Any]]) -> None:
    harder = Recipe(tau=0.6)
    page = compacted_page(root)
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests()), measurement())
    page = open_page(run=RUN, tau="0.6")
    end(the_task(the_compactions()), made(harder))
    cards.clear()
    rerun(page)
    assert "compact/story" in cards and "compact/speed" not in cards
    click(page, "compact_speed_start")
    end(the_task(the_speed_tests(), "tau=0.6"), replace(measurement(), recipe=harder, rounds=3))
    the_results.cache_clear()
    for query, recipe, rounds in (({}, AS_TRAINED, 15), ({"tau": "0.6"}, harder, 3)):
        page = open_page(run=RUN, **query)
        end(the_task(the_compactions(), str(recipe)), made(recipe))
        rerun(page)
        assert cards["compact/speed"]["rounds"] == f"medians of {rounds} rounds"


def test_times_at_several_ratios_are_measured_saved_and_shown(
    root: Path, cards: dict[str, dict[str, Any]]
) -> None:
    page = compacted_page(root)
    click(page, "compact_ratios_start")
    task = the_task(the_speed_tests())
    assert task.arguments == (root / RUN,)
    task.phase, task.progress = "running", 0.5
    assert "50% of the times at all ratios" in rerun(page).get("progress")[0].proto.text
    click(page, "compact_ratios_stop")
    assert task.phase == "stopped"
    click(page, "compact_ratios_start")
    sweep = ratio_sweep(run=RUN)
    end(the_task(the_speed_tests()), sweep)

    page = open_page(run=RUN, batch="1000", threads="2")
    assert read_sweep(Record(root / RUN)) == sweep
    card = cards["compact/ratios"]
    assert card["setting"] == "Batches of 1,000 images, 2 threads"
    assert card["rounds"] == "medians of 15 rounds"
    assert [line["begins"] for line in card["lines"]] == [
        "",
        "always faster than dense",
        "always faster than dense",
        "faster than dense below r 0.1",
    ]
    assert card["lines"][0]["points"][0] == pytest.approx((0.5, 20), rel=1e-3)
    assert card["networks"][0][1:] == [0.2, 101_632, 0.97]
    assert "| 0.02 | 0.4 | 4,065 | 95.00% |" in words(page)

    (root / RUN / SPEED_BY_RATIO).write_text("{")
    assert "speed-by-ratio.json cannot be used: it is damaged. Measure again." in words(rerun(page))


def test_a_run_without_a_threshold_is_not_measured_at_other_ratios(root: Path) -> None:
    write_run(root, RUN, SETTINGS.with_changes(method="rigl"))
    page = open_page(run=RUN)
    end(the_task(the_compactions()), made())
    assert "compact_speed_start" in keys(rerun(page))
    assert "compact_ratios_start" not in keys(page)


def test_an_export_is_prepared_and_downloaded(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = compacted_page(root)
    click(page, "compact_prepare_onnx")
    task = the_task(the_compactions(), "onnx")
    assert task.arguments[2] == "onnx"
    assert "compact_export_stop_onnx" in keys(page)
    end(task, Export(b"zipped", "Checked by ONNX Runtime."))
    rerun(page)
    (button,) = page.get("download_button")
    assert button.proto.label == "Download ONNX"
    assert "6 bytes. Checked by ONNX Runtime." in words(page)

    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    the_results.cache_clear()
    page = open_page(run=RUN)
    end(the_task(the_compactions(), "Recipe"), made())
    rerun(page)
    assert page.button(key="compact_prepare_onnx").disabled
    assert "ONNX needs the package onnx. To install it: pip install" in words(page)
