"""A worker's messages: it receives commands and sends reports, and training waits for neither."""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from dgviz.settings import Settings
from dgviz.training.knobs import Knobs


class Outbox:
    """Sends from another thread, so that a slow server never delays a training step.

    All reports are sent, in order. On each channel only the newest content is sent.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reports: deque[tuple[Any, ...]] = deque()
        self._newest: dict[str, Any] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def report(self, kind: str, content: Any) -> None:
        """Send a report."""
        with self._changed:
            self._reports.append((kind, content))
            self._changed.notify()

    def show(self, channel: str, content: Any) -> None:
        """Send the newest content of a channel; it replaces any that has not been sent yet."""
        with self._changed:
            self._newest[channel] = content
            self._changed.notify()

    def close(self) -> None:
        """Wait until everything has been sent."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _send_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._reports or self._newest or self._closing)
                if self._newest:
                    # Before the reports: the report of the run's end must be the last message.
                    channel = next(iter(self._newest))
                    message: tuple[Any, ...] = ("newest", channel, self._newest.pop(channel))
                elif self._reports:
                    message = self._reports.popleft()
                else:
                    return
            try:
                self._connection.send(message)
            except OSError:
                _exit_without_server()
                return


class Commands:
    """Receives pause, resume, step, stop and knob changes, also while the loop is in a step.

    They are applied between two steps: knobs never move during a step.

    Args:
        on_stop: called from another thread as soon as a stop arrives.
    """

    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self.knobs = Knobs(settings)
        self._moved: dict[str, float] = {}
        self._paused = False
        self._stopped = False
        self._on_stop = on_stop
        self.ending = "stopped", ""
        """The phase of a stopped run, and the reason as a sentence or ""."""
        self._granted = 0.0
        """Steps that may be taken although paused; infinite for all up to the end of the epoch."""
        self._connection = connection
        self._changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def waiting(self) -> bool:
        """Whether the next step has to wait for a resume, a step or a stop."""
        return self._paused and not self._granted and not self._stopped

    def wait(self) -> None:
        """Block until the next step may be taken."""
        with self._changed:
            # With a timeout: Python handles a signal that came just before the wait only after it.
            while self.waiting:
                self._changed.wait(1)

    def take_step(self, step: int, steps_per_epoch: int) -> bool:
        """Apply the knob changes; return whether the loop, now at `step`, may take a step."""
        # Without the lock, which costs more than all the rest: a command that arrives right now is
        # applied one step later.
        if not (self._moved or self._granted or self._stopped):
            return True
        with self._changed:
            for name, value in self._moved.items():
                self.knobs[name] = value
            self._moved.clear()
            if self._granted == math.inf and (step + 1) % steps_per_epoch == 0:
                self._granted = 0
            elif self._granted:
                self._granted -= 1
            return not self._stopped

    def interrupt(self, reason: str) -> None:
        """Stop the run as interrupted, for this reason; after another stop it has no effect."""
        with self._changed:
            self._stop("interrupted", reason)
            self._changed.notify()

    def _stop(self, phase: str, reason: str) -> None:
        if not self._stopped:
            self._stopped, self.ending = True, (phase, reason)
        self._on_stop()

    def _listen(self) -> None:
        while True:
            try:
                command, *arguments = self._connection.recv()
            except (EOFError, OSError):
                _exit_without_server()
                return
            with self._changed:
                self._note(command, arguments)
                self._changed.notify()

    def _note(self, command: str, arguments: list[Any]) -> None:
        match (command, *arguments):
            case ("pause",):
                self._paused, self._granted = True, 0
            case ("resume",):
                self._paused, self._granted = False, 0
            case ("step", "epoch"):
                self._paused, self._granted = True, math.inf
            case ("step", "batch"):
                # Two quick presses are two steps; one press cuts a whole epoch short.
                before = self._granted if math.isfinite(self._granted) else 0
                self._paused, self._granted = True, before + 1
            case ("set", name, value):
                self._moved[name] = value
            case ("stop", reason):
                self._stop("stopped", reason)


def _exit_without_server() -> None:
    """Exit at once: the server has ended, and the loop may be in the middle of a step."""
    os._exit(1)
