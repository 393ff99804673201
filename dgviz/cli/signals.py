"""How a command obeys the signals that ask it to end: at once, tidily, or between two steps."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from dgviz.signals import Handler, handle


class Interrupted(KeyboardInterrupt):
    """One of the signals has come; `number` says which."""

    def __init__(self, number: int, message: str = "Interrupted.") -> None:
        super().__init__(message)
        self.number = number

    @property
    def by_hand(self) -> bool:
        """Whether it was Ctrl-C."""
        return self.number == signal.SIGINT

    @property
    def code(self) -> int:
        """The exit code by which a shell tells the signal: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + self.number


class Request:
    """A wish to end that is obeyed between two steps; `number` is its signal, None before it."""

    def __init__(self) -> None:
        self.number: int | None = None

    def note(self, number: int, frame: FrameType | None) -> None:
        """Take in a signal; the second one is not made to wait.

        Raises:
            Interrupted: it is the second.
        """
        if self.number is not None:
            raise Interrupted(number)
        self.number = number


def leave() -> None:
    """From now on each of the signals ends the process at once: there is nothing to save."""
    handle(_leave)


@contextmanager
def leaving() -> Iterator[None]:
    """The same within the block: for imports, which are not to be cut short by an exception."""
    with _handled_by(_leave):
        yield


@contextmanager
def raising() -> Iterator[Request]:
    """Within the block each of the signals raises `Interrupted`, so that what is open is closed."""
    request = Request()

    def interrupt(number: int, frame: FrameType | None) -> None:
        request.number = number
        raise Interrupted(number)

    with _handled_by(interrupt):
        yield request


@contextmanager
def noted() -> Iterator[Request]:
    """Within the block the first signal is only noted, and a second one raises `Interrupted`."""
    request = Request()
    with _handled_by(request.note):
        yield request


def _leave(number: int, frame: FrameType | None) -> None:
    with contextlib.suppress(OSError):
        # Not by `print`: the signal may have come while it was at work.
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
