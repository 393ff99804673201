"""A worker that is controlled by a test."""

from __future__ import annotations

import multiprocessing
import threading
from queue import SimpleQueue
from typing import Any

from dgviz.live.child import Child
from dgviz.live.job import Job


class FakeWorker:
    """Replaces process and worker: the test has the worker's end of the pipe."""

    def __init__(self, job: Job, commands: SimpleQueue[Any]) -> None:
        self.job = job
        self.pid = None
        self.exitcode: int | None = None
        self.kills = 0
        self.closed = False
        self._ended = threading.Event()
        ours, self.theirs = multiprocessing.Pipe()
        self.child = Child(self, ours, commands)  # type: ignore[arg-type]

    def send(self, *message: Any) -> None:
        self.theirs.send(message)

    def end(self, phase: str = "finished", reason: str = "") -> None:
        self.send("ended", (phase, reason))
        self.die(0)

    def die(self, exitcode: int) -> None:
        self.exitcode = exitcode
        self.theirs.close()
        self._ended.set()

    def commands(self, count: int) -> list[tuple[Any, ...]]:
        """The next `count` commands."""
        received = []
        for _ in range(count):
            assert self.theirs.poll(10), f"only {received}"
            received.append(self.theirs.recv())
        return received

    def is_alive(self) -> bool:
        return not self._ended.is_set()

    # The methods of a process that `Child` calls.
    def kill(self) -> None:
        self.kills += 1
        self.die(-9)

    def join(self, timeout: float | None = None) -> None:
        self._ended.wait(timeout)

    def close(self) -> None:
        self.closed = True
