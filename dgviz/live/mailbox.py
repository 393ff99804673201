"""A worker's two directions of mail: commands come in, reports go out, nobody waits."""

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
    """Sends from a thread of its own, so that a slow server never holds up a training step.

    Reports arrive complete and in order. Of what is shown on one channel only the newest is kept.
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
        with self._changed:
            self._reports.append((kind, content))
            self._changed.notify()

    def show(self, channel: str, content: Any) -> None:
        with self._changed:
            self._newest[channel] = content
            self._changed.notify()

    def close(self) -> None:
        """Return once everything has been sent."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _send_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._reports or self._newest or self._closing)
                if self._newest:
                    # Before the reports: what says that a run has ended must come last.
                    channel = next(iter(self._newest))
                    message: tuple[Any, ...] = ("newest", channel, self._newest.pop(channel))
                elif self._reports:
                    message = self._reports.popleft()
                else:
                    return
            try:
                self._connection.send(message)
            except OSError:
                _die_with_the_server()
                return


class Commands:
    """Pause, resume, step, stop and knob changes, heard while the loop is running or waiting.

    They are only noted on arrival, and obeyed between two steps: knobs never move during a step.

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
        """How a run ends that is not to go on, and why: its phase and a sentence or ""."""
        self._granted = 0.0
        """Steps that may be taken although paused; infinite up to the end of an epoch."""
        self._connection = connection
        self._changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def waiting(self) -> bool:
        """Whether the next step has to wait for a resume, a step or a stop."""
        return self._paused and not self._granted and not self._stopped

    def wait(self) -> None:
        """Return when the next step need not wait."""
        with self._changed:
            # Once a second Python looks for signals: one that came just before the wait began, it
            # would hear only after the wait.
            while self.waiting:
                self._changed.wait(1)

    def take_step(self, step: int, steps_per_epoch: int) -> bool:
        """Move the knobs as ordered; then say whether the loop, now at `step`, goes on."""
        # Asked without the lock, which costs more than all the rest: a command that comes just now
        # is obeyed one step later.
        if not (self._moved or self._granted or self._stopped):
            return True
        with self._changed:
            for name, value in self._moved.items():
                setattr(self.knobs, name, value)
            self._moved.clear()
            if self._granted == math.inf and (step + 1) % steps_per_epoch == 0:
                self._granted = 0
            elif self._granted:
                self._granted -= 1
            return not self._stopped

    def interrupt(self, reason: str) -> None:
        """Stop for another reason than the server's wish; the first reason counts."""
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
                _die_with_the_server()
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


def _die_with_the_server() -> None:
    """Nobody is left to train for, and the loop may be deep inside a step: leave at once."""
    os._exit(1)
