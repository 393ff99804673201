"""The process that trains a sweep for the server: its start, its stop, and its sudden end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest
from tiny_sweep import BASE
from waiting import until

from dgviz.live.hub import Hub
from dgviz.live.sweep_work import Busy, SweepWork
from dgviz.runs.store import Store
from dgviz.sweeps.at_work import commands
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid

LONG = BASE.with_changes(epochs=1000, batch_size=128)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(2, Store(tmp_path))


def processes(work: SweepWork) -> list[psutil.Process]:
    """The process of a sweep and its workers."""
    assert work._process
    main = psutil.Process(work._process.pid)
    return [main, *main.children(recursive=True)]


def running(these: list[psutil.Process]) -> bool:
    return any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in these)


def test_a_sweep_is_stopped_with_all_its_processes_and_a_killed_one_leaves_none(
    hub: Hub, tmp_path: Path
) -> None:
    folder = tmp_path / "sweeps" / "long"
    SweepFolder(folder).extend(Grid(LONG, {"beta": (0.01, 0.1)}))
    work = SweepWork(hub)
    work.start(folder, 2)
    with pytest.raises(Busy, match="The sweep long is being trained"):
        work.start(tmp_path / "sweeps" / "other", 1)
    until(lambda: SweepFolder(folder).begun())
    family = processes(work)
    assert len(family) > 1 and work.trains(folder)
    # The page tells it from others by this.
    assert [command.owner for command in commands(folder)] == [work.owner]
    work.stop(folder)
    assert not work.trains(folder) and not work.reason
    until(lambda: not running(family))

    work.start(folder, 2)
    until(lambda: len(processes(work)) > 3)
    family = processes(work)
    os.kill(family[0].pid, signal.SIGKILL)
    until(lambda: not work.trains(folder) and not running(family))
    assert work.reason == "It ended with exit code -9."
    work.close()


def test_a_process_that_fails_says_why(hub: Hub, tmp_path: Path) -> None:
    work = SweepWork(hub)
    work.start(tmp_path / "missing", 1)
    work.stop(tmp_path / "other")
    until(lambda: not work.trains(tmp_path / "missing"))
    assert "There is no sweep in" in work.reason
