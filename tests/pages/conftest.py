"""What the tests of pages share: going back and forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dgviz.ui import address

Travel = Callable[[AppTest, dict[str, Any]], None]


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Back or Forward to this query, as Streamlit answers it: with a rerun that says so."""

    def go(page: AppTest, query: dict[str, Any]) -> None:
        page.query_params.clear()
        page.query_params.update(query)
        with monkeypatch.context() as patch:
            patch.setattr(address, "_is_history_navigation", lambda: True)
            page.run()

    return go
