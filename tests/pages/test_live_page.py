"""The Live page's script, without a browser: widgets, buttons, URL and messages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from fresh import fresh
from made_up_times import measured, timed
from streamlit.testing.v1 import AppTest
from synthetic_run import write_run

from dgviz.compaction.recipe import Recipe
from dgviz.compaction.speed.measurement_file import save
from dgviz.live import hub as hub_module
from dgviz.live.hub import Hub, Run, the_hub
from dgviz.methods.catalogue import METHODS
from dgviz.places import SHELL
from dgviz.presets import PRESETS
from dgviz.runs.store import the_store
from dgviz.settings import Settings
from dgviz.ui import components
from dgviz.ui.baseline import train_baseline
from dgviz.ui.live import controls


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A hub whose runs start and then wait for commands, without a process."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path))
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    monkeypatch.setattr(hub_module.Run, "serve", lambda run: None)
    monkeypatch.setattr(components, "run_buttons", run_buttons)
    with fresh(the_store, the_hub):
        yield the_hub()


def open_page(**query: str) -> AppTest:
    # In its frame: a page alone has no links to others.
    page = AppTest.from_file(str(SHELL), default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def run_buttons(run: Run | None, commands: components.Commands) -> None:
    """Show Streamlit's buttons, all enabled; our own can be pressed in a browser only."""
    for name, act in commands.items():
        st.button(name, on_click=act)


def button(page: AppTest, label: str) -> SimpleNamespace:
    return next(button for button in page.button if button.label == label)


def warning_text(warning: Any) -> str:
    """The text of a warning, without Markdown's escapes."""
    return re.sub(r"\\(.)", r"\1", warning.value)


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


class Sliders:
    """A fake card of sliders: the knobs that it was given last, and the changes to report."""

    def __init__(self) -> None:
        self.knobs: dict[str, Any] = {}
        self.changes: list[tuple[str, float]] = []

    def __call__(
        self, run: Any, knobs: Any, others: Any, *, on_change: Callable[[str, float], None]
    ) -> None:
        self.knobs = {knob["name"]: knob for knob in knobs}
        while self.changes:
            on_change(*self.changes.pop())


@pytest.fixture
def sliders(monkeypatch: pytest.MonkeyPatch) -> Sliders:
    card = Sliders()
    monkeypatch.setattr(components, "knobs", card)
    return card


def test_an_idle_page_offers_a_start_and_every_knob() -> None:
    page = open_page()
    assert not page.exception and not page.warning
    shown = {w.key for kind in (page.selectbox, page.number_input) for w in kind}
    assert shown == {f"knob_{knob.name}" for knob in Settings().knobs() if not knob.stops}
    assert page.query_params == {}, "no setting has been changed yet"


@pytest.mark.parametrize("method", METHODS)
def test_every_knob_of_a_method_can_be_set_on_the_page(method: str, sliders: Sliders) -> None:
    page = open_page()
    page.selectbox(key="knob_method").select(method).run()
    assert not page.exception and not page.warning
    boxes = {w.key: w.value for kind in (page.selectbox, page.number_input) for w in kind}
    on_sliders = {f"knob_{name}": knob["value"] for name, knob in sliders.knobs.items()}
    chosen = Settings.from_preset("paper", method=method)
    assert boxes | on_sliders == {f"knob_{knob.name}": chosen[knob.name] for knob in chosen.knobs()}
    # The default method is described by its preset.
    if method != Settings.method:
        assert any(chosen.spec.described in caption.value for caption in page.caption)


def test_start_uses_the_settings_on_the_screen(hub: Hub) -> None:
    page = open_page(preset="sparse", beta="0.7", seed="3")
    button(page, "start").click().run()
    run = hub.find(page.query_params["run"])
    assert run.settings == Settings.from_preset("sparse", beta=0.7, seed=3)
    button(page, "start").click().run()
    assert hub.find(page.query_params["run"]) is run, "a double click starts one run"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("pause", ("pause",)),
        ("resume", ("resume",)),
        ("batch", ("step", "batch")),
        ("epoch", ("step", "epoch")),
        ("stop", ("stop", "")),
    ],
)
def test_a_command_reaches_the_run(hub: Hub, name: str, sent: tuple[str, ...]) -> None:
    run = hub.start(Settings())
    run.phase = "paused"
    page = open_page(run=run.id)
    button(page, name).click().run()
    assert run._commands.get_nowait() == sent
    assert page.query_params["run"] == run.id and not page.warning


