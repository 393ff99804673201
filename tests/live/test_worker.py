"""Real worker processes of a hub: their reports, their commands and their end."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from waiting import ENDLESS, TINY, gone, metrics, moves, until
from worker_functions import (
    download_from,
    ignore_hangups,
    train_on_noise,
    wait_for_a_command,
    wait_for_the_teacher,
)

from dgviz.live import launch, stopping
from dgviz.live.hub import Hub
from dgviz.live.job import Job
from dgviz.live.run import Run
from dgviz.live.worker import Worker
from dgviz.live.worker_entry import run_worker
from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.recorded_gates import gates_of
from dgviz.runs.store import Store
from dgviz.training.blob import unpack
from dgviz.training.checkpoint import unpack_checkpoint

MakeHub = Callable[[int], Hub]


@pytest.fixture(scope="module", autouse=True)
def noise() -> Iterator[None]:
    """Runs train on noise, unless a test needs MNIST."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launch, "run_worker", train_on_noise)
        yield


@pytest.fixture
def mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs train on MNIST."""
    monkeypatch.setattr(launch, "run_worker", run_worker)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub with a check that closing it leaves no worker."""
    launch.warm_up()
    hub = Hub(2, Store(tmp_path_factory.mktemp("runs")))
    started: list[Run] = []
    start = hub.start

    def remember(settings: Any) -> Run:
        started.append(start(settings))
        return started[-1]

    hub.start = remember  # type: ignore[method-assign]
    yield hub
    hub.close()
    assert all(run.ended for run in started)
    until(lambda: all(gone(run.process.pid) for run in started if run.process))


@pytest.fixture(scope="module")
def finished(hub: Hub) -> Run:
    run = hub.start(TINY)
    until(lambda: run.ended)
    return run


@pytest.fixture
def running(hub: Hub) -> Iterator[Run]:
    run = hub.start(ENDLESS)
    until(lambda: run.phase == "running")
    yield run
    hub.stop(run)
    until(lambda: run.ended)


def latest(run: Run, channel: str = "gates") -> tuple[dict[str, Any], dict[str, Any]]:
    return unpack(run.newest[channel][1])


def step_of(run: Run) -> int:
    return latest(run)[1]["step"]


def test_a_run_goes_from_start_to_finish(hub: Hub, mnist: None) -> None:
    run = hub.start(TINY.with_changes(epochs=1))
    phases: list[str] = []
    with run.watch(lambda: phases.append(run.phase)):
        until(lambda: run.ended)
    assert list(dict.fromkeys(["starting", *phases])) == ["starting", "running", "finished"]
    assert run.status()["reason"] == ""
    assert (run.status()["step"], run.status()["seconds_left"]) == (10, 0)


def test_the_log_has_every_point_once(finished: Run) -> None:
    assert [entry["step"] for entry in finished.log] == list(range(21))


def test_the_final_snapshots_agree_with_the_log(finished: Run) -> None:
    tensors, figures = latest(finished)
    last = metrics(finished)[-1]
    for name in ("step", "active_ratio", "active_weights", "macs", "train_loss", "test_accuracy"):
        assert figures[name] == last[name], name
    masks, figures_without = latest(finished, "masks")
    assert sum(figures_without.pop("score_counts")) == 8 * 784 + 10 * 8
    assert figures_without == figures
    assert {name: tuple(layer.shape) for name, layer in tensors.items()} == {
        "masks.0": (784,),
        "masks.1": (10,),
        "scores.0": (8, 784),
        "scores.1": (10, 8),
    }
    assert set(masks) == {"masks.0", "masks.1"}
    for name, bits in masks.items():
        assert bits.equal(tensors[name])
    read = gates_of(finished.newest["masks"][1])
    assert sum(int(mask.sum()) for mask in read.masks) == last["active_weights"]
    assert latest(finished, "weights")[1]["step"] == last["step"]
    assert tuple(latest(finished, "facts")[0]["always_zero"].shape) == (784,)


