"""Fixtures of the tests of the Compact page's script, which need no browser and no process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fresh import fresh

from dgviz.live import hub as hub_module
from dgviz.live import task as task_module
from dgviz.live.hub import the_hub
from dgviz.live.task import the_compactions, the_speed_tests
from dgviz.runs.store import the_store
from dgviz.ui import components
from dgviz.ui.compact.results import the_results

_CACHED = (the_store, the_hub, the_compactions, the_speed_tests, the_results)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty runs directory; runs and tasks start without a process."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path))
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    monkeypatch.setattr(hub_module.Run, "serve", lambda run: None)
    monkeypatch.setattr(task_module.Tasks, "_serve", lambda tasks, name, task: None)
    with fresh(*_CACHED):
        yield tmp_path


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
