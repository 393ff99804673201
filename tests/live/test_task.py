"""Side jobs in real processes: progress, results, stops and failures."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from synthetic_run import SETTINGS, write_run
from waiting import gone, until

from dgviz.live import launch
from dgviz.live import task as task_module
from dgviz.live.task import Task, Tasks
from dgviz.live.task_entry import examine, import_run
from dgviz.runs.archive import export_zip
from dgviz.runs.contents import RunsError
from dgviz.runs.store import Store
from dgviz.sweeps.engine import BackendError

Report = Callable[[float], None]


def count(report: Report, steps: int) -> dict[str, int]:
    for step in range(steps):
        report((step + 1) / steps)
    return {"pid": os.getpid()}


def hang(report: Report) -> None:
    report(0.25)
    time.sleep(60)


def fill_a_folder(report: Report, place: Path, stubborn: bool) -> None:
    """Work in a temporary folder, as exports do; a stubborn one is not ended by an exception."""
    with tempfile.TemporaryDirectory(dir=place):
        while True:
            try:
                report(0.25)
                time.sleep(60)
            except SystemExit:
                if not stubborn:
                    raise


def refuse(report: Report) -> None:
    raise RunsError("The run has no checkpoint.")


def lose(report: Report) -> None:
    raise BackendError("A process of the measurement was lost.")


def break_down(report: Report) -> None:
    raise ZeroDivisionError("by nothing")


def end_early(report: Report) -> None:
    os._exit(3)


def nothing(result: Any) -> None:
    pass


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    launch.warm_up()


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    """Tasks that are stopped after the test, with a check that no process is left."""
    tasks = Tasks()
    started: list[Task] = []
    start = tasks.start

    def remember(*arguments: Any, **named: Any) -> Task:
        started.append(start(*arguments, **named))
        return started[-1]

    tasks.start = remember  # type: ignore[method-assign]
    yield tasks
    for task in started:
        task.stop()
    until(lambda: all(task.ended for task in started))
    # A task is stopped at once, and its process ends a little later.
    left = [task.process.pid for task in started if task.process and task.process.pid]
    until(lambda: all(gone(pid) for pid in left))


def test_the_result_is_passed_on_before_the_task_is_done(tasks: Tasks) -> None:
    seen: list[tuple[str, Any]] = []
    task = tasks.start("a", count, 5, finish=lambda result: seen.append((task.phase, result)))
    until(lambda: task.ended)
    assert (task.phase, task.progress, task.reason) == ("done", 1, "")
    assert seen == [("running", task.result)]
    assert task.result["pid"] == task.process.pid != os.getpid()
    until(lambda: tasks.find("a") is None)


def test_a_running_task_is_found_and_not_started_twice(tasks: Tasks) -> None:
    task = tasks.start("a", hang, finish=nothing)
    until(lambda: task.progress == 0.25)
    assert tasks.find("a") is task and not task.ended
    assert tasks.start("a", hang, finish=nothing) is task
    task.stop()
    assert (task.phase, task.reason) == ("stopped", "")
    assert task.process and task.process.pid
    until(lambda: gone(task.process.pid))


def test_a_stopped_task_is_remembered_until_it_is_started_again(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = tasks.start("a", hang, b"large", finish=nothing)
    task.stop()
    monkeypatch.setattr(task_module, "_FORGET_SECONDS", -1.0)
    other = tasks.start("b", count, 1)
    until(lambda: other.ended)
    assert tasks.find("a") is task and task.phase == "stopped"
    assert (task.arguments, task.finish) == ((), None), "nothing large is kept with it"
    again = tasks.start("a", count, 1)
    until(lambda: again.phase == "done")
    until(lambda: tasks.find("a") is None)


def test_a_stopped_task_deletes_its_temporary_files(tasks: Tasks, tmp_path: Path) -> None:
    task = tasks.start("a", fill_a_folder, tmp_path, False)
    until(lambda: task.progress)
    assert list(tmp_path.iterdir())
    task.stop()
    assert task.process and task.process.pid
    until(lambda: gone(task.process.pid))
    assert not list(tmp_path.iterdir())


def test_a_task_that_does_not_end_when_it_is_stopped_is_killed(
    tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_module, "_CLEAN_UP_SECONDS", 0.05)
    task = tasks.start("a", fill_a_folder, tmp_path, True)
    until(lambda: task.progress)
    task.stop()
    assert task.process and task.process.pid
    until(lambda: gone(task.process.pid))


def test_the_second_task_waits_and_can_be_stopped_while_waiting(tasks: Tasks) -> None:
    first = tasks.start("a", hang, finish=nothing)
    until(lambda: first.phase == "running")
    second, third = (tasks.start(name, count, 1, finish=nothing) for name in "bc")
    assert (second.phase, third.phase) == ("waiting", "waiting")
    second.stop()
    assert second.phase == "stopped" and second.process is None
    again = tasks.start("b", count, 1, finish=nothing)
    assert again is not second
    first.stop()
    until(lambda: third.phase == again.phase == "done")
    assert second.process is None


def test_a_killed_process_is_explained_and_the_task_can_be_started_again(tasks: Tasks) -> None:
    task = tasks.start("a", hang, finish=nothing)
    until(lambda: task.progress)
    assert task.process and task.process.pid
    os.kill(task.process.pid, signal.SIGKILL)
    until(lambda: task.ended)
    assert task.phase == "failed"
    assert task.reason == (
        "The process was killed by signal 9 (Killed) before it had finished. Try again."
    )
    # So that a reloaded page can show the failure.
    assert tasks.find("a") is task
    again = tasks.start("a", count, 1, finish=nothing)
    until(lambda: again.phase == "done")
    until(lambda: tasks.find("a") is None)


@pytest.mark.parametrize(
    "work, reason",
    [
        (refuse, "The run has no checkpoint."),
        (lose, "A process of the measurement was lost."),
        (break_down, "It ended unexpectedly: ZeroDivisionError: by nothing"),
        (end_early, "The process ended with exit code 3 before it had finished. Try again."),
    ],
)
def test_a_failure_is_a_sentence(tasks: Tasks, work: Any, reason: str) -> None:
    task = tasks.start("a", work, finish=nothing)
    until(lambda: task.ended)
    assert (task.phase, task.reason, task.result) == ("failed", reason, None)


def test_a_result_that_cannot_be_saved_is_a_failure(tasks: Tasks) -> None:
    def full(result: Any) -> None:
        raise RunsError("The disk is full.")

    task = tasks.start("a", count, 1, finish=full)
    until(lambda: task.ended)
    assert (task.phase, task.reason) == ("failed", "The disk is full.")


def test_an_error_of_the_server_ends_the_task_and_not_the_tasks(
    tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    def break_finish(result: Any) -> None:
        raise ZeroDivisionError("by nothing")

    task = tasks.start("a", count, 1, finish=break_finish)
    until(lambda: task.ended)
    sentence = "It ended unexpectedly: ZeroDivisionError: by nothing"
    assert (task.phase, task.reason) == ("failed", sentence)
    assert "break_finish" in caplog.text, "the traceback is in the log"
    following = tasks.start("b", count, 1)
    until(lambda: following.phase == "done")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError, "The process could not be started: no more processes."),
        (ValueError, "It ended unexpectedly: ValueError: no more processes"),
    ],
)
def test_a_process_that_cannot_be_started_is_a_failure(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch, error: type[Exception], reason: str
) -> None:
    def start(*arguments: Any, **named: Any) -> Any:
        raise error("no more processes")

    monkeypatch.setattr(task_module, "start_process", start)
    task = tasks.start("a", count, 1, finish=nothing)
    until(lambda: task.ended)
    assert task.reason == reason


def test_a_zip_is_imported_in_a_process_of_its_own(tasks: Tasks, tmp_path: Path) -> None:
    theirs, ours = Store(tmp_path / "theirs"), Store(tmp_path / "ours")
    run_id = "aaaaaaaaaaaa"
    write_run(theirs.root, run_id, SETTINGS)
    zipped = export_zip(theirs.record(run_id)).content
    sound, cut = (
        tasks.start(str(len(given)), import_run, ours.root, ours.quota_bytes, given)
        for given in (zipped, zipped[:-100])
    )
    until(lambda: sound.ended and cut.ended)
    assert (sound.phase, sound.result) == ("done", (run_id, ()))
    assert ours.record(run_id).settings == SETTINGS
    assert (cut.phase, cut.reason[:17]) == ("failed", "This is not a zip")
    # A failed task stays for a while, but without the file.
    assert cut.arguments == ()


def test_afterwards_is_called_when_the_process_of_a_stopped_task_has_ended() -> None:
    calls: list[str] = []
    tasks = Tasks(afterwards=lambda: calls.append("gone"))
    task = tasks.start("a", hang)
    until(lambda: task.progress)
    task.stop()
    until(lambda: calls == ["gone"])
    assert task.process and task.process.pid and gone(task.process.pid)


def test_failures_are_forgotten_in_time(tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    task = tasks.start("a", refuse, finish=nothing)
    until(lambda: task.ended)
    assert tasks.find("a") is task
    monkeypatch.setattr(task_module, "_FORGET_SECONDS", -1.0)
    assert tasks.find("a") is None


_SERVER = """
import sys, time
from dgviz.live import launch
from dgviz.live.task import Tasks
sys.path += [{folder!r}, {folder!r} + "/../runs"]
from pathlib import Path
from test_task import fill_a_folder
assert "torch" not in sys.modules
launch._PRELOADED = []
task = Tasks().start("a", fill_a_folder, Path({place!r}), False)
while not task.progress:
    time.sleep(0.01)
