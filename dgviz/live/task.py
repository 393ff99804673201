"""A side job of the server in a process of its own, where it cannot stall the pages."""

from __future__ import annotations

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


class Task:
    """One job. Its methods may be called from any thread.

    Args:
        work: an importable function, called in the process with a function to report its progress
            to, and `arguments`; what it returns is the result.
        finish: called in the server with the result, before the task is done; None for nothing.

    Attributes:
        phase: "waiting" for its turn, "running", "done", "stopped" or "failed".
        progress: the share that is done, in [0, 1].
        result: of the work, once it is done.
        reason: a sentence once it has failed, else "".
    """

    def __init__(
        self,
        work: Work,
        arguments: tuple[Any, ...],
        finish: Callable[[Any], None] | None = None,
    ) -> None:
        self.work, self.arguments, self.finish = work, arguments, finish
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
        """End it at once: it has nothing to keep."""
        with self._lock:
            if not self.ended:
                self._end("stopped")
            # Where there is none yet, `serve` ends the one that it is just starting.
            if self.process is not None:
                self.process.kill()

    def serve(self) -> None:
        """Start the process and take in its reports until it is gone. Blocks."""
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
        last_word = None
        while last_word is None and (message := process.receive()) is not None:
            kind, content = message
            if kind == "progress":
                self.progress = content
            else:
                last_word = kind, content
        fate = process.end(_JOIN_SECONDS)
        died = f"The process {fate} before it had finished. Try again."
        self._take(*(last_word or ("failed", died)))

    def _take(self, kind: str, content: Any) -> None:
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
        # The phase last: whoever sees it change finds all the rest.
        self.reason, self.ended_at = reason, time.monotonic()
        # They can be a large file, and a task that has failed is kept for a while.
        self.arguments = ()
        self.phase = phase


class Tasks:
    """The tasks of this server, one at a time. A page that knows a task's name finds it again.

    Args:
        afterwards: called whenever the process of a task is gone.
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
    ) -> Task:
        """Begin a task, unless the one of this name is still under way."""
        with self._lock:
            self._forget_old()
            before = self._tasks.get(name)
            if before is not None and not before.ended:
                return before
            task = self._tasks[name] = Task(work, arguments, finish)
        threading.Thread(target=self._serve, args=(name, task), daemon=True).start()
        return task

    def find(self, name: str) -> Task | None:
        """The task under way, or the last one if it has failed; those that are done are gone."""
        return self._tasks.get(name)

    def close(self) -> None:
        """Stop them all: the server ends."""
        for task in list(self._tasks.values()):
            task.stop()

    def _serve(self, name: str, task: Task) -> None:
        with self._turn:
            task.serve()
            self._afterwards()
        with self._lock:
            # In the place of one that was stopped while it waited there may be another by now.
            if task.phase != "failed" and self._tasks.get(name) is task:
                del self._tasks[name]

    def _forget_old(self) -> None:
        now = time.monotonic()
        for name, task in list(self._tasks.items()):
            if task.ended and now - task.ended_at > _FORGET_SECONDS:
                del self._tasks[name]


@cache
def the_examinations() -> Tasks:
    """The faithfulness tests of this server."""
    return Tasks()


@cache
def the_imports() -> Tasks:
    """The imports of this server, which wait for no test."""
    # One that was stopped leaves what it has unpacked.
    return Tasks(afterwards=the_store().sweep)
