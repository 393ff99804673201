"""Sweeps in real processes: of this machine, and of Dask and Ray clusters of several processes.

In each a worker is killed in the middle, and every trial is done once.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import psutil
import pytest
from tiny_sweep import TRIAL

from bench.clusters import dask_cluster, ray_cluster
from dgviz.cli.main import main
from dgviz.settings import Settings
from dgviz.sweeps import backends, task
from dgviz.sweeps.backends import BackendError, train_all
from dgviz.sweeps.folder import SweepFolder, claimed
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.result import RESULT, read, write
from dgviz.sweeps.task import Report
from dgviz.sweeps.trial import train_trial

GRID = Grid(
    # With a limit on its connections, each network is trained alone.
    Settings.from_preset(
        "classroom",
        epochs=2,
        hidden=4,
        batch_size=500,
        device="cpu",
        **{"dynamicgate.keep": 10},
    ),
    {"beta": (0.01, 0.1), "tau": (0.4, 0.5)},
)
NAMES = {trial_id(settings) for settings in GRID.trials()}

PATIENCE = 120.0


@pytest.fixture
def sweep(tmp_path: Path) -> SweepFolder:
    folder = SweepFolder(tmp_path / "sweep")
    folder.extend(GRID)
    return folder


def the_results(sweep: SweepFolder) -> dict[str, float]:
    """The accuracy of every trial; all are done, and nothing else is in the folder."""
    found = {trial_id(one): result for one, result in sweep.results(GRID)}
    assert all(found.values()) and sweep.begun() == NAMES
    assert not [*sweep.path.glob(".incoming*")]
    return {name: result.figures["test_accuracy"] for name, result in found.items() if result}


Workers = Callable[[], list[psutil.Process]]


def trained(
    sweep: SweepFolder, backend: str, workers: Workers, address: str = "", *, shared: bool = True
) -> None:
    """Train all trials, and kill a worker when the first is done; each is reported done once."""
    killed, reports = False, []
    trials = list(GRID.trials())
    for report in train_all(sweep, trials, jobs=2, backend=backend, address=address, shared=shared):
        reports.append(report.trial)
        assert report.outcome == "done"
        # The others are in training now, or about to be.
        if not killed and (found := workers()):
            found[0].kill()
            killed = True
    assert killed
    assert sorted(reports) == sorted(NAMES)


def below(pid: int, mark: str) -> list[psutil.Process]:
    """The processes that this one has started, and those have, with a mark in their commands."""
    found = []
    for one in psutil.Process(pid).children(recursive=True):
        # It may have ended meanwhile.
        with contextlib.suppress(psutil.NoSuchProcess):
            if mark in " ".join(one.cmdline()):
                found.append(one)
    return found


def loky_workers() -> list[psutil.Process]:
    return below(os.getpid(), "popen_loky")


def test_this_machine_and_a_killed_worker(sweep: SweepFolder) -> None:
    trained(sweep, "loky", loky_workers)
    accuracies = the_results(sweep)
    assert min(accuracies.values()) > 0.2
    assert loky_workers() == []


def test_workers_end_with_a_command_that_is_killed(sweep: SweepFolder) -> None:
    command = [sys.executable, "-m", "dgviz", "sweep", "work", str(sweep.path), "--jobs=2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert any(re.match("[12] of 4, 0 failed", line) for line in process.stderr)
        workers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        assert workers
        # Before the end of the command is asked for: until then it is a zombie.
        _, alive = psutil.wait_procs(workers, timeout=PATIENCE)
        assert not alive
    assert [result for _, result in sweep.results(GRID)].count(None) > 0


def test_two_shards_at_once_on_one_folder(
    sweep: SweepFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "dgviz", "sweep", "work", str(sweep.path), "--jobs=1"]
    both = [
        subprocess.Popen([*command, f"--shard={i}/2"], stdout=subprocess.PIPE, text=True)
        for i in (1, 2)
    ]
    said = [process.communicate(timeout=PATIENCE)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    the_results(sweep)
    before = {path: path.stat().st_mtime_ns for path in sweep.path.glob(f"*/{RESULT}")}
    # A job that is sent again finds nothing left to do.
    assert main([*command[3:], "--shard=2/2"]) == 0
    assert "trials are done" in capsys.readouterr().out
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_dask_cluster_and_a_killed_worker(
    sweep: SweepFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    with dask_cluster(2) as cluster:

        def workers() -> list[psutil.Process]:
            return [psutil.Process(one.process.process.pid) for one in cluster.workers.values()]

        with monkeypatch.context() as patched:
            # As where dgviz is missing; the scheduler would wait for ever.
            patched.setattr(backends, "__name__", "missing")
            with pytest.raises(BackendError, match="The scheduler and 2 of 2 workers of the Dask"):
                trained(sweep, "dask", workers, cluster.scheduler_address)
        # They return what they have trained, as on machines that do not see the folder.
        trained(sweep, "dask", workers, cluster.scheduler_address, shared=False)
    the_results(sweep)


def test_a_ray_cluster_and_a_killed_worker(sweep: SweepFolder) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    with ray_cluster(2) as first:
        # Ray gives a worker the name of its task.
        trained(sweep, "ray", lambda: below(first, "ray::train_"))
    the_results(sweep)


def test_trials_that_are_trained_together(tmp_path: Path) -> None:
    base = GRID.base.with_changes(**{"dynamicgate.keep": 0})
    sweep, trials = SweepFolder(tmp_path), list(Grid(base, GRID.axes).trials())
    reports = list(train_all(sweep, trials, jobs=1))
    assert [report.outcome for report in reports] == ["done"] * 4
    found = [sweep.result(trial_id(settings)) for settings in trials]
    assert [result and result.together for result in found] == [4] * 4
    again = Grid(base, GRID.axes, seeds=2)
    reports = list(train_all(sweep, list(again.trials()), jobs=1, everything=True))
    assert [result and result.together for _, result in sweep.results(again)] == [4] * 4 + [1] * 4


@pytest.mark.usefixtures("on_tiny")
def test_returned_files_replace_a_trial_that_is_not_done_and_no_other(tmp_path: Path) -> None:
    train_trial(tmp_path / "away", TRIAL)
    name = trial_id(TRIAL)
    files, report = task.packed(tmp_path / "away" / name), Report(name, "done")
    here = tmp_path / "here"
    (here / name).mkdir(parents=True)
    (here / name / "unfinished").touch()
    assert task.keep(here, report, files) == report
    assert read(here / name) and not (here / name / "unfinished").exists()
    before = (here / name).stat().st_ino
    assert task.keep(here, report, files) == report
    assert (here / name).stat().st_ino == before
    with claimed(here, name):
        assert task.keep(here, report, files).outcome == "elsewhere"
    stopped = read(here / name)
    assert stopped
    write(here / name, replace(stopped, stopped=1))
    assert task.keep(here, report, files) == report
    assert read(here / name) == stopped


def test_trials_that_are_cancelled_leave_no_warning() -> None:
    ended = threading.Event()

    def work(folder: str, *rest: Any) -> Any:
        # All but the first wait until they were cancelled.
        if folder:
            ended.wait(PATIENCE)
        return []

    tasks: list[Any] = [(folder, [], False, False) for folder in ("", "a", "b")]
    with (
        joblib.parallel_config("threading", n_jobs=2),
        warnings.catch_warnings(record=True) as said,
    ):
        reports = backends._with_joblib(work, tasks)
        assert next(reports) == []
        reports.close()
        ended.set()
    assert said == []


def deadly(folder: str, values: list[dict[str, Any]], everything: bool, halving: bool) -> Any:
    """In the place of a training: one trial ends the worker, as too little memory does."""
    trials = [Settings.from_dict(one) for one in values]
    if any(settings.beta == 0.1 and settings.tau == 0.4 for settings in trials):
        os._exit(1)
    return [(Report(trial_id(settings), "done"), None) for settings in trials]


def test_a_trial_that_ends_its_worker_fails_and_the_others_are_done(
    sweep: SweepFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "train_here", deadly)
    # Two groups of two trials, of which one is lost.
    trials = [one.with_changes(**{"dynamicgate.keep": 0}) for one in GRID.trials()]
    reports = list(train_all(sweep, trials, jobs=2))
    assert sorted(report.trial for report in reports) == sorted(map(trial_id, trials))
    [failed] = [report for report in reports if report.outcome != "done"]
    assert failed.outcome == "failed" and "process was lost" in failed.message


@pytest.mark.usefixtures("on_tiny")
def test_a_fault_of_a_trial_is_reported_and_ends_no_other(
    sweep: SweepFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*arguments: Any, **options: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("dgviz.sweeps.trial._train", fault)
    [first, *others] = train_all(sweep, list(GRID.trials()), jobs=1)
    assert first.outcome == "failed" and first.message == "ZeroDivisionError: by zero"
    assert len(others) == len(NAMES) - 1


def test_a_cluster_that_is_not_there(sweep: SweepFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_CONNECT_SECONDS", 1)
    trials = list(GRID.trials())
    with pytest.raises(BackendError, match="There is no Dask scheduler at"):
        list(train_all(sweep, trials, jobs=1, backend="dask", address="127.0.0.1:1"))
    with pytest.raises(BackendError, match="There is no Ray cluster on this machine"):
        list(train_all(sweep, trials, jobs=1, backend="ray"))


def test_trials_that_do_not_see_each_other_cannot_be_stopped_early(sweep: SweepFolder) -> None:
    with pytest.raises(BackendError, match="all workers must see the folder"):
        list(train_all(sweep, list(GRID.trials()), jobs=1, shared=False, halving=True))


@pytest.mark.parametrize("backend", ["dask", "ray"])
def test_a_cluster_whose_library_is_missing(
    sweep: SweepFolder, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed" if backend == "dask" else "ray", None)
    with pytest.raises(BackendError, match=rf"pip install dgviz\[{backend}\]"):
        list(train_all(sweep, list(GRID.trials()), jobs=1, backend=backend, address="a:1"))
