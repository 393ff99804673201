"""What the browser's half of a card is told, and how it knows which of two tellings is newer."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import streamlit as st
from programs import program

from dgviz.settings import Settings
from dgviz.ui import components
from dgviz.web import files


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The data of every card that is mounted, in order."""
    data: list[dict[str, Any]] = []
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(components, "_card", lambda module: lambda **given: data.append(given))
    return data


_CALLS = """
globalThis.document = { baseURI: new URL("./page/", import.meta.url).href };
globalThis.told = [];
const { default: show } = await import("./script.mjs");
const places = [{}, {}];
await Promise.allSettled(places.map((parentElement, issued) => show({ parentElement, issued })));
console.log(JSON.stringify([told, places.map(({ innerHTML }) => innerHTML)]));
"""
_LINKED = """export const modules = { loader: {
    mount: (name, { issued }, given) => told.push([name, issued, given === modules]),
} };"""


@pytest.mark.parametrize("served", [True, False])
def test_a_card_is_loaded_from_below_the_page_or_says_that_it_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: bool
) -> None:
    """A proxy may serve the page below any path; the calls of Streamlit stay in their order."""
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
    told, shown = json.loads(done.stdout)
    if served:
        assert told == [["pixels/units", 0, True], ["pixels/units", 1, True]]
        assert shown == [None, None]
    else:
        assert not told
        assert all("could not be loaded from the server" in html for html in shown)


def test_every_change_of_a_cards_data_has_a_greater_number(told: list[dict[str, Any]]) -> None:
    for hint in ("a", "b", "a"):
        components.status(None, hint=hint)
    numbers = [given["data"]["issued"] for given in told]
    assert numbers == sorted(set(numbers))


def test_what_has_not_changed_is_not_sent_again(told: list[dict[str, Any]]) -> None:
    components.status(None, hint="a")
    components.board(None, None, ["live/curves"])
    components.status(None, hint="a")
    assert told[0] == told[2] | {"on_phase_change": told[0]["on_phase_change"]}


def test_a_browser_can_read_the_numbers(told: list[dict[str, Any]]) -> None:
    components.status(None, hint="a")
    assert 0 < told[0]["data"]["issued"] < 2**53


def test_what_a_card_tells_is_read_without_its_number(told: list[dict[str, Any]]) -> None:
    heard: list[tuple[Any, ...]] = []
    components.scrubber(None, on_seek=lambda: heard.append(("at", components.chosen_step())))
    components.pins(None, None, on_change=lambda *pinned: heard.append(pinned))
    st.session_state["scrubber"] = {"at": {"value": 0, "turn": 7}}
    st.session_state["pins"] = {"pinned": {"value": {"pixel": 350, "unit": None}, "turn": 8}}
    told[0]["on_at_change"]()
    told[1]["on_pinned_change"]()
    assert heard == [("at", 0), (350, None)]


def test_the_dense_baseline_is_trained_of_the_run_that_is_shown(told: list[dict[str, Any]]) -> None:
    asked: list[object] = []
    run = SimpleNamespace(id="a", token="", settings=Settings(seed=3))
    for shown in (run, None):
        components.whole_run(
            cast(Any, shown), None, at=None, on_seek=asked.append, on_train_baseline=asked.append
        )
    for given in told:
        given["on_train_baseline_change"]()
    assert asked == [run.settings]
