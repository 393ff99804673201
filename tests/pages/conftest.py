"""Fixtures of the page tests: navigation with Back and Forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dgviz.ui import address

Travel = Callable[[AppTest, dict[str, Any]], None]


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
