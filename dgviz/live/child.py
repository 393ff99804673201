"""A process of the server's own, from its first message to the last that is left of it."""

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
"""How long the system may take to clear a killed process away; more, and it is left behind."""

_LOST_CODE = 255
# What multiprocessing reports where the process that started ours has died.


class Child:
    """A process and our end of the pipe to it.

    One thread calls `receive` and `end`, and it alone finds out that the process has died; `kill`
    may be called from any. It lives for as long as it holds its end of the pipe: that can be seen
    even when the process that started it, and would know its exit code, is gone.

    Args:
        commands: what is put here is sent to it, from a thread of its own: whoever gives a command
            must not wait for a process that does not read.
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
        # Else multiprocessing asks for its exit code whenever another process is started. Of two
        # that ask at once only one gets it: the other is told 255.
        processes._children.discard(process)  # type: ignore[attr-defined]
        if commands is not None:
            self._sender = threading.Thread(target=self._send_all, args=(commands,), daemon=True)
            self._sender.start()

    def receive(self) -> Any:
        """Its next message; None once it is gone."""
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            return None

    def kill(self) -> None:
        """Kill it, unless it is gone."""
        with self._lock:
            if not self._ended:
                self._process.kill()

    def end(self, seconds: float) -> str:
        """Wait for its end, kill it after `seconds`, and keep nothing of it open.

        Returns:
            How it ended, as a predicate: "was killed by signal 9 (Killed)".
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
            # It cannot be closed if not even killing has ended it.
            self._process.close()
        if code is None:
            return "is gone"
        if code < 0:
            return f"was killed by signal {-code} ({signal.strsignal(-code)})"
        return f"ended with exit code {code}"

    def _closes_within(self, seconds: float) -> bool:
        """Whether it lets go of the pipe in time; what it still says is not heard any more."""
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
        # Nobody knows its exit code: it may still be on its way out, with the files that it holds.
        with contextlib.suppress(psutil.Error):
            psutil.Process(self.pid).wait(KILLED_SECONDS)
        return None

    def _send_all(self, commands: SimpleQueue[Any]) -> None:
        # Once it is gone nobody is left to obey, and `end` is about to be called.
        with contextlib.suppress(OSError):
            while (command := commands.get()) is not None:
                self._pipe.send(command)
