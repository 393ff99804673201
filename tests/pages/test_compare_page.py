"""The Compare page's script, without a browser: the plan, its race, and what follows from it."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fresh import fresh
from made_up_runs import made_up
from streamlit.testing.v1 import AppTest
from synthetic_run import blob, log_of, predictions

from dgviz.comparison.plan import MOST_RUNS, Plan
from dgviz.comparison.standing import Standing
from dgviz.live import hub as hub_module
from dgviz.live.hub import Hub, the_hub
from dgviz.runs import digits
from dgviz.runs.snapshot_blob import arrays
from dgviz.runs.store import Store, the_store
from dgviz.settings import Settings
from dgviz.ui import components
from dgviz.ui.compare import inside, race, refresh
from dgviz.ui.compare.view import START

SHELL = Path(__file__).parents[2] / "dgviz" / "ui" / "shell.py"
PLAN = Plan(preset="classroom", methods=("dynamicgate", "dense"), seeds=2, epochs=2, hidden=8)
DIVERGED = "The loss stopped being a finite number at step 3 (epoch 0.1 of 2), so training ended."
TEST_IMAGES = len(arrays(predictions())[0]["classes"])
"""Images of which the made-up runs have a prediction."""

Boards = list[dict[str, Any]]
Sent = list[dict[str, str]]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty runs directory, and a hub that trains two runs at once, without processes."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("DGVIZ_MAX_RUNS", "2")
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    monkeypatch.setattr(hub_module.Run, "serve", lambda run: None)
    with fresh(the_store, the_hub):
        yield the_store()


@pytest.fixture
def hub(store: Store) -> Hub:
    return the_hub()


@pytest.fixture(autouse=True)
def boards(monkeypatch: pytest.MonkeyPatch) -> Boards:
    """The data of the board's cards, from each rerun."""
    sent: Boards = []
    monkeypatch.setattr(components, "race", sent.append)
    return sent


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The choices in the cards, as the page has sent them to the browser at each rerun."""
    views: Sent = []
    monkeypatch.setattr(components, "choices", lambda page, view, *, on_change: views.append(view))
    return views


def open_page(plan: Plan | None = None, **query: str | list[str]) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=20)
    for name, value in ((plan.to_query() if plan else {}) | query).items():
        page.query_params[name] = value
    page.switch_page("../../pages/compare.py").run()
    assert not page.exception
    return page


def click(page: AppTest, label: str) -> None:
    button(page, label).click().run()
    assert not page.exception


def button(page: AppTest, label: str) -> Any:
    return next(button for button in page.button if button.label == label)


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning)
    return "\n".join(str(one.value) for kind in kinds for one in kind).replace("\\", "")


def asked(page: AppTest) -> dict[str, list[str]]:
    """The query of the page's address."""
    query = page.query_params
    return {name: [v] if isinstance(v := query[name], str) else [*v] for name in query}


def phases(data: dict[str, Any]) -> list[list[str]]:
    return [[run["phase"] for run in row["runs"]] for row in data["rows"]]


def finish(store: Store, plan: Plan = PLAN, **card: Any) -> None:
    """Write a finished run for each of the plan, with ten log points an epoch."""
    for number, run in enumerate(plan.runs(), start=1):
        record = made_up(store.root, number, run.settings, **card)
        # The log of a synthetic run, without the change of β in it.
        points = [entry for entry in log_of(run.settings) if entry["kind"] == "metrics"]
        log = "".join(f"{json.dumps(entry)}\n" for entry in points)
        (record.folder / "metrics.jsonl").write_text(log, encoding="utf-8")


def test_the_page_begins_with_a_short_race_of_two_methods(boards: Boards) -> None:
    page = open_page()
    assert page.multiselect(key="compare_methods").value == ["dynamicgate", "dense"]
    assert page.number_input(key="compare_epochs").value == 15
    assert "This plan has 2 runs." in words(page)
    assert phases(boards[-1]) == [["missing"], ["missing"]]
    assert not button(page, "Race").disabled and button(page, "Stop").disabled


def test_race_trains_the_runs_that_are_missing_and_a_second_click_trains_none(
    hub: Hub, boards: Boards
) -> None:
    page = open_page(PLAN)
    click(page, "Race")
    assert [run.settings for run in hub.in_flight()] == [run.settings for run in PLAN.runs()]
    assert phases(boards[-1]) == [["starting", "queued"]] * 2
    assert all(run["token"] for row in boards[-1]["rows"] for run in row["runs"])
    assert button(page, "Race").disabled

    click(open_page(PLAN), "Stop")
    assert not [run for run in hub.in_flight() if run.phase != "stopping"]


