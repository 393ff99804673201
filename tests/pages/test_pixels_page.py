"""The Pixels page's script, without a browser: the shown run, links and messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fresh import fresh
from streamlit.testing.v1 import AppTest
from synthetic_run import SETTINGS, write_run

from dgviz.live import hub as hub_module
from dgviz.live.hub import Hub, Run, the_hub
from dgviz.methods.catalogue import METHODS
from dgviz.methods.spec import MethodSpec
from dgviz.runs.store import the_store
from dgviz.ui import components
from dgviz.ui.pixels.run import caption
from dgviz.ui.pixels.state import View

ROOT = Path(__file__).parents[2]
FIRST, SECOND = "1" * 12, "2" * 12
CARDS = ("digit_story", "retention", "by_class", "pixel_story", "units")


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A hub without processes, and a runs directory of its own."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path))
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    monkeypatch.setattr(hub_module.Run, "serve", lambda run: None)
    with fresh(the_store, the_hub):
        yield the_hub()


def open_page(**query: str) -> AppTest:
    page = app()
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page(str(ROOT / "pages" / "pixels.py")).run()
    assert not page.exception
    return page


def app() -> AppTest:
    """The frame around the pages, not yet drawn."""
    return AppTest.from_file(str(ROOT / "dgviz" / "ui" / "shell.py"), default_timeout=20)


def warning_text(warning: Any) -> str:
    return re.sub(r"\\(.)", r"\1", warning.value)


def view(page: AppTest) -> View:
    shown: View = page.session_state["pixels_view"]
    return shown


def test_without_a_run_the_page_explains_itself() -> None:
    page = open_page()
    assert "which pixels it uses" in page.info[0].value
    assert page.query_params == {}


def test_the_newest_run_with_gates_is_shown_first(tmp_path: Path) -> None:
    write_run(tmp_path, FIRST, card={"created": "2026-01-01T00:00:00+00:00"})
    write_run(tmp_path, SECOND, settings=SETTINGS.baseline())
    page = open_page()
    assert page.run().query_params == {"run": FIRST}
    # There is a finished dense baseline, so none has to be trained.
    assert the_hub().baseline_of(SETTINGS) is not None


def test_the_run_of_the_live_page_is_preferred_to_the_newest(hub: Hub, tmp_path: Path) -> None:
    write_run(tmp_path, FIRST)
    run = hub.start(SETTINGS)
    page = app()
    page.session_state["run_id"] = run.id
    page.switch_page(str(ROOT / "pages" / "pixels.py")).run()
    assert not page.exception
    assert page.run().query_params == {"run": run.id}


def test_a_link_holds_run_step_and_pins(tmp_path: Path) -> None:
    write_run(tmp_path, FIRST)
    query = {"run": FIRST, "at": "10", "pixel": "350", "unit": "3"}
    page = open_page(**query)
    assert view(page) == View(run=FIRST, pixel=350, unit=3)
    assert page.query_params == query


def test_live_and_pixels_show_the_same_step(tmp_path: Path) -> None:
    write_run(tmp_path, FIRST)
    page = app()
    page.query_params.update({"run": FIRST, "at": "10"})
    page.run()
    for name, step in (("pixels", 10), ("live", 20), ("pixels", 20)):
        # The links in the sidebar have no query.
        page.query_params.clear()
        page.session_state["run_id"] = FIRST
        page.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
        assert page.query_params["at"] == str(step)
        page.session_state["playheads"][FIRST] = 20


def test_another_run_keeps_the_pins_and_not_the_step(tmp_path: Path) -> None:
    write_run(tmp_path, FIRST)
    write_run(tmp_path, SECOND)
    page = open_page(run=FIRST, at="10", pixel="350")
    page.selectbox(key="pixels_picker").select(SECOND).run()
    assert page.query_params == {"run": SECOND, "pixel": "350"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"pixel": "-1"}, "pixel must be a whole number from 0; it was '-1'"),
        ({"unit": "x" * 99}, "unit must be a whole number from 0; it was 'xxx"),
        ({"at": "1.5"}, "at must be a whole number from 0; it was '1.5'"),
        ({"run": "../../etc"}, "'../../etc' is not a run's id: that has 12 hex"),
        ({"run": "2a51"}, "'2a51' is not a run's id: that has 12 hexadecimal digits"),
        ({"run": SECOND}, f"There is no run '{SECOND}' on this server"),
    ],
)
def test_a_bad_link_is_answered_with_a_sentence(
    tmp_path: Path, query: dict[str, str], sentence: str
) -> None:
    write_run(tmp_path, FIRST)
    page = open_page(**query)
    assert [sentence in warning_text(warning) for warning in page.warning] == [True]
    assert not page.run().warning, "the sentence is shown once"


def test_a_dense_run_has_a_page_too(tmp_path: Path) -> None:
    write_run(tmp_path, FIRST, settings=SETTINGS.baseline())
    assert open_page(run=FIRST).query_params == {"run": FIRST}


def test_a_saved_picture_names_the_changed_knobs(hub: Hub, tmp_path: Path) -> None:
    write_run(tmp_path, FIRST)
    (title, run_id, _) = caption(hub.find(FIRST))
    assert title.startswith("DynamicGate-MLP on MNIST, paper, β 0.1 → 1, H 8")
    assert run_id == f"run {FIRST}"


def test_the_digit_that_can_be_drawn_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a phone the last card is many screens down."""
    names: list[str] = []
    monkeypatch.setattr(components, "inspector", lambda name, *_, **__: names.append(name))
    write_run(tmp_path, FIRST)
    open_page()
    assert names[0] == "digit_story"


