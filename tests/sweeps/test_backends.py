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
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import psutil
import pytest
from deadly import deadly
from joblib.externals.loky import reusable_executor
from made_up_sweep import finish
from tiny_sweep import TRIAL

import dgviz
from bench.clusters import dask_cluster, ray_cluster
from dgviz.cli.main import main
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import lock_on
from dgviz.settings import Settings
from dgviz.sweeps import backends, engine, on_dask, on_ray, task
from dgviz.sweeps.backends import connected, train_all
from dgviz.sweeps.engine import BackendError, Engine
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


def trained(sweep: SweepFolder, cluster: Engine, workers: Workers, *, shared: bool = True) -> None:
    """Train all trials, and kill the workers when one is done; each is reported done once."""
    killed, reports = False, []
    for report in train_all(sweep, list(GRID.trials()), cluster, shared=shared):
        reports.append(report.trial)
        assert report.outcome == "done"
        # The others are in training now, or about to be.
        if not killed and (found := workers()):
            for one in found:
                one.kill()
            killed = True
    assert killed
    assert sorted(reports) == sorted(NAMES)


def reports_of(
    sweep: SweepFolder, trials: Sequence[Settings], jobs: int = 1, **options: Any
) -> list[Report]:
    """Train trials on this machine."""
    with connected(jobs=jobs) as here:
        return list(train_all(sweep, trials, here, **options))


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
    with connected(jobs=2) as here:
        trained(sweep, here, loky_workers)
        used = reusable_executor._executor
    accuracies = the_results(sweep)
    assert min(accuracies.values()) > 0.2
    assert loky_workers() == []
    # No other one was started to be ended.
    assert reusable_executor._executor is used


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


