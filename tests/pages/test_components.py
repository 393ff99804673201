"""The data that is sent to a card in the browser, and the numbers that show which is newer."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import streamlit as st
from programs import program

from dgviz.methods.catalogue import METHODS
from dgviz.methods.spec import MethodSpec
from dgviz.settings import Settings
from dgviz.ui import components
from dgviz.web import files


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The data of every card that is mounted, in order."""
    data: list[dict[str, Any]] = []
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(components, "_card", lambda module: lambda **given: data.append(given))
    return data


_CALLS = """
globalThis.document = { baseURI: new URL("./page/", import.meta.url).href };
globalThis.mounted = [];
const { default: show } = await import("./script.mjs");
const places = [{}, {}];
await Promise.allSettled(places.map((parentElement, issued) => show({ parentElement, issued })));
console.log(JSON.stringify([mounted, places.map(({ innerHTML }) => innerHTML)]));
"""
_LINKED = """export const modules = { loader: {
    mount: (name, { issued }, given) => mounted.push([name, issued, given === modules]),
} };"""


@pytest.mark.parametrize("served", [True, False])
def test_a_card_is_loaded_from_below_the_page_or_reports_that_it_could_not_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: bool
) -> None:
    """A proxy may serve the page below any path; Streamlit's calls stay in order."""
    node = program("node", package="nodejs", purpose="run the script of a card")
    monkeypatch.setattr(
        st.components.v2, "component", lambda name, js: (tmp_path / "script.mjs").write_text(js)
    )
    components._card.__wrapped__("pixels/units")
    (tmp_path / "calls.mjs").write_text(_CALLS)
    linked = tmp_path / "page" / files.address("dgviz.js")
    linked.parent.mkdir(parents=True)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    if served:
        linked.write_text(_LINKED)

    done = subprocess.run([node, tmp_path / "calls.mjs"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    mounted, shown = json.loads(done.stdout)
    if served:
        assert mounted == [["pixels/units", 0, True], ["pixels/units", 1, True]]
        assert shown == [None, None]
    else:
        assert not mounted
        assert all("could not be loaded from the server" in html for html in shown)


def test_every_change_of_a_cards_data_has_a_greater_number(mounted: list[dict[str, Any]]) -> None:
    for hint in ("a", "b", "a"):
        components.status(None, hint=hint)
    numbers = [given["data"]["issued"] for given in mounted]
    assert numbers == sorted(set(numbers))


def test_unchanged_data_are_not_sent_again(mounted: list[dict[str, Any]]) -> None:
    components.status(None, hint="a")
    components.scrubber(None)
    components.status(None, hint="a")
    assert mounted[0] == mounted[2] | {"on_phase_change": mounted[0]["on_phase_change"]}


def test_a_browser_can_read_the_numbers(mounted: list[dict[str, Any]]) -> None:
    components.status(None, hint="a")
    assert 0 < mounted[0]["data"]["issued"] < 2**53


def test_a_cards_value_is_read_without_its_number(mounted: list[dict[str, Any]]) -> None:
    received: list[tuple[Any, ...]] = []
    components.scrubber(None, on_seek=lambda: received.append(("at", components.chosen_step())))
    pins = {"pixel": None, "unit": None, "route": 2}
    components.pins(pins, on_change=lambda pinned: received.append(("pins", pinned)))
    st.session_state["scrubber"] = {"at": {"value": 0, "turn": 7}}
    st.session_state["pins"] = {"pinned": {"value": {**pins, "pixel": 350}, "turn": 8}}
    mounted[0]["on_at_change"]()
    mounted[1]["on_pinned_change"]()
    assert mounted[1]["data"].items() >= pins.items()
    assert received == [("at", 0), ("pins", {**pins, "pixel": 350})]


def test_the_shown_run_gets_the_dense_baseline(mounted: list[dict[str, Any]]) -> None:
    asked: list[object] = []
    run = SimpleNamespace(id="a", token="", settings=Settings(seed=3))
    for shown in (run, None):
        components.whole_run(
            cast(Any, shown),
            None,
            settings=run.settings,
            at=None,
            on_seek=asked.append,
            on_train_baseline=asked.append,
        )
    for given in mounted:
        given["on_train_baseline_change"]()
    assert asked == [run.settings]


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_the_board_has_the_cards_that_say_something_of_the_method(
    mounted: list[dict[str, Any]], method: MethodSpec
) -> None:
    settings = Settings(method=method.name, epochs=20, freeze_at=0.25)
    components.whole_run(
        None, None, settings=settings, at=None, on_seek=print, on_train_baseline=print
    )
    data = mounted[0]["data"]
    assert data["method"] == {
        "masks": method.masks,
        "scores": method.scores,
        "whose": "",
        "routes": method.routes,
        "keep": 0,
        "frozenFrom": 5,
    }
    assert ("live/histogram" in data["cards"]) == bool(method.scores)
    assert ("live/routing" in data["cards"]) == bool(method.routes)
    assert ("live/pixel_map" in data["cards"]) != bool(method.routes)


@pytest.mark.parametrize(
    ("method", "gates", "text"),
    [
        ("dynamicgate", "weight", ""),
        ("dynamicgate", "unit", "Each connection shows the gate of its hidden unit."),
        ("dynamicgate", "pixel-unit", "Each connection shows the lowest of its gates."),
        ("l0", "input", "Each connection shows the gate of its input."),
    ],
)
def test_charts_say_whose_gate_a_connection_shows(
    mounted: list[dict[str, Any]], method: str, gates: str, text: str
) -> None:
    settings = Settings(method=method, own=((METHODS[method].gates, gates),))
    components.whole_run(
        None, None, settings=settings, at=None, on_seek=print, on_train_baseline=print
    )
    assert mounted[0]["data"]["method"]["whose"] == text


@pytest.mark.parametrize(
    ("method", "routing"),
    [
        ("dense", None),
        ("topk", {"kind": "top", "word": "expert", "chosen": 1}),
        ("skipnet", {"kind": "skip", "word": "path", "chosen": None}),
    ],
)
def test_an_inspector_knows_how_the_network_routes_an_image(
    mounted: list[dict[str, Any]], method: str, routing: dict[str, Any] | None
) -> None:
    own = (("topk.chosen", 1),) if method == "topk" else ()
    run = SimpleNamespace(id="a", token="", settings=Settings(method=method, own=own))
    components.inspector("units", cast(Any, run), None, caption=[])
    assert mounted[0]["data"]["routing"] == routing
