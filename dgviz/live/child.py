"""A child process of the server: its messages, its commands and its end."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from multiprocessing import process as processes
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any

import psutil  # type: ignore[import-untyped]

KILLED_SECONDS = 2.0
"""How long to wait for the end of a killed process; after that it is abandoned."""

_LOST_CODE = 255
"""The exit code that multiprocessing reports if the forkserver has died."""


class Child:
    """A process and the server's end of the pipe to it.

    One thread calls `receive` and `end`; any thread may call `terminate` and `kill`. The process
    counts as running as long as its end of the pipe is open: that is visible even if the
    forkserver, which would know the exit code, has died.

    Args:
        commands: everything put here is sent to the process by another thread, so that the caller
            does not wait for a process that does not read.
    """

    def __init__(
        self, process: BaseProcess, pipe: Connection, commands: SimpleQueue[Any] | None = None
    ) -> None:
        self.pid = process.pid
        self._process = process
        self._pipe = pipe
        self._commands = commands
        self._ended = False
        self._lock = threading.Lock()
        # Otherwise multiprocessing reads its exit code whenever another process is started. If two
        # threads read it at once, only one gets it: the other gets 255.
        processes._children.discard(process)  # type: ignore[attr-defined]
        if commands is not None:
            self._sender = threading.Thread(target=self._send_all, args=(commands,), daemon=True)
            self._sender.start()

    def receive(self) -> Any:
        """Return the next message; None once the process has ended."""
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            return None

    def terminate(self, seconds: float) -> None:
        """Ask the process to end, and kill it if it has not after `seconds`; do not wait."""
        with self._lock:
            if self._ended:
                return
            self._process.terminate()
        deadline = threading.Timer(seconds, self.kill)
        deadline.daemon = True
        deadline.start()

    def kill(self) -> None:
        """Kill the process unless it has ended."""
        with self._lock:
            if not self._ended:
                self._process.kill()

    def end(self, seconds: float) -> str:
        """Wait for the end of the process, kill it after `seconds`, and close its resources.

        Returns:
            How it ended, as the predicate of a sentence: "was killed by signal 9 (Killed)".
        """
        if not self._closes_within(seconds):
            self.kill()
            self._closes_within(KILLED_SECONDS)
        code = self._exit_code(seconds)
        with self._lock:
            self._ended = True
        if self._commands is not None:
            self._commands.put(None)
            self._sender.join(KILLED_SECONDS)
        self._pipe.close()
        with contextlib.suppress(ValueError):
            # A process that still runs cannot be closed.
            self._process.close()
        if code is None:
            return "has ended"
        if code < 0:
            return f"was killed by signal {-code} ({signal.strsignal(-code)})"
        return f"ended with exit code {code}"

    def _closes_within(self, seconds: float) -> bool:
        """Whether the process closes the pipe in time; its remaining messages are dropped."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(EOFError, OSError):
            while self._pipe.poll(max(0.0, deadline - time.monotonic())):
                self._pipe.recv_bytes()
            return False
        return True

    def _exit_code(self, seconds: float) -> int | None:
        self._process.join(seconds)
        if self._process.exitcode is None:
            self.kill()
            self._process.join(KILLED_SECONDS)
        if (code := self._process.exitcode) != _LOST_CODE:
            return code
        # The exit code is lost: the process may still be ending, with files open.
        with contextlib.suppress(psutil.Error):
            psutil.Process(self.pid).wait(KILLED_SECONDS)
        return None

    def _send_all(self, commands: SimpleQueue[Any]) -> None:
        # An error means that the process has ended: `receive` notices that as well.
        with contextlib.suppress(OSError):
            while (command := commands.get()) is not None:
                self._pipe.send(command)