def test_cards_with_commands_get_the_state_of_the_run(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: dict[str, Any] = {}

    def show(module: str, key: str, data: dict[str, Any], **rest: Any) -> None:
        shown[module] = data

    monkeypatch.setattr(components, "_show", show)
    write_run(hub.store.root, run_id="ab" * 6, card={"phase": "stopped"})
    open_page(run="ab" * 6)
    assert shown["live/dock"]["phase"] == "stopped" and shown["live/dock"]["resumable"]


def test_a_link_to_a_run_shows_its_settings_and_its_knobs_as_they_are_now(hub: Hub) -> None:
    run = hub.start(Settings.from_preset("classroom", seed=5))
    run.set_knob("beta", 2.5)
    page = open_page(run=run.id).run()
    assert page.query_params["preset"] == "classroom"
    assert page.query_params["seed"] == "5"
    assert page.query_params["beta"] == "2.5"


def test_a_preset_replaces_every_knob_but_the_seed() -> None:
    page = open_page(seed="9", epochs="3")
    page.selectbox(key="knob_preset").select("sparse").run()
    assert page.number_input(key="knob_epochs").value == 50
    assert page.number_input(key="knob_seed").value == 9
    assert page.number_input(key="knob_label_smoothing").value == 0.1
    assert page.caption[0].value == f"**Sparse.** {PRESETS['sparse'].description}"


def test_the_learning_rate_reaches_a_run_and_the_rest_waits(hub: Hub) -> None:
    run = hub.start(Settings())
    run.phase = "running"
    page = open_page(run=run.id)
    page.number_input(key="knob_learning_rate").set_value(0.01).run()
    page.number_input(key="knob_epochs").set_value(7).run()
    assert run.knobs["learning_rate"] == 0.01
    assert run.settings.epochs == 50
    assert page.query_params["epochs"] == "7"


def test_a_dense_run_gets_no_knob_of_gates(hub: Hub, sliders: Sliders) -> None:
    run = hub.start(Settings().baseline())
    run.phase = "paused"
    page = open_page(run=run.id)
    sliders.changes.append(("beta", 2.0))
    page.run().run()
    assert run._commands.empty() and run.knobs.keys() == {"learning_rate"}
    assert not sliders.knobs

    page.selectbox(key="knob_method").select("dynamicgate").run()
    beta = sliders.knobs["beta"]
    assert beta["value"] == 2.0 and beta["begun"] is None, "nothing waits for Resume"
    assert beta["remark"] == "Applies to the next run."
    waiting = [caption.value.lower() for caption in page.caption]
    text = "applies to the next run: method dynamicgate-mlp, a gate for each weight."
    assert text in waiting


def test_a_run_with_gates_has_sliders_if_the_next_run_is_dense(hub: Hub, sliders: Sliders) -> None:
    run = hub.start(Settings())
    run.phase = "running"
    page = open_page(run=run.id)
    page.selectbox(key="knob_method").select("dense").run()
    assert list(sliders.knobs) == ["beta", "tau", "dynamicgate.keep"]
    run.phase = "stopped"
    page.run()
    assert not sliders.knobs


def test_a_method_shows_its_own_knobs_and_starts_with_its_own_values(
    hub: Hub, sliders: Sliders
) -> None:
    page = open_page(preset="classroom")
    page.selectbox(key="knob_method").select("l0").run()
    assert page.query_params["method"] == "l0"
    assert list(sliders.knobs) == ["beta", "l0.temperature", "l0.rate"]
    sliders.changes.append(("l0.temperature", 0.5))
    page.run().run()
    assert page.query_params["l0.temperature"] == "0.5"
    assert not any(widget.key == "knob_initial_logit" for widget in page.number_input)
    button(page, "start").click().run()
    settings = hub.find(page.query_params["run"]).settings
    assert settings == Settings.from_preset("classroom", method="l0", **{"l0.temperature": 0.5})
    assert settings.beta == settings.spec.defaults["beta"]


def test_own_knobs_act_on_the_run_if_they_are_live_and_otherwise_wait(
    hub: Hub, sliders: Sliders
) -> None:
    run = hub.start(Settings(method="granet"))
    run.phase = "running"
    page = open_page(run=run.id)
    sliders.changes += [("granet.target", 0.02), ("granet.every", 50)]
    page.run().run()
    assert run.knobs == {"learning_rate": 0.001, "granet.target": 0.02, "granet.drop": 0.5}
    assert page.query_params["granet.every"] == "50" and run.settings["granet.every"] == 100
    target, every = sliders.knobs["granet.target"], sliders.knobs["granet.every"]
    assert (target["value"], target["begun"], target["remark"]) == (0.02, 0.05, "")
    assert (every["value"], every["begun"]) == (50, None)
    assert every["remark"] == "Applies to the next run."
    assert every["whole"] and not target["whole"]


def test_beside_an_ended_run_the_panel_says_which_values_the_run_has(
    hub: Hub, sliders: Sliders
) -> None:
    settings = Settings(method="granet")
    write_run(hub.store.root, run_id="ab" * 6, settings=settings, log=[])
    link = {"run": "ab" * 6, "method": "granet"}
    page = open_page(**link, **{"granet.every": "79", "epochs": "7", "hidden": "64"})
    page.run()
    assert sliders.knobs["granet.every"]["remark"] == "This run has 100."
    assert sliders.knobs["granet.target"]["remark"] == ""
    assert "This run has: hidden units 256, epochs 50." in [c.value for c in page.caption]

    open_page(run="ab" * 6).run()
    assert sliders.knobs["granet.every"]["remark"] == "", "its own values are in the panel"


def test_sliders_change_the_run_and_not_the_next_one_if_methods_differ(
    hub: Hub, sliders: Sliders
) -> None:
    run = hub.start(Settings())
    run.phase = "running"
    page = open_page(run=run.id)
    page.selectbox(key="knob_method").select("l0").run()
    assert run.knobs["beta"] == 0.03 == sliders.knobs["beta"]["value"], "the run is not touched"
    sliders.changes.append(("beta", 1.0))
    page.run().run()
    assert run.knobs["beta"] == 1.0 == sliders.knobs["beta"]["value"]
    run.phase = "finished"
    page.run()
    assert sliders.knobs["beta"]["value"] == Settings.from_preset("paper", method="l0").beta


def test_a_method_s_own_sliders_change_its_run_while_another_method_is_chosen(
    hub: Hub, sliders: Sliders
) -> None:
    run = hub.start(Settings(method="dropout"))
    run.phase = "running"
    page = open_page(run=run.id)
    page.selectbox(key="knob_method").select("rigl").run()
    sliders.changes.append(("dropout.hidden", 0.1))
    page.run().run()
    assert not page.warning and run.knobs["dropout.hidden"] == 0.1
    assert sliders.knobs["dropout.hidden"]["value"] == 0.1
    # The sliders of both methods are shown, and two may have the same label.
    assert sliders.knobs["dropout.hidden"]["label"] == "Dropout of hidden units (dropout)"
    assert sliders.knobs["rigl.drop"]["label"] == "Dropped share (RigL)"
    run.phase = "finished"
    page.run()
    assert sliders.knobs["rigl.drop"]["label"] == "Dropped share"


def test_a_run_may_end_while_its_sliders_are_made(
    hub: Hub, sliders: Sliders, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = hub.start(Settings(method="dropout"))
    run.phase = "running"
    page = open_page(run=run.id)
    page.selectbox(key="knob_method").select("rigl").run()
    on_sliders = controls._on_sliders

    def and_end(run: Run) -> Any:
        knobs = on_sliders(run)
        run.phase = "finished"
        return knobs

    monkeypatch.setattr(controls, "_on_sliders", and_end)
    page.run()
    assert not page.exception
    assert sliders.knobs["dropout.hidden"]["default"] == run.settings["dropout.hidden"]


def test_a_dense_baseline_shows_its_own_preset_and_a_way_back_to_the_gates(hub: Hub) -> None:
    run = hub.start(Settings.from_preset("classroom", seed=3).baseline())
    page = open_page(run=run.id).run()
    assert "beta" not in page.query_params and "initial_logit" not in page.query_params
    run.phase = "finished"
    page.run()
    page.selectbox(key="knob_method").select("dynamicgate").run()
    button(page, "start").click().run()
    started = hub.find(page.query_params["run"])
    assert started.settings == Settings.from_preset("classroom", seed=3)


def test_no_sentence_of_a_preset_is_above_the_sliders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "knobs", lambda *_, **__: st.caption("the sliders"))
    page = open_page()
    preset, method, sliders, *sentences = page.sidebar.children.values()
    assert (preset.key, method.key) == ("knob_preset", "knob_method")
    assert sliders.value == "the sliders" and sentences


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"beta": "nan"}, "β (beta) must be a number from -1 to 30; it was 'nan'. 0.03 is used"),
        ({"tau": "-0.1"}, "τ (tau) must be a number from 0 to 1"),
        ({"preset": "sparse", "beta": "x"}, "it was 'x'. 1 is used instead."),
        ({"preset": "xx"}, "compact-10k; it was 'xx'. paper is used instead."),
        ({"method": "magnitude", "magnitude.target": "abc"}, "'abc'. 0.05 is used instead."),
        ({"method": "magnitude", "dropout.input": "abc"}, "'abc'. It is ignored."),
        ({"method": "dense", "beta": "3"}, "and the method here is dense. It is ignored."),
        ({"epochs": "1e9"}, "epochs must be a whole number from 1 to 1000"),
        ({"run": "../../etc"}, "'../../etc' is not a run's id: that has 12 hex"),
        ({"run": "2a51"}, "'2a51' is not a run's id: that has 12 hexadecimal digits"),
        ({"run": "0" * 12}, "There is no run '000000000000' on this server"),
    ],
)
def test_a_bad_link_is_answered_with_a_sentence(query: dict[str, str], sentence: str) -> None:
    page = open_page(**query)
    assert not page.exception
    assert [sentence in warning_text(warning) for warning in page.warning] == [True]
    assert "pause" not in labels(page), "there is no run to give commands to"
    assert not page.run().warning, "the sentence is shown once"