def test_a_second_tab_does_not_start_the_race_again(hub: Hub) -> None:
    first, second = open_page(PLAN), open_page(PLAN)
    click(first, "Race")
    click(second, "Race")
    assert len(hub.in_flight()) == 4


def look() -> tuple[list[Standing], set[str], race.Elsewhere]:
    """What a page shows of a race, as `refresh` takes it."""
    standing = race.standing_of(PLAN)
    return standing, the_store().ids(), race.elsewhere(standing)


def test_a_tab_follows_a_race_that_another_one_starts_and_stops(hub: Hub) -> None:
    shown = look()
    assert not refresh.has_changed(*shown)
    page = open_page(PLAN)
    click(page, "Race")
    assert refresh.has_changed(*shown), "its runs have begun"
    shown = look()
    assert not refresh.has_changed(*shown)
    click(page, "Stop")
    assert refresh.has_changed(*shown), "the queued ones are missing again"
    shown = look()
    hub.start(Settings(hidden=9))
    assert refresh.has_changed(*shown), "a run of no race has begun"
    assert not refresh.has_changed(*look())


def test_a_tab_follows_runs_that_another_process_finishes_and_deletes(store: Store) -> None:
    shown = look()
    finish(store)
    assert refresh.has_changed(*shown)
    shown = look()
    assert not refresh.has_changed(*shown)
    store.delete(shown[0][0].id)
    assert refresh.has_changed(*shown)


def test_runs_of_other_plans_are_read_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = look()
    finish(store, Plan(**{**vars(PLAN), "epochs": 1}))
    assert not refresh.has_changed(*shown)
    monkeypatch.setattr(Store, "record", lambda self, run_id: pytest.fail(f"{run_id} is read"))
    assert not refresh.has_changed(*shown)


def test_a_sentence_is_still_shown_after_a_rerun_by_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = iter([True])
    monkeypatch.setattr(refresh, "has_changed", lambda *shown: next(changed, False))
    page = open_page(PLAN, accuracy="high")
    assert next(changed, None) is None, "the page has rerun"
    assert len(page.warning) == 1 and "In the link:" in words(page)
    assert not page.run().warning


def test_stop_starts_none_of_the_queue_and_race_goes_on(hub: Hub, boards: Boards) -> None:
    page = open_page(PLAN)
    click(page, "Race")
    click(page, "Stop")
    assert phases(boards[-1]) == [["stopping", "missing"]] * 2
    click(page, "Race")
    assert [run.phase for run in hub.in_flight()] == ["stopping"] * 2 + ["queued"] * 2


def test_finished_runs_of_the_store_are_shown_and_not_repeated(
    store: Store, hub: Hub, boards: Boards
) -> None:
    finish(store, Plan(preset="classroom", methods=("dense",), epochs=2, hidden=8))
    page = open_page(PLAN)
    assert "This plan has 4 runs. 1 is trained already, and Race does not repeat it." in words(page)
    click(page, "Race")
    # How many have finished during the race, its card says.
    assert "repeat" not in words(page)
    assert len(hub.in_flight()) == 3
    assert "; 1 of 4 runs finished." in boards[-1]["caption"][0]
    dense = boards[-1]["rows"][1]["runs"][0]
    assert (dense["phase"], dense["token"]) == ("finished", None)
    assert dense["curves"]["test"] and dense["curves"]["ratio"]


def test_finished_seeds_are_drawn_as_their_mean_with_a_deviation(
    store: Store, boards: Boards
) -> None:
    finish(store)
    path = store.root / f"{1:012x}" / "metrics.jsonl"
    lower = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for entry in lower:
        entry["active_ratio"] -= 0.02
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in lower), encoding="utf-8")
    open_page(Plan(**{**vars(PLAN), "seeds": 3}))
    both, alone = boards[-1]["rows"]
    assert both["mean"]["seeds"] == [0, 1]
    epoch, mean, deviation = both["mean"]["curves"]["ratio"][1]
    assert (epoch, mean) == (0.1, 0.96) and deviation == pytest.approx(0.02 / 2**0.5, abs=1e-5)
    # Averaged runs have no line of their own; all finished ones have their accuracy.
    assert [run["curves"] for run in both["runs"]] == [None] * 3
    assert [run["accuracy"] for run in alone["runs"]] == [0.98, 0.98, None]


def test_runs_that_were_stopped_are_resumed(store: Store) -> None:
    finish(store, phase="stopped", epoch=1.0)
    page = open_page(PLAN)
    assert "4 ended early, and Race resumes them." in words(page) and not page.warning


