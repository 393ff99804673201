"""Work of the main thread that another thread can break off, wherever it stands."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class BrokenOff(BaseException):
    """The work was broken off. No `Exception`: what waits for a network catches those."""


class Breakable:
    """A span of work that has nothing to keep, so that it need not come to an end.

    A signal to the main thread ends even a wait for a network or a disk. Windows has none: there
    the work goes on to its end, and is broken off then. To be made in the main thread.
    """

    def __init__(self) -> None:
        self._asked = self._under_way = False
        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, self._leave)

    @contextmanager
    def work(self) -> Iterator[None]:
        """The span.

        Raises:
            BrokenOff: it has been broken off, or was to be before it began.
        """
        self._under_way = True
        try:
            self._leave_if_asked()
            yield
            self._leave_if_asked()
        except Exception as problem:
            # In the middle of an import whatever is raised may turn into errors of other kinds.
            if self._asked:
                raise BrokenOff from problem
            raise
        finally:
            self._under_way = False

    def break_off(self) -> None:
        """End the work that is under way, or that begins later; from any thread."""
        self._asked = True
        if self._under_way and hasattr(signal, "pthread_kill"):
            main = threading.main_thread().ident
            assert main is not None
            signal.pthread_kill(main, signal.SIGUSR1)

    def _leave_if_asked(self) -> None:
        if self._asked:
            raise BrokenOff

    def _leave(self, number: int, frame: FrameType | None) -> None:
        if self._under_way:
            # Once: what cleans up after it is not to be broken off as well.
            self._under_way = False
            raise BrokenOff
