"""How a command obeys the signals that ask it to end: at once, or between two steps."""

from __future__ import annotations

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


@contextmanager
def raising() -> Iterator[None]:
    """Within the block each of the signals raises `Interrupted`, so that what is open is closed."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Interrupted(number)

    with _handled_by(interrupt):
        yield


@contextmanager
def noted() -> Iterator[Request]:
    """Within the block the first signal is only noted, and a second one raises `Interrupted`."""
    request = Request()
    with _handled_by(request.note):
        yield request


@contextmanager
def _handled_by(handler: Handler) -> Iterator[None]:
    before = handle(handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