def test_the_same_seed_gives_the_same_numbers(hub: Hub, finished: Run) -> None:
    again, other = hub.start(TINY), hub.start(TINY.with_changes(seed=1))
    until(lambda: again.ended and other.ended)
    assert again.log == finished.log
    assert other.log != finished.log


def test_a_knob_reaches_the_loop_and_is_logged(running: Run) -> None:
    running.set_knob("tau", 0.75)
    until(lambda: latest(running)[1]["tau"] == 0.75)
    (move,) = until(lambda: moves(running))
    assert (move["knob"], move["from"], move["to"]) == ("tau", 0.5, 0.75)
    after = until(lambda: [e for e in metrics(running) if e["step"] > move["step"]])
    # Every gate starts at 0.73, below the new threshold.
    assert after[0]["active_ratio"] == 0


def test_commands_given_before_the_start_are_obeyed(tmp_path: Path) -> None:
    run = Run(Job("0123456789ab", ENDLESS, tmp_path, 10**9), "token", Store(tmp_path))
    run.set_knob("beta", 1)
    run.pause()
    run.admit()
    thread = threading.Thread(target=run.serve)
    thread.start()
    until(lambda: run.phase == "paused")
    assert step_of(run) == 0
    assert not moves(run)

    for step in (1, 2):
        run.step("batch")
        until(lambda: step_of(run) > step - 1)  # noqa: B023
        assert step_of(run) == step
    assert [(m["step"], m["from"], m["to"]) for m in moves(run)] == [(0, ENDLESS.beta, 1)]
    run.step("epoch")
    until(lambda: run.phase == "paused" and step_of(run) > 2)
    until(lambda: step_of(run) == 600)
    run.step("batch")
    until(lambda: step_of(run) > 600)
    assert step_of(run) == 601
    run.stop()
    until(lambda: run.ended)
    thread.join()
    assert run.phase == "stopped"
    assert step_of(run) == 601


def test_pause_stops_training_and_resume_continues_it(running: Run) -> None:
    running.pause()
    until(lambda: running.phase == "paused")
    step = step_of(running)
    running.step("batch")
    until(lambda: step_of(running) != step)
    assert step_of(running) == step + 1
    running.resume()
    until(lambda: running.phase == "running" and step_of(running) > step + 20)


def test_a_step_to_the_end_of_an_epoch_can_be_paused(hub: Hub) -> None:
    run = hub.start(ENDLESS.with_changes(batch_size=5))
    until(lambda: run.phase == "running")
    run.pause()
    until(lambda: run.phase == "paused")
    run.step("epoch")
    until(lambda: run.phase == "running")
    run.pause()
    until(lambda: run.phase == "paused")
    assert step_of(run) < 12_000
    hub.stop(run)
    until(lambda: run.ended)


def test_a_run_paused_before_its_last_step_still_finishes(hub: Hub) -> None:
    run = hub.start(TINY.with_changes(epochs=1, batch_size=10_000))
    run.step("epoch")
    until(lambda: run.ended)
    assert run.phase == "finished"