def test_the_page_accepts_its_own_links() -> None:
    page = open_page(beta="2", initial_logit="0.5")
    page.selectbox(key="knob_method").select("dense").run()
    query = dict(page.query_params)
    assert query == {"preset": "paper", "method": "dense"}
    assert not open_page(**query).warning
    page.selectbox(key="knob_method").select("dynamicgate").run()
    assert page.query_params["beta"] == "2.0", "the value is back with a method that reads it"


def test_a_run_that_the_server_no_longer_has_is_reported_and_dropped(hub: Hub) -> None:
    page = open_page()
    button(page, "start").click().run()
    hub._runs.clear()
    page.run()
    assert "There is no run" in warning_text(page.warning[0])
    assert "run" not in page.query_params


def test_restart_stops_the_old_run_and_keeps_the_seed(hub: Hub) -> None:
    page = open_page(seed="4")
    button(page, "start").click().run()
    old = hub.find(page.query_params["run"])
    old.phase = "running"
    page.run()
    button(page, "restart").click().run()
    new = hub.find(page.query_params["run"])
    assert new is not old and old.phase in ("stopping", "stopped")
    assert new.settings == old.settings


def test_a_reload_keeps_the_settings_of_the_next_run(hub: Hub) -> None:
    run = hub.start(Settings.from_preset("classroom"))
    run.set_knob("beta", 2.5)
    page = open_page(run=run.id, preset="classroom", epochs="7", beta="1.0").run()
    assert page.query_params["epochs"] == "7"
    assert page.query_params["beta"] == "2.5", "the run's own knobs count, not the link's"
    assert "Applies to the next run: epochs 7." in [caption.value for caption in page.caption]