print(task.process.pid, flush=True)
time.sleep(60)
"""


def test_the_process_of_a_task_ends_with_the_server_without_temporary_files(
    tmp_path: Path,
) -> None:
    here = str(Path(__file__).parent)
    code = _SERVER.format(folder=here, place=str(tmp_path))
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(here).parents[1]) as server:
        assert server.stdout
        pid = int(server.stdout.readline())
        assert list(tmp_path.iterdir())
        server.kill()
    until(lambda: gone(pid))
    assert not list(tmp_path.iterdir())


def test_a_task_stopped_while_its_process_starts_leaves_no_process(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_go_on = threading.Event(), threading.Event()

    def start(*arguments: Any, **named: Any) -> Any:
        asked.set()
        may_go_on.wait(10)
        return launch.start_process(*arguments, **named)

    monkeypatch.setattr(task_module, "start_process", start)
    task = tasks.start("a", hang, finish=nothing)
    asked.wait(10)
    task.stop()
    assert task.phase == "stopped"
    may_go_on.set()
    process = until(lambda: task.process)
    until(lambda: gone(process.pid))
    assert task.phase == "stopped"


def test_the_faithfulness_test_runs_as_a_task_and_fails_with_a_sentence(
    tasks: Tasks, tmp_path: Path
) -> None:
    folder = write_run(tmp_path, settings=SETTINGS.with_changes(validation=100))
    (folder / "checkpoint.safetensors").write_bytes(b"noise")
    task = tasks.start("a", examine, folder, None, finish=nothing)
    until(lambda: task.ended)
    assert task.reason == "The checkpoint is damaged or was not made by dgviz."
