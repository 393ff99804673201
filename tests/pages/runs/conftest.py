"""Fixtures of the tests of the Runs page's script, which need no browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fresh import fresh
from runs_page import DENSE, A, B, C, add
from synthetic_run import SETTINGS

from dgviz.live import hub as hub_module
from dgviz.live import task as task_module
from dgviz.live.hub import Hub, the_hub
from dgviz.live.task import Task, the_imports
from dgviz.runs.contents import RunsError
from dgviz.runs.store import Store, the_store


def serve_here(task: Task) -> None:
    """Do a task's work in this process."""
    try:
        task._handle("done", task.work(lambda done: None, *task.arguments))
    except RunsError as problem:
        task._handle("failed", str(problem))


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty runs directory, and a hub whose runs start without a process."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    monkeypatch.setattr(hub_module.Run, "serve", lambda run: None)
    monkeypatch.setattr(task_module.Task, "serve", serve_here)
    with fresh(the_store, the_hub, the_imports):
        yield the_store()


@pytest.fixture
def hub(store: Store) -> Hub:
    return the_hub()


@pytest.fixture
def three(store: Store) -> Store:
    add(store, A, label={"name": "Lecture demo", "tags": ["lecture"]})
    add(store, B, SETTINGS.with_changes(beta=0.7, seed=3), label=None)
    add(store, C, DENSE, card={"phase": "stopped", "reason": "Stopped by the reader."})
    return store