def test_a_knob_changed_in_another_tab_keeps_its_value(hub: Hub) -> None:
    page = open_page()
    button(page, "start").click().run()
    run = hub.find(page.query_params["run"])
    run.set_knob("beta", 7.0)
    page.number_input(key="knob_learning_rate").set_value(0.01).run()
    assert run.knobs["beta"] == 7.0
    assert page.query_params["beta"] == "7.0"


def test_a_restart_has_a_parent_and_shows_what_was_changed(hub: Hub) -> None:
    page = open_page(preset="classroom")
    button(page, "start").click().run()
    first = hub.find(page.query_params["run"])
    write_run(hub.store.root, run_id=first.id, settings=first.settings)
    first.phase = "running"
    page.number_input(key="knob_epochs").set_value(7).run()
    button(page, "restart").click().run()
    second = hub.find(page.query_params["run"])
    assert second.job.parent == first.id
    assert any("epochs 7 instead of 15" in caption.value for caption in page.caption)


def test_a_run_with_another_seed_has_no_parent() -> None:
    page = open_page()
    button(page, "start").click().run()
    the_hub().find(page.query_params["run"]).phase = "running"
    page.number_input(key="knob_seed").set_value(3).run()
    button(page, "restart").click().run()
    assert the_hub().find(page.query_params["run"]).job.parent is None


