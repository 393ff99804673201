"""Fixtures: hubs that are closed after the test, with real or fake workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from fake_worker import FakeWorker

from dgviz.live import hub as hub_module
from dgviz.live import launch
from dgviz.live import run as run_module
from dgviz.live.child import Child
from dgviz.live.hub import Hub
from dgviz.live.job import Job
from dgviz.runs.store import Store


@pytest.fixture(scope="session", autouse=True)
def shared_forkserver() -> Iterator[None]:
    """A closing hub leaves the forkserver to the next test: starting it takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub_module, "cool_down", lambda: None)
        yield
    launch.cool_down()


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeWorker]]:
    """All started fake workers, oldest first; no real worker is started."""
    started: list[FakeWorker] = []

    def start(job: Job, commands: SimpleQueue[Any]) -> Child:
        worker = FakeWorker(job, commands)
        started.append(worker)
        return worker.child

    monkeypatch.setattr(run_module, "start_worker", start)
    # A fake worker answers only if its test makes it, so a closing hub waits in vain and kills it.
    monkeypatch.setattr(hub_module, "CLOSE_SECONDS", 0.02)
    yield started
    for worker in started:
        if worker.is_alive():
            worker.die(0)


@pytest.fixture
def make_hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[int], Hub]]:
    """A function that makes hubs with a given limit; they are closed after the test."""
    if "workers" in request.fixturenames:
        # Torn down after the hubs, whose runs still send commands to them.
        request.getfixturevalue("workers")
    hubs: list[Hub] = []

    def make(limit: int) -> Hub:
        hubs.append(Hub(limit, Store(tmp_path / "runs")))
        return hubs[-1]

    yield make
    for hub in hubs:
        hub.close()


@pytest.fixture
def bare_forkserver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A forkserver for one test, without torch; the test may kill it."""
    monkeypatch.setattr(launch, "_PRELOADED", [])
    state = vars(forkserver._forkserver)
    shared = dict(state)
    state.update(vars(forkserver.ForkServer()))
    yield
    launch.cool_down()
    state.update(shared)