@contextlib.contextmanager
def a_worker_without_dgviz(cluster: Any, place: Path) -> Iterator[None]:
    # It is imported in the place of ours, which may be installed.
    (place / "dgviz.py").touch()
    before = len(cluster.scheduler.workers)
    start = [sys.executable, "-m", "distributed.cli.dask_worker", cluster.scheduler_address]
    with subprocess.Popen(
        [*start, "--nthreads=1", "--no-nanny", "--no-dashboard"],
        env={**os.environ, "PYTHONPATH": str(place)},
        cwd=place,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        try:
            assert any("This worker gets no trials" in line for line in process.stderr)
            assert len(cluster.scheduler.workers) == before + 1
            yield
        finally:
            process.kill()


def test_a_dask_cluster_and_a_killed_worker(
    sweep: SweepFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")

    def process(*task: Any) -> Any:
        return os.getpid()

    def fault(*task: Any) -> Any:
        raise AttributeError("module 'a'\nhas no attribute 'b'")

    with dask_cluster(2) as cluster:

        def workers() -> list[psutil.Process]:
            return [psutil.Process(one.process.process.pid) for one in cluster.workers.values()]

        address = cluster.scheduler_address
        with monkeypatch.context() as patched:
            # As where dgviz is missing; the scheduler would wait for ever.
            patched.setattr(on_dask, "__name__", "missing")
            with (
                pytest.raises(BackendError, match="The scheduler and 2 of 2 workers of the Dask"),
                connected("dask", address=address),
            ):
                pass
        with (
            connected("dask", address=address) as connection,
            a_worker_without_dgviz(cluster, tmp_path),
        ):
            said = r"^A worker of .* failed: AttributeError: module 'a' has no attribute 'b'\.$"
            with pytest.raises(BackendError, match=said):
                next(connection.train(fault, [("", [], False, False)]))
            # They return what they have trained, as on machines that do not see the folder.
            trained(sweep, connection, workers, shared=False)
            # With one worker too, and not in this process.
            monkeypatch.setattr(distributed.Client, "ncores", lambda client: {"a": 1})
            assert next(connection.train(process, [("", [], False, False)])) != os.getpid()
    the_results(sweep)


def test_a_ray_cluster_and_a_killed_worker(
    sweep: SweepFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")

    def workers() -> list[psutil.Process]:
        # Ray gives a worker the name of its task.
        return below(first, "ray::dgviz")

    with ray_cluster(2) as first, connected("ray") as cluster:
        with monkeypatch.context() as patched:
            # As where dgviz is missing, and as on machines that join later without it.
            patched.setattr(on_ray, "__name__", "missing")
            patched.setattr(task.train_here, "__module__", "missing")
            with pytest.raises(BackendError, match="1 of 1 machine of the Ray cluster cannot"):
                on_ray._check("Ray cluster")
            said = r"^1 of 1 machine of the Ray cluster at \S+ cannot import dgviz \("
            with pytest.raises(BackendError, match=said):
                list(train_all(sweep, list(GRID.trials()), cluster))
        with monkeypatch.context() as patched:
            # As where another version of dgviz is.
            patched.setattr(task.train_here, "__name__", "elsewhere")
            first_report = next(train_all(sweep, list(GRID.trials()), cluster))
        assert first_report.outcome == "failed"
        assert first_report.message == (
            "Its worker, which may have another version of dgviz, failed: AttributeError: module "
            "'dgviz.sweeps.task' has no attribute 'elsewhere'."
        )
        trained(sweep, cluster, workers)
    the_results(sweep)


@pytest.mark.parametrize(
    ("set_to", "remembered", "said"),
    [
        ("127.0.0.1:1", None, "There is no Ray cluster at 127.0.0.1:1 (from RAY_ADDRESS): [Errno"),
        ("local", None, "must be HOST:PORT or ray://HOST:PORT; it was 'local' (from RAY_ADDRESS)."),
        ("", "127.0.0.1:1", "no Ray cluster at 127.0.0.1:1 (the last one of this machine): [Errno"),
        ("", None, "There is no Ray cluster on this machine: Could not find any running Ray"),
    ],
)
def test_a_ray_cluster_that_this_machine_does_not_have(
    set_to: str, remembered: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed")
    from ray._private import services

    monkeypatch.setenv("RAY_ADDRESS", set_to)
    monkeypatch.setattr(services, "_find_address_from_flag", lambda flag: set())
    monkeypatch.setattr(services, "find_bootstrap_address", lambda folder: remembered)
    # It would wait for minutes.
    monkeypatch.setattr(ray, "init", None)
    with pytest.raises(BackendError, match=re.escape(said)), connected("ray"):
        pass


@pytest.mark.parametrize(
    ("address", "problem", "said"),
    [
        (
            "a:1",
            ConnectionError("... AuthenticationError: ..."),
            "at a:1 asks for a token: set RAY",
        ),
        ("a:1", ConnectionError("No node info found matching"), "does not belong to the Ray clus"),
        ("a:1", RuntimeError("Version mismatch"), "a:1 cannot be used: It failed."),
        ("ray://a:1", ConnectionError("timeout"), "or the cluster asks for a token: set RAY_AUTH"),
    ],
)
def test_a_ray_cluster_that_refuses(
    address: str, problem: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed")

    def refuse(*arguments: Any, **options: Any) -> None:
        raise ConnectionError("It\n failed.") from problem

    monkeypatch.setattr(ray, "init", refuse)
    monkeypatch.setattr(on_ray.socket, "create_connection", lambda *arguments: nullcontext())
    monkeypatch.setattr(on_ray, "find_spec", lambda name: name)
    with pytest.raises(BackendError, match=re.escape(said)), connected("ray", address=address):
        pass


@pytest.mark.parametrize(
    ("address", "uses"),
    [("10.0.0.1:6379", True), ("10.0.0.2:6379", False), ("ray://10.0.0.1:6379", False)],
)
@pytest.mark.parametrize("is_set", [False, True])
def test_the_token_is_used_for_clusters_of_this_machine_alone(
    address: str, uses: bool, is_set: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed")
    from ray._private import services
    from ray._private.authentication import authentication_token_setup as setup

    done: list[str] = []

    def init(*arguments: Any, **options: Any) -> None:
        done.append("init")
        raise ConnectionError("It failed.")

    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(
        setup,
        "maybe_enable_token_auth_if_token_available",
        lambda warn_if_disabled: done.append("token"),
    )
    monkeypatch.setattr(services, "_find_address_from_flag", lambda flag: {"10.0.0.1:6379"})
    monkeypatch.setattr(on_ray.socket, "create_connection", lambda *arguments: nullcontext())
    monkeypatch.setattr(on_ray, "find_spec", lambda name: name)
    monkeypatch.setenv("RAY_ADDRESS", address if is_set else "10.0.0.9:1")
    with pytest.raises(BackendError), connected("ray", address="" if is_set else address):
        pass
    assert done == (["token", "init"] if uses else ["init"])


@pytest.mark.parametrize("address", ["a:1", "10.0.0.1:6379", "[fe80::1]:6379", "ray://a-b.c:10001"])
def test_addresses_of_ray_clusters(address: str) -> None:
    assert on_ray.ADDRESS.fullmatch(address)


@pytest.mark.parametrize("address", ["auto", "a", "a:", ":1", "http://a:1", "a:1/", "fe80::1:6379"])
def test_other_addresses_are_no_ray_clusters(address: str) -> None:
    assert not on_ray.ADDRESS.fullmatch(address)


@pytest.mark.usefixtures("on_tiny")
def test_trials_that_are_trained_together(tmp_path: Path) -> None:
    base = GRID.base.with_changes(**{"dynamicgate.keep": 0})
    sweep, trials = SweepFolder(tmp_path), list(Grid(base, GRID.axes).trials())
    reports = reports_of(sweep, trials)
    assert [report.outcome for report in reports] == ["done"] * 4
    found = [sweep.result(trial_id(settings)) for settings in trials]
    assert [result and result.together for result in found] == [4] * 4
    # What they took besides their training is measured, of a trial that is trained alone too.
    assert all(result and result.besides > 0 for result in found)
    again = Grid(base, GRID.axes, seeds=2)
    reports = reports_of(sweep, list(again.trials()), everything=True)
    assert [result and result.together for _, result in sweep.results(again)] == [4] * 4 + [1] * 4
    assert all(result and result.besides > 0 for _, result in sweep.results(again))


@pytest.mark.usefixtures("on_tiny")
def test_returned_files_replace_a_trial_that_is_not_done_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    train_trial(tmp_path / "away", TRIAL)
    name = trial_id(TRIAL)
    files, report = task.packed(tmp_path / "away" / name), Report(name, "done")
    here = tmp_path / "here"
    (here / name).mkdir(parents=True)
    (here / name / "unfinished").touch()
    # A person trains it as a run.
    with lock_on(here / name / LOCK):
        assert task.keep(here, report, files).outcome == "elsewhere"
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
        reports = engine.with_joblib(work, tasks)
        assert next(reports) == []
        reports.close()
        ended.set()
    assert said == []


def test_a_trial_that_ends_its_worker_fails_and_the_others_are_done(
    sweep: SweepFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "train_here", deadly)
    # Two groups of two trials, of which one is lost.
    trials = [one.with_changes(**{"dynamicgate.keep": 0}) for one in GRID.trials()]
    reports = reports_of(sweep, trials, 2)
    assert sorted(report.trial for report in reports) == sorted(map(trial_id, trials))
    [failed] = [report for report in reports if report.outcome != "done"]
    assert failed.outcome == "failed" and "process was lost" in failed.message


@pytest.mark.usefixtures("on_tiny")
def test_trials_that_another_process_trains_are_waited_for(
    sweep: SweepFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "_LOOK_SECONDS", 0.0)
    here = Engine(lambda work, tasks: (work(*one) for one in tasks), workers=1)
    first, second, third, fourth = GRID.trials()
    reports = train_all(sweep, list(GRID.trials()), here)
    with contextlib.ExitStack() as others:
        claims = [others.enter_context(contextlib.ExitStack()) for _ in (first, second, third)]
        for claim, settings in zip(claims, (first, second, third), strict=True):
            assert claim.enter_context(claimed(sweep.path, trial_id(settings)))
        assert next(reports) == Report(trial_id(fourth), "done")
        assert [next(reports).outcome for _ in claims] == ["elsewhere"] * 3
        # One ends with a result, and another one without.
        finish(sweep.path, first)
        assert next(reports) == Report(trial_id(first), "done", is_own=False)
        claims[1].close()
        again = {next(reports) for _ in (second, third)}
        assert again == {Report(trial_id(settings), "again") for settings in (second, third)}
        assert next(reports) == Report(trial_id(second), "done")
        assert sweep.result(trial_id(second))
        # The one that is still trained is waited for again.
        assert next(reports) == Report(trial_id(third), "elsewhere")
        claims[2].close()
        assert [report.outcome for report in reports] == ["again", "done"]
    the_results(sweep)


@pytest.mark.usefixtures("on_tiny")
def test_a_fault_of_a_trial_is_reported_and_ends_no_other(
    sweep: SweepFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*arguments: Any, **options: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("dgviz.sweeps.trial._train", fault)
    [first, *others] = reports_of(sweep, list(GRID.trials()))
    assert first.outcome == "failed" and first.message == "ZeroDivisionError: by zero"
    assert len(others) == len(NAMES) - 1


def test_nothing_is_written_for_a_cluster_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    pytest.importorskip("ray", reason="Ray is not installed")
    monkeypatch.setattr(on_dask, "_CONNECT_SECONDS", 1)
    # Another program may have started a cluster on this machine.
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    place = tmp_path / "sweep"
    run = ["sweep", "run", "--beta=0.1,0.2", f"--folder={place}"]
    for options, said in (
        ({"backend": "dask", "address": "127.0.0.1:1"}, "There is no Dask scheduler at 127.0.0.1"),
        ({"backend": "ray", "address": "127.0.0.1:1"}, "There is no Ray cluster at 127.0.0.1:1:"),
        ({"backend": "ray"}, "There is no Ray cluster at 127.0.0.1:1 (from RAY_ADDRESS):"),
    ):
        assert main([*run, *(f"--{name}={value}" for name, value in options.items())]) == 1
        first, *others = capsys.readouterr().err.splitlines()
        assert first.startswith(said) and others == []
        with pytest.raises(BackendError, match=re.escape(said)):
            dgviz.sweep({"beta": [0.1, 0.2]}, place, **options)
    assert not place.exists()


@pytest.mark.parametrize("backend", ["dask", "ray"])
def test_a_cluster_whose_library_is_missing(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed" if backend == "dask" else "ray", None)
    with (
        pytest.raises(BackendError, match=rf"pip install dgviz\[{backend}\]"),
        connected(backend, address="a:1"),
    ):
        pass