@pytest.mark.parametrize("method", [spec for spec in METHODS.values() if spec.routes])
def test_a_network_with_routes_has_all_cards_and_no_deletion_test(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, method: MethodSpec
) -> None:
    shown: dict[str, Any] = {}

    def inspector(name: str, run: Run, *_: Any, **__: Any) -> None:
        shown[name] = run.settings.method

    monkeypatch.setattr(components, "inspector", inspector)
    write_run(tmp_path, FIRST, settings=SETTINGS.with_method(method.name).normal())
    page = open_page(run=FIRST)
    assert shown == dict.fromkeys(CARDS, method.name)
    assert f"The test is not offered for {method.title}" in warning_text(page.info[0])
    assert not page.button


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"digit": "8", "digits": "mistakes", "label": "9"}, ""),
        ({"digit": "10000"}, "digit must be from 0 to 9,999; it was 10000."),
        ({"label": "10"}, "label must be from 0 to 9; it was 10."),
        ({"digits": "all"}, "digits must be mistakes or uncertain; it was 'all'. All are browsed."),
    ],
)
def test_a_link_holds_the_browsed_digit_if_it_exists(
    tmp_path: Path, query: dict[str, str], sentence: str
) -> None:
    write_run(tmp_path, FIRST)
    page = open_page(run=FIRST, **query)
    assert [sentence in warning_text(warning) for warning in page.warning] == [True] * bool(
        sentence
    )
    assert page.run().query_params == {"run": FIRST, **({} if sentence else query)}


@pytest.mark.parametrize(
    ("method", "route", "sentence"),
    [
        ("topk", "3", ""),
        ("topk", "5", "from 1 to 4 for this network; it was 5. The expert that the digit mostly"),
        ("topk", "0", "route must be a whole number from 1; it was '0'"),
        ("dynamicweights", "x", "route must be a whole number from 1; it was 'x'"),
        ("skipnet", "1", "route=1 is ignored, because SkipNet has no route to choose."),
        ("dynamicgate", "1", "route=1 is ignored, because DynamicGate-MLP has no route"),
    ],
)
def test_a_link_holds_the_route_if_the_network_has_it(
    tmp_path: Path, method: str, route: str, sentence: str
) -> None:
    write_run(tmp_path, FIRST, settings=SETTINGS.with_method(method).normal())
    write_run(tmp_path, SECOND)
    page = open_page(run=FIRST, route=route)
    assert [sentence in warning_text(warning) for warning in page.warning] == [True] * bool(
        sentence
    )
    assert page.run().query_params == {"run": FIRST, **({} if sentence else {"route": route})}
    page.selectbox(key="pixels_picker").select(SECOND).run()
    assert not page.warning and page.query_params == {"run": SECOND}