def test_interrupted_runs_are_told_at_once_and_resumed(store: Store, hub: Hub) -> None:
    finish(store, phase="interrupted", epoch=1.0)
    page = open_page(PLAN)
    [told] = page.warning
    assert told.value.startswith("4 runs were interrupted,") and "Press Race" in told.value
    click(page, "Race")
    assert [run.job.resume for run in hub.in_flight()] == [True] * 4
    assert not page.warning


def test_a_diverged_run_is_shown_and_not_repeated(store: Store, boards: Boards) -> None:
    finish(store, phase="failed", reason=DIVERGED)
    page = open_page(PLAN)
    assert phases(boards[-1]) == [["diverged"] * 2] * 2
    assert button(page, "Race").disabled
    [cells, _] = [row["cells"] for row in boards[-1]["table"]["rows"]]
    assert cells[boards[-1]["table"]["opens"]] == "0 of 2, 2 diverged"
    assert boards[-1]["dots"] == []


def test_the_results_are_a_table_a_dot_for_each_row_and_three_files(
    store: Store, boards: Boards
) -> None:
    finish(store)
    page = open_page(PLAN)
    assert "All 4 runs are trained." in words(page)
    data = boards[-1]
    assert [row["key"] for row in data["table"]["rows"]] == ["dynamicgate", "dense"]
    assert all(len(row["cells"]) == len(data["table"]["columns"]) for row in data["table"]["rows"])
    dot = data["dots"][0]
    assert [one["seed"] for one in dot["each"]] == [0, 1]
    assert dot["keptRange"][0] <= dot["kept"] <= dot["keptRange"][1]
    assert dot["runs"] == "./runs?" + "&".join(f"run={one['address'][-12:]}" for one in dot["each"])
    assert set(data["files"]) == {"csv", "latex", "markdown"}
    assert "784-8-10, preset classroom." in data["files"]["latex"]
    # Nobody has to be told that all runs are finished.
    assert not any("are finished" in text for text in data["caption"])
    shown = [any("Bytes:" in text for text in of["caption"]) for of in (data, data["table"])]
    assert shown == [False, True]
    assert len({anchor["network"] for anchor in data["anchors"]}) > 1


@pytest.mark.parametrize(
    ("name", "value"), [("test_accuracy", None), ("test_accuracy", 7), ("active_weights", None)]
)
def test_a_finished_run_without_its_figures_is_said_to_have_none(
    store: Store, boards: Boards, name: str, value: float | None
) -> None:
    finish(store)
    path = store.root / f"{1:012x}" / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["figures"][name] = value
    path.write_text(json.dumps(card), encoding="utf-8")
    open_page(PLAN)
    data = boards[-1]
    assert phases(data) == [["unmeasured", "finished"], ["finished"] * 2]
    dot = data["dots"][0]
    assert [one["seed"] for one in dot["each"]] == [1]
    [cells, _] = [row["cells"] for row in data["table"]["rows"]]
    assert cells[data["table"]["opens"]] == "1 of 2, 1 without figures"


def test_maps_overlaps_and_digits_are_of_the_finished_runs_of_seed_0(
    store: Store, boards: Boards
) -> None:
    finish(store, Plan(preset="classroom", methods=PLAN.methods, epochs=2, hidden=8))
    labels = np.zeros(TEST_IMAGES, dtype=np.uint8)
    images = np.zeros((TEST_IMAGES, 784), dtype=np.uint8)
    packed = zlib.compress(blob({"images": images, "labels": labels}, {"channel": "digits"}))
    digits.save(store.root, "mnist", lambda: packed)
    open_page(PLAN)
    data = boards[-1]
    # The dense network has no mask.
    assert [one["key"] for one in data["maps"]] == ["dynamicgate"]
    [drawn] = data["maps"]
    assert len(drawn["active"]) == drawn["height"] * drawn["width"] == 784
    assert drawn["blank"] == [*range(10)] and drawn["of"] == 8
    assert data["overlap"] == [{"key": "dynamicgate", "shares": [1], "chance": [None]}]
    assert [one["key"] for one in data["answers"]] == ["dynamicgate", "dense"]
    given = arrays(predictions())[0]["classes"]
    for one in data["answers"]:
        bits = np.unpackbits(np.frombuffer(b64decode(one["right"]), np.uint8), count=TEST_IMAGES)
        assert one["digits"] == TEST_IMAGES and bits.tolist() == (given == 0).tolist()
        assert b64decode(one["wrong"]) == given[given != 0].tobytes()
    assert data["images"]["token"]
    assert data["caption_of_seed"][0] == "784-8-10, preset classroom."


