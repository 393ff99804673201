"""Side jobs of the server, each in its own process, so that they cannot delay the pages."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from dgviz.live.child import Child
from dgviz.live.launch import start_process
from dgviz.live.task_entry import Work, run_task
from dgviz.runs.contents import RunsError
from dgviz.runs.store import the_store

_FORGET_SECONDS = 600.0
_JOIN_SECONDS = 3.0
_CLEAN_UP_SECONDS = 2.0
"""How long a stopped process may delete its temporary files."""

_logger = logging.getLogger(__name__)


class Task:
    """One job. Its methods may be called from any thread.

    Args:
        work: an importable function, called in the process with a function that reports progress,
            and with `arguments`; it returns the result.
        finish: called in the server with the result, before the task is done; None for nothing.
        title: what it does, for the readers whose task waits for it: "the export of run abc".

    Attributes:
        phase: "waiting", "running", "done", "stopped" or "failed".
        progress: the share that is done, in [0, 1].
        result: what `work` returned, once the task is done.
        reason: a sentence once it has failed, else "".
    """

    def __init__(
        self,
        work: Work,
        arguments: tuple[Any, ...],
        finish: Callable[[Any], None] | None = None,
        title: str = "",
    ) -> None:
        self.work, self.arguments, self.finish = work, arguments, finish
        self.title = title
        self.phase = "waiting"
        self.progress = 0.0
        self.result: Any = None
        self.reason = ""
        self.ended_at = 0.0
        self.process: Child | None = None
        self._lock = threading.Lock()

    @property
    def ended(self) -> bool:
        return self.phase in ("done", "stopped", "failed")

    def stop(self) -> None:
        """End its process, which has nothing to save, but perhaps temporary files to delete."""
        with self._lock:
            if not self.ended:
                self._end("stopped")
            # If there is no process yet, `serve` kills it right after the start.
            if self.process is not None:
                self.process.terminate(_CLEAN_UP_SECONDS)

    def serve(self) -> None:
        """Start the process and handle its messages until it has ended. Blocks; never raises."""
        try:
            self._serve()
        except Exception as unexpected:
            _logger.exception("The task %r ended unexpectedly.", self.title)
            with self._lock:
                if not self.ended:
                    name = type(unexpected).__name__
                    self._end("failed", f"It ended unexpectedly: {name}: {unexpected}")

    def _serve(self) -> None:
        with self._lock:
            if self.ended:
                return
            self.phase = "running"
            arguments = self.arguments
        try:
            process = start_process(run_task, self.work, *arguments, name="dgviz-task")
        except OSError as problem:
            with self._lock:
                if not self.ended:
                    self._end("failed", f"The process could not be started: {problem}.")
            return
        with self._lock:
            self.process = process
            if self.ended:
                process.kill()
        outcome = None
        try:
            while outcome is None and (message := process.receive()) is not None:
                kind, content = message
                if kind == "progress":
                    self.progress = content
                else:
                    outcome = kind, content
        finally:
            exit_text = process.end(_JOIN_SECONDS)
        died = f"The process {exit_text} before it had finished. Try again."
        self._handle(*(outcome or ("failed", died)))

    def _handle(self, kind: str, content: Any) -> None:
        with self._lock:
            if self.ended:
                return
            if kind == "failed":
                self._end("failed", content)
                return
            try:
                if self.finish:
                    self.finish(content)
            except RunsError as problem:
                self._end("failed", str(problem))
            else:
                self.result = content
                self._end("done")

    def _end(self, phase: str, reason: str = "") -> None:
        # The phase last: other threads read the rest once it has changed.
        self.reason, self.ended_at = reason, time.monotonic()
        # They may include large networks and files, and the task itself may stay in memory.
        self.arguments, self.finish = (), None
        self.phase = phase


class Tasks:
    """Tasks by name. One at a time is running; the others wait.

    Args:
        afterwards: called whenever the process of a task has ended.
    """

    def __init__(self, afterwards: Callable[[], None] = lambda: None) -> None:
        self._afterwards = afterwards
        self._tasks: dict[str, Task] = {}
        self._turn = threading.Semaphore(1)
        self._lock = threading.Lock()

    def start(
        self,
        name: str,
        work: Work,
        *arguments: Any,
        finish: Callable[[Any], None] | None = None,
        title: str = "",
    ) -> Task:
        """Start a task, or return the one of this name that has not ended."""
        with self._lock:
            self._forget_old()
            before = self._tasks.get(name)
            if before is not None and not before.ended:
                return before
            task = self._tasks[name] = Task(work, arguments, finish, title)
        threading.Thread(target=self._serve, args=(name, task), daemon=True).start()
        return task

    def find(self, name: str) -> Task | None:
        """The task of this name if it is waiting or running, or has failed or been stopped.

        Tasks that are done are forgotten, and failures in time. That a task was stopped is
        remembered until it is started again, so that no page starts it by itself.
        """
        with self._lock:
            self._forget_old()
            return self._tasks.get(name)

    def under_way(self, prefix: str) -> dict[str, Task]:
        """The tasks that are waiting or running, whose names begin like this."""
        return {
            name: task
            for name, task in list(self._tasks.items())
            if name.startswith(prefix) and not task.ended
        }

    def running(self) -> Task | None:
        """The task for which the others wait; None between two tasks."""
        return next((one for one in list(self._tasks.values()) if one.phase == "running"), None)

    def close(self) -> None:
        """Stop all tasks, at the server's end."""
        for task in list(self._tasks.values()):
            task.stop()

    def _serve(self, name: str, task: Task) -> None:
        try:
            with self._turn:
                task.serve()
                self._afterwards()
        finally:
            with self._lock:
                if task.phase == "done" and self._tasks.get(name) is task:
                    del self._tasks[name]

    def _forget_old(self) -> None:
        now = time.monotonic()
        for name, task in list(self._tasks.items()):
            if task.phase == "failed" and now - task.ended_at > _FORGET_SECONDS:
                del self._tasks[name]


@cache
def the_examinations() -> Tasks:
    """The faithfulness tests of this server."""
    return Tasks()


@cache
def the_compactions() -> Tasks:
    """The compactions, curves and exports of this server, for the Compact page."""
    return Tasks()


@cache
def the_speed_tests() -> Tasks:
    """The measurements of speed of this server. They take long, so no export waits for them."""
    return Tasks()


@cache
def the_imports() -> Tasks:
    """The imports of this server; they do not wait for the faithfulness tests."""
    # A stopped import leaves unpacked files behind, which this deletes.
    return Tasks(afterwards=the_store().remove_leftovers)


def all_tasks() -> tuple[Tasks, ...]:
    return the_examinations(), the_compactions(), the_speed_tests(), the_imports()
