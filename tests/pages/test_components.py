"""What the browser's half of a card is told, and how it knows which of two tellings is newer."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest
import streamlit as st

from dgviz.settings import Settings
from dgviz.ui import components


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The data of every card that is mounted, in order."""
    data: list[dict[str, Any]] = []
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(components, "_card", lambda module: lambda **given: data.append(given))
    return data


def test_a_card_is_imported_by_the_loader_and_found_from_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Streamlit's own imports end in any order, and a proxy may serve the page below any path."""
    scripts: dict[str, str] = {}
    monkeypatch.setattr(
        st.components.v2, "component", lambda name, js: scripts.setdefault(name, js)
    )
    components._card.__wrapped__("pixels/units")
    (script,) = scripts.values()
    assert re.findall(r"import\((.*?)\)[;\s]", script) == [
        'new URL("dgviz/web/loader.js", document.baseURI)'
    ]
    assert 'mount("pixels/units", component)' in script


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
    components.scrubber(None, on_stop=lambda: heard.append(("at", components.stopped_at())))
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
            cast(Any, shown), None, at=None, on_stop=asked.append, on_train_twin=asked.append
        )
    for given in told:
        given["on_train_twin_change"]()
    assert asked == [run.settings]