def test_nothing_is_read_twice_of_the_largest_comparison() -> None:
    for cached in (inside._classes, inside._gates, inside._map):
        assert cached.cache_info().maxsize == MOST_RUNS


def test_maps_and_digits_can_be_of_another_seed(store: Store, boards: Boards) -> None:
    finish(store, Plan(preset="classroom", methods=PLAN.methods, seeds=2, epochs=2, hidden=8))
    first = store.root / f"{1:012x}" / "card.json"
    card = json.loads(first.read_text(encoding="utf-8"))
    first.write_text(json.dumps(card | {"phase": "interrupted"}), encoding="utf-8")
    open_page(PLAN)
    open_page(PLAN, seed="1")
    assert [(data["seed"], data["seeds"]) for data in boards] == [("0", 2), ("1", 2)]
    assert [[one["key"] for one in data["maps"]] for data in boards] == [[], ["dynamicgate"]]


def test_without_finished_runs_there_are_no_maps(boards: Boards) -> None:
    open_page(PLAN)
    empty = [boards[-1][name] for name in ("maps", "overlap", "answers", "images")]
    assert empty == [[], [], [], None]


def test_the_smallest_network_for_an_accuracy_is_named(store: Store) -> None:
    finish(store)
    page = open_page(PLAN, accuracy="96")
    assert page.number_input(key="compare_wanted_box").value == 96
    assert "has the fewest weights" in words(page)
    page.number_input(key="compare_wanted_box").set_value(99.9).run()
    assert asked(page)["accuracy"] == ["99.9"]
    assert "None reaches 99.90% on the validation images." in words(page)


def test_the_field_and_the_sentence_have_the_same_accuracy(store: Store) -> None:
    finish(store)
    page = open_page(PLAN, accuracy="95.0749")
    box = page.number_input(key="compare_wanted_box")
    assert (box.value, box.proto.format) == (95.07, "%.2f")
    assert "95.07% on the validation images" in words(page)


def test_a_link_without_a_preset_has_that_of_the_page_without_a_link() -> None:
    page = open_page(method=["dense", "rigl"])
    assert page.selectbox(key="compare_preset").value == "classroom"
    assert page.number_input(key="compare_epochs").value == 15
    # The address that the page writes has its preset.
    page.number_input(key="compare_seeds").set_value(2).run()
    assert asked(page)["preset"] == ["classroom"]


def test_the_page_says_what_only_some_methods_get() -> None:
    page = open_page(Plan(methods=("dynamicgate", "dropout"), hidden=8))
    assert "Only dropout gets" in words(page)
    assert "same images, seeds" in words(page)
    assert "None gets dropout" in words(open_page(PLAN))


def test_the_page_names_the_methods_to_which_target_ratios_do_not_apply() -> None:
    methods = ("dense", "magnitude", "switch")
    sentence = "Methods without a target ratio have one run for each seed: dense and"
    assert sentence in words(open_page(Plan(methods=methods, ratios=(0.1, 0.05))))
    assert sentence not in words(open_page(Plan(methods=methods)))


def test_looks_are_given_in_the_order_of_the_methods(boards: Boards) -> None:
    methods = ("dense", "switch", "rigl")
    open_page(Plan(methods=methods, ratios=(0.3, 0.1)))
    looks = {row["method"]: row["series"] for row in boards[-1]["rows"]}
    assert looks == {method: place for place, method in enumerate(methods)}


def test_every_choice_is_in_the_address_and_comes_back() -> None:
    page = open_page(PLAN)
    page.multiselect(key="compare_methods").set_value(["magnitude", "dense"]).run()
    page.multiselect(key="compare_ratios").set_value(["0.1"]).run()
    page.number_input(key="compare_seeds").set_value(3).run()
    chosen = Plan("classroom", ("magnitude", "dense"), (0.1,), 3, 2, 8)
    assert Plan.from_query(asked(page)) == (chosen, [])
    again = open_page(chosen)
    assert again.multiselect(key="compare_methods").value == ["magnitude", "dense"]
    assert again.multiselect(key="compare_ratios").value == ["0.1"]
    assert again.number_input(key="compare_seeds").value == 3


def test_what_is_chosen_in_the_cards_is_in_the_address(sent: Sent) -> None:
    plan = Plan(preset="classroom", methods=("magnitude", "dense"), ratios=(0.1,), seeds=2)
    chosen = {
        "highlight": "magnitude@0.1",
        "first": "dense",
        "second": "magnitude@0.1",
        "curve": "validation",
        "published": "without",
        "seed": "1",
    }
    page = open_page(plan, **chosen)
    assert sent == [chosen]
    page.run()
    assert {name: asked(page)[name] for name in chosen} == {k: [v] for k, v in chosen.items()}
    # What another plan does not have is dropped without a word.
    page.multiselect(key="compare_methods").set_value(["dense", "rigl"]).run()
    page.number_input(key="compare_seeds").set_value(1).run()
    assert "In the link" not in words(page)
    kept = {"first": "dense", "curve": "validation", "published": "without"}
    assert {name for name in asked(page) if name in chosen} == set(kept)
    assert sent[-1] == dict(START) | kept


