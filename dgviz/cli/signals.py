"""Handling of the signals that end a command: at once, by an exception, or between two steps."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from dgviz.signals import Handler, handle


class Interrupted(KeyboardInterrupt):
    """Raised when a signal, `number`, ends the command."""

    def __init__(self, number: int, message: str = "Interrupted.") -> None:
        super().__init__(message)
        self.number = number

    @property
    def by_hand(self) -> bool:
        """Whether it was Ctrl-C."""
        return self.number == signal.SIGINT

    @property
    def code(self) -> int:
        """The exit code that stands for the signal: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + self.number


class Request:
    """A request to end; `number` is its signal, None before one has arrived."""

    def __init__(self) -> None:
        self.number: int | None = None

    def note(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal.

        Raises:
            Interrupted: this is the second signal.
        """
        if self.number is not None:
            raise Interrupted(number)
        self.number = number


def leave() -> None:
    """Let each of the signals end the process at once from now on; there is nothing to save."""
    handle(_leave)


@contextmanager
def leaving() -> Iterator[None]:
    """Like `leave` within the block: for imports, which no exception should interrupt."""
    with _handled_by(_leave):
        yield


@contextmanager
def raising() -> Iterator[Request]:
    """Let each of the signals raise `Interrupted` within the block, so that files are closed."""
    request = Request()

    def interrupt(number: int, frame: FrameType | None) -> None:
        request.number = number
        raise Interrupted(number)

    with _handled_by(interrupt):
        yield request


@contextmanager
def noted() -> Iterator[Request]:
    """Only note the first signal within the block; a second one raises `Interrupted`."""
    request = Request()
    with _handled_by(request.note):
        yield request


def end_with_input() -> None:
    """From now on, the end of standard input is like SIGTERM: its other end has gone."""

    def wait() -> None:
        # Not `sys.stdin`: a thread that holds its lock would abort the end of the program.
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _leave(number: int, frame: FrameType | None) -> None:
    with contextlib.suppress(OSError):
        # Not `print`: the signal may have interrupted a `print`.
        os.write(2, b"Interrupted.\n")
    os._exit(Interrupted(number).code)


@contextmanager
def _handled_by(handler: Handler) -> Iterator[None]:
    before = handle(handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
