"""Fixtures of the page tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dgviz.ui import address

Travel = Callable[[AppTest, dict[str, Any]], None]


@pytest.fixture(autouse=True)
def no_component_of_other_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each page Streamlit would read the metadata of every installed package: half the time."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """A function that goes Back or Forward to a query: a rerun marked as history navigation."""

    def go(page: AppTest, query: dict[str, Any]) -> None:
        page.query_params.clear()
        page.query_params.update(query)
        with monkeypatch.context() as patch:
            patch.setattr(address, "_is_history_navigation", lambda: True)
            page.run()

    return go