def test_choices_of_a_link_that_no_card_offers_are_explained(sent: Sent) -> None:
    page = open_page(PLAN, highlight="rigl", curve="train", seed="2", published="")
    told = words(page)
    # One box for all that a link has wrong.
    assert len(page.warning) == 1
    assert "In the link: highlight must be one of dynamicgate, dense; it was 'rigl'." in told
    assert "curve must be one of test, validation; it was 'train'." in told
    assert "seed must be one of 0, 1; it was '2'." in told
    assert "published" not in told
    assert sent == [START]


def test_a_preset_brings_its_number_of_epochs() -> None:
    page = open_page()
    page.selectbox(key="compare_preset").set_value("sparse").run()
    assert page.number_input(key="compare_epochs").value == Settings.from_preset("sparse").epochs


def test_choices_that_are_not_accepted_are_explained() -> None:
    page = open_page(PLAN)
    page.multiselect(key="compare_ratios").set_value(["2"]).run()
    assert "A ratio of active connections must be" in words(page)
    assert page.multiselect(key="compare_ratios").value == []
    page.multiselect(key="compare_methods").set_value([]).run()
    assert "at least one method" in words(page)
    assert page.multiselect(key="compare_methods").value == list(PLAN.methods)
    for name, wrong in (("epochs", 0), ("seeds", 11), ("hidden", -1)):
        page.number_input(key=f"compare_{name}").set_value(wrong).run()
        assert f"it was '{wrong}'. The previous choice stays." in words(page)
        assert page.number_input(key=f"compare_{name}").value == getattr(PLAN, name)
    page.number_input(key="compare_wanted_box").set_value(101.0).run()
    assert "accuracy must be a number from 0 to 100; it was '101'." in words(page)
    assert page.number_input(key="compare_wanted_box").value == 98
    page.number_input(key="compare_wanted_box").set_value(None).run()
    assert "accuracy must be a number from 0 to 100; it was ''." in words(page)
    assert page.number_input(key="compare_wanted_box").value == 98


def test_a_wrong_link_is_explained_and_the_rest_of_it_counts() -> None:
    page = open_page(method=["dense", "none"], epochs="3", accuracy="high")
    assert "In the link:" in words(page) and "'none'" in words(page)
    assert "accuracy must be a number from 0 to 100; it was 'high'." in words(page)
    assert "The plan is now dense, without a target ratio, 1 seed, preset classroom," in words(page)
    assert "The card shows what it starts with instead." in words(page)
    assert page.multiselect(key="compare_methods").value == ["dense"]
    assert page.number_input(key="compare_epochs").value == 3


def test_too_many_runs_are_refused_in_a_sentence() -> None:
    page = open_page(Plan(methods=("magnitude",), ratios=tuple(0.01 * n for n in range(1, 21))))
    page.number_input(key="compare_seeds").set_value(10).run()
    page.multiselect(key="compare_methods").set_value(["magnitude", "dense"]).run()
    assert f"at most {MOST_RUNS} runs" in words(page)
    assert page.multiselect(key="compare_methods").value == ["magnitude"]


def test_a_full_store_starts_no_race(
    store: Store, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "quota_bytes", 0)
    page = open_page(PLAN)
    click(page, "Race")
    assert "none was started" in words(page) and not hub.in_flight()


def test_runs_of_others_on_this_server_are_mentioned(hub: Hub) -> None:
    hub.start(Settings(hidden=9))
    assert "runs that are not part of this plan" in words(open_page(PLAN))


def test_an_edited_plan_leads_back_to_the_one_that_is_training(hub: Hub) -> None:
    page = open_page(PLAN)
    click(page, "Race")
    page.number_input(key="compare_epochs").set_value(1).run()
    assert "Runs of another plan are training." in words(page)
    assert button(page, "Stop").disabled
    # A page that was opened later knows it too.
    page = open_page(Plan(**{**vars(PLAN), "epochs": 1}))
    click(page, "Show that plan")
    assert Plan.from_query(asked(page)) == (PLAN, [])
    assert "another plan" not in words(page)
    click(page, "Stop")
    assert {run.phase for run in hub.in_flight()} == {"stopping"}
