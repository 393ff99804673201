"""Hubs that leave nothing behind, with workers real or fake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from fake_worker import FakeWorker

from dgviz.live import hub as hub_module
from dgviz.live import run as run_module
from dgviz.live.child import Child
from dgviz.live.hub import Hub
from dgviz.live.job import Job
from dgviz.runs.store import Store


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeWorker]]:
    """Every fake worker that was started, oldest first; no real one is."""
    started: list[FakeWorker] = []

    def start(job: Job, commands: SimpleQueue[Any]) -> Child:
        worker = FakeWorker(job, commands)
        started.append(worker)
        return worker.child

    monkeypatch.setattr(run_module, "start_worker", start)
    # A fake worker answers only where its test says so, and a hub that is closed kills it.
    monkeypatch.setattr(hub_module, "CLOSE_SECONDS", 0.3)
    yield started
    for worker in started:
        if worker.is_alive():
            worker.die(0)


@pytest.fixture
def make_hub(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[int], Hub]]:
    """Makes hubs of a given limit, and closes them."""
    # The factory of workers is shared by all tests, and starting one takes seconds.
    monkeypatch.setattr(hub_module, "cool_down", lambda: None)
    if "workers" in request.fixturenames:
        # Torn down after the hubs, whose runs still speak to them.
        request.getfixturevalue("workers")
    hubs: list[Hub] = []

    def make(limit: int) -> Hub:
        hubs.append(Hub(limit, Store(tmp_path / "runs")))
        return hubs[-1]

    yield make
    for hub in hubs:
        hub.close()