def test_a_link_to_a_recorded_run_shows_it_as_it_was(hub: Hub) -> None:
    settings = Settings.from_preset("sparse", hidden=8, seed=4)
    write_run(hub.store.root, run_id="ab" * 6, settings=settings)
    page = open_page(run="ab" * 6).run()
    assert not page.exception and not page.warning
    assert page.query_params["seed"] == "4" and page.query_params["hidden"] == "8"
    assert hub.find("ab" * 6).newest.keys() == {"masks", "gates", "weights", "facts"}


def test_resume_goes_on_under_the_same_id(hub: Hub) -> None:
    write_run(
        hub.store.root, run_id="ab" * 6, settings=Settings(hidden=8), card={"phase": "stopped"}
    )
    page = open_page(run="ab" * 6)
    before = hub.find("ab" * 6)
    button(page, "resume").click().run()
    after = hub.find("ab" * 6)
    assert after is not before and before.superseded and not after.superseded
    assert after.job.resume and after.token == before.token
    assert after.phase == "starting"


def test_resume_shows_before_and_after_which_settings_it_uses(hub: Hub) -> None:
    settings = Settings.from_preset("classroom", hidden=8)
    write_run(hub.store.root, run_id="ab" * 6, settings=settings, card={"phase": "stopped"})
    page = open_page(run="ab" * 6)
    sentence = "Resume goes on with this run's own settings. Start uses these."
    assert sentence not in [caption.value for caption in page.caption]
    page.selectbox(key="knob_preset").select("paper").run()
    assert sentence in [caption.value for caption in page.caption]
    button(page, "resume").click().run()
    assert sentence not in [caption.value for caption in page.caption]
    assert page.selectbox(key="knob_preset").value == "classroom"
    assert page.number_input(key="knob_epochs").value == 15
    assert page.query_params["preset"] == "classroom" and "beta" not in page.query_params


def test_the_page_shows_why_a_run_cannot_be_resumed(hub: Hub) -> None:
    folder = write_run(hub.store.root, run_id="ab" * 6, card={"phase": "stopped"})
    page = open_page(run="ab" * 6)
    assert hub.find("ab" * 6).resumable
    # Another process trains it to its end, and the server has not read it since.
    shutil.rmtree(folder)
    write_run(hub.store.root, run_id="ab" * 6)
    button(page, "resume").click().run()
    assert "cannot be resumed: it is finished" in warning_text(page.warning[0])