def test_a_stop_is_answered_and_leaves_no_process(
    hub: Hub, running: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[stopping.Stopping] = []
    monkeypatch.setattr(stopping.Stopping, "answered", lambda own: answers.append(own))
    hub.stop(running)
    until(lambda: running.ended)
    assert answers == [running._stopping]
    assert (running.phase, running.reason) == ("stopped", "")
    assert gone(running.process.pid)
    assert step_of(running) == running.status()["step"]


def test_a_worker_that_hangs_is_killed(
    hub: Hub, running: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "SILENT_SECONDS", 0.3)
    process = psutil.Process(running.process.pid)
    process.suspend()
    # Before that it could still answer the stop, and would have time to end.
    until(lambda: process.status() == psutil.STATUS_STOPPED)
    hub.stop(running)
    until(lambda: running.ended)
    assert (running.phase, hub.store.record(running.id).phase) == ("interrupted", "interrupted")
    assert running.status()["step"] == hub.store.record(running.id).step
    assert gone(running.process.pid)


@pytest.mark.parametrize(
    ("end", "phase"),
    [
        (lambda hub, run: hub.stop(run), "stopped"),
        (lambda hub, run: os.kill(run.process.pid, signal.SIGTERM), "interrupted"),
    ],
    ids=["stop", "SIGTERM"],
)
def test_a_stop_or_signal_breaks_off_a_download_and_is_recorded(
    hub: Hub,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    end: Callable[[Hub, Run], None],
    phase: str,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        target = partial(download_from, url, tmp_path)
        monkeypatch.setattr(launch, "run_worker", target)
        run = hub.start(TINY.with_changes(dataset="kmnist"))
        silent.settimeout(30)
        connection, _ = silent.accept()
        with connection:
            end(hub, run)
            until(lambda: run.ended)
    record = hub.store.record(run.id)
    assert (run.phase, record.phase) == (phase, phase)
    assert run.resumable and run.reason == record.reason
    # The download's folder was deleted; a killed process would have left it.
    assert list(tmp_path.iterdir()) == []


def test_a_stop_ends_a_run_whose_teacher_is_still_trained(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "run_worker", wait_for_the_teacher)
    run = hub.start(TINY)
    until(lambda: run.status().get("teacher") == [12, 40])
    assert run.phase == "starting"
    hub.stop(run)
    until(lambda: run.ended)
    assert (run.phase, run.status()["step"]) == ("stopped", 0)


def test_a_killed_worker_is_explained(running: Run) -> None:
    until(lambda: step_of(running) > 0)
    os.kill(running.process.pid, signal.SIGKILL)
    until(lambda: running.ended)
    assert running.phase == "interrupted"
    assert "killed by signal 9 (Killed) at epoch" in running.reason
    assert running.log and running.newest


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_worker_that_gets_a_signal_saves_its_step(hub: Hub, running: Run, name: str) -> None:
    until(lambda: step_of(running) > 0)
    os.kill(running.process.pid, getattr(signal, name))
    until(lambda: running.ended)
    assert running.phase == "interrupted" and running.resumable
    assert "ended by signal" in running.reason
    record = hub.store.record(running.id)
    assert (record.phase, record.reason) == (running.phase, running.reason)
    checkpoint = unpack_checkpoint((record.folder / CHECKPOINT).read_bytes())
    assert checkpoint.step == record.step == step_of(running)


def test_a_paused_worker_ends_at_a_signal_too(hub: Hub, running: Run) -> None:
    running.pause()
    until(lambda: running.phase == "paused")
    os.kill(running.process.pid, signal.SIGTERM)
    until(lambda: running.ended)
    assert running.phase == "interrupted"


def test_a_signal_that_the_server_ignores_ends_no_worker(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `nohup` the server ignores SIGHUP, and its processes inherit that."""
    monkeypatch.setattr(launch, "run_worker", ignore_hangups)
    run = hub.start(ENDLESS)
    until(lambda: run.phase == "running")
    os.kill(run.process.pid, signal.SIGHUP)
    step = step_of(run)
    until(lambda: run.ended or step_of(run) > step + 100)
    hub.stop(run)
    until(lambda: run.ended)
    assert (run.phase, run.reason) == ("stopped", "")


def test_a_killed_run_is_resumed_and_ends_with_the_same_numbers(hub: Hub, finished: Run) -> None:
    run = hub.start(TINY)
    until(lambda: run.phase == "running")
    run.pause()
    until(lambda: run.phase == "paused")
    assert run.process is not None and run.process.pid
    os.kill(run.process.pid, signal.SIGKILL)
    until(lambda: run.ended)
    assert run.phase == "interrupted" and run.resumable
    again = hub.resume(run.id)
    until(lambda: again.ended)
    assert again.phase == "finished"
    assert again.log == finished.log
    folders = [hub.store.record(one.id).folder for one in (again, finished)]
    for name in ("metrics.jsonl", "snapshots.bin", "checkpoint.safetensors"):
        first, second = ((folder / name).read_bytes() for folder in folders)
        assert first == second, name


def test_a_failure_is_reported_even_if_its_traceback_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(knobs: object, show_teacher: object) -> None:
        raise RuntimeError("bad luck")

    reports: list[tuple[Any, ...]] = []
    worker: Any = Worker.__new__(Worker)
    worker.outbox = SimpleNamespace(report=lambda *report: reports.append(report))
    worker.commands, worker.warned = SimpleNamespace(knobs=None), ""
    worker.session = SimpleNamespace(log=[], snapshots=fail, end=lambda *how: None, warning="")
    reader, gone = os.pipe()
    os.close(reader)
    with os.fdopen(gone, "w", buffering=1) as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        worker._train()
        monkeypatch.undo()
        with contextlib.suppress(OSError):
            stderr.close()
    reason = "Training ended unexpectedly: RuntimeError: bad luck"
    assert reports[-1] == ("ended", ("failed", reason))


def test_a_run_that_cannot_be_recorded_trains_with_a_warning(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    hub.store.quota_bytes = 0
    run = hub.start(TINY)
    until(lambda: run.ended)
    assert run.phase == "finished" and len(run.log) == 21
    assert "runs directory is full" in run.warning
    assert hub.store.records() == []


def test_the_warning_of_a_run_without_a_folder_says_what_is_saved(hub: Hub, running: Run) -> None:
    shutil.rmtree(hub.store.folder(running.id))
    hub.stop(running)
    until(lambda: running.ended)
    assert running.warning.startswith(
        "This run is not recorded any more: No such file or directory"
    )
    assert running.warning.endswith("Nothing of it is kept.") and not running.resumable


def test_runs_above_the_limit_wait_and_then_train(make_hub: MakeHub) -> None:
    hub = make_hub(1)
    first, second = hub.start(ENDLESS), hub.start(TINY)
    until(lambda: first.phase == "running")
    assert (second.phase, second.place, second.process) == ("queued", 1, None)
    hub.stop(first)
    until(lambda: second.phase == "finished")


def test_close_leaves_no_worker(make_hub: MakeHub) -> None:
    hub = make_hub(2)
    runs = [hub.start(ENDLESS) for _ in range(3)]
    until(lambda: runs[0].phase == "running")
    hub.close()
    assert [run.phase for run in runs] == ["stopped"] * 3
    assert all(gone(run.process.pid) for run in runs if run.process)


def test_the_forkserver_may_die(
    hub: Hub, bare_forkserver: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "run_worker", wait_for_a_command)
    present = hub.start(TINY)
    until(lambda: present.phase == "running")
    factory = forkserver._forkserver._forkserver_pid
    os.kill(factory, signal.SIGKILL)
    until(lambda: gone(factory))
    # The next run gets a new forkserver, and the present one does not depend on the old one.
    following = hub.start(TINY)
    until(lambda: following.phase == "running")
    for run in (following, present):
        hub.stop(run)
        until(lambda: run.ended)  # noqa: B023
        assert (run.phase, run.reason) == ("stopped", "")
        until(lambda: gone(run.process.pid))  # noqa: B023


def test_the_death_of_the_forkserver_is_explained(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer(process: Any) -> None:
        raise EOFError

    monkeypatch.setattr(multiprocessing.context.ForkServerProcess, "start", no_answer)
    run = hub.start(TINY)
    until(lambda: run.ended)
    assert run.phase == "failed"
    assert "could not be started" in run.reason


def test_a_broken_torch_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dgviz.live.worker", None)
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        with pytest.raises(ImportError):
            run_worker(theirs, Job("0123456789ab", TINY, Path(), 0))
        assert ours.poll()
        kind, (phase, reason) = ours.recv()
    assert (kind, phase) == ("ended", "failed")
    assert "PyTorch could not be loaded" in reason