def test_the_measured_speed_of_an_ended_run_is_shown(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(components, "whole_run", lambda *args, speed, **rest: shown.append(speed))
    measured_run = "ab" * 6
    folder = write_run(hub.store.root, run_id=measured_run, log=[])
    open_page(run=measured_run)
    times = timed({"dense": 20e-6, "csc-inked": 4e-6})
    save(measured(*times, run=measured_run), folder)
    open_page(run=measured_run)
    save(measured(*times, run=measured_run, recipe=Recipe(tau=0.6)), folder)
    open_page(run=measured_run)
    text = {"step": 20, "text": "4.00 µs, 5.00× as fast"}
    assert shown == [None, text, text], "the times of a network that was pruned harder are others"


def test_a_finished_run_is_trained_further_and_followed(hub: Hub) -> None:
    finished = "ab" * 6
    write_run(hub.store.root, run_id=finished, log=[])
    page = open_page(run=finished)
    page.number_input(key=f"further_epochs_{finished}").set_value(7).run()
    button(page, "Train further").click().run()
    run = hub.find(page.query_params["run"])
    assert (run.settings.epochs, run.job.parent) == (7, finished)
    assert page.query_params["epochs"] == "7"
    assert any("Trained further after epoch 2." in caption.value for caption in page.caption)
    assert "Train further" not in labels(page)


def test_a_run_that_was_deleted_is_not_trained_further(hub: Hub) -> None:
    write_run(hub.store.root, run_id="ab" * 6)
    page = open_page(run="ab" * 6)
    hub.store.delete("ab" * 6)
    button(page, "Train further").click().run()
    assert "There is no run abababababab" in warning_text(page.warning[0])


def test_a_resume_of_a_run_that_was_deleted_is_refused_in_one_sentence(hub: Hub) -> None:
    write_run(hub.store.root, run_id="ab" * 6, card={"phase": "stopped"})
    page = open_page(run="ab" * 6)
    hub.store.delete("ab" * 6)
    button(page, "resume").click().run()
    (warning,) = page.warning
    assert "restore it on the Runs page" in warning_text(warning)
    assert not button(page, "resume").click().run().exception, "there is none to resume any more"


def test_advice_to_lower_tau_is_given_only_while_a_run_trains(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(
        components,
        "knobs",
        lambda run, sliders, *_, **__: warnings.extend(
            slider["warn"] for slider in sliders if slider["name"] == "tau"
        ),
    )
    page = open_page(tau="0.7")
    button(page, "start").click().run()
    idle, *_, trains = warnings
    assert idle == "A high τ can close all gates, and accuracy drops."
    assert trains == f"{idle} Lower τ again to undo this while the network trains."


def test_a_dense_baseline_that_is_asked_for_twice_is_trained_once(hub: Hub) -> None:
    train_baseline(Settings(seed=3))
    train_baseline(Settings(seed=3))
    assert [run.settings for run in hub._runs.values()] == [Settings(seed=3).baseline()]


def test_a_link_to_a_snapshot_keeps_it(hub: Hub) -> None:
    write_run(hub.store.root, run_id="ab" * 6)
    page = open_page(run="ab" * 6, at="7")
    assert not page.warning and page.query_params["at"] == "7"
    button(page, "start").click().run()
    assert "at" not in page.query_params


def test_a_negative_step_in_a_link_is_reported(hub: Hub) -> None:
    write_run(hub.store.root, run_id="ab" * 6)
    page = open_page(run="ab" * 6, at="-1")
    assert "at must be a whole number from 0" in warning_text(page.warning[0])
    page.run()
    assert "at" not in page.query_params


def test_a_link_from_another_page_replaces_run_and_settings(hub: Hub) -> None:
    write_run(hub.store.root, run_id="ab" * 6, settings=Settings(hidden=8, seed=4))
    page = open_page(preset="sparse")
    page.session_state["address_page"] = "runs"
    page.query_params.clear()
    page.query_params["run"] = "ab" * 6
    page.run()
    assert page.query_params["seed"] == "4" and page.query_params["preset"] == "paper"


def test_back_and_forward_restore_run_and_settings(hub: Hub, travel: Callable[..., None]) -> None:
    page = open_page(preset="classroom", beta="2").run()
    idle = dict(page.query_params)
    button(page, "start").click().run()
    page.number_input(key="knob_epochs").set_value(7).run()
    running = dict(page.query_params)
    travel(page, idle)
    assert "is still training" in warning_text(page.warning[0])
    assert "run" not in page.query_params and page.number_input(key="knob_epochs").value == 15
    assert page.query_params == idle
    travel(page, running)
    assert page.number_input(key="knob_epochs").value == 7
    assert page.query_params == running


def test_back_to_an_address_without_a_query_is_a_fresh_page(travel: Callable[..., None]) -> None:
    page = open_page()
    page.selectbox(key="knob_preset").select("sparse").run()
    travel(page, {})
    assert page.selectbox(key="knob_preset").value == "paper"


def test_a_late_rerun_does_not_undo_a_start(hub: Hub) -> None:
    page = open_page(preset="classroom").run()
    before = dict(page.query_params)
    button(page, "start").click().run()
    started = page.query_params["run"]
    # The browser sent this rerun before it received the new address.
    page.query_params.clear()
    page.query_params.update(before)
    page.run()
    assert page.query_params["run"] == started
