"""Work of the main thread that another thread can break off at any point."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class BrokenOff(BaseException):
    """The work was broken off. Not an `Exception`, because network libraries catch those."""


class Breakable:
    """Work that can be broken off at any point, because it has no result to save.

    A signal to the main thread interrupts even a wait for the network or the disk. On Windows,
    without signals, the work is broken off only after its end. Create it in the main thread.
    """

    def __init__(self) -> None:
        self._asked = self._under_way = False
        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, self._leave)

    @contextmanager
    def work(self) -> Iterator[None]:
        """The block is work that can be broken off.

        Raises:
            BrokenOff: `break_off` was called, during the work or before it.
        """
        self._under_way = True
        try:
            self._leave_if_asked()
            yield
            self._leave_if_asked()
        except Exception as problem:
            # During an import, `BrokenOff` may come out as an error of another type.
            if self._asked:
                raise BrokenOff from problem
            raise
        finally:
            self._under_way = False

    @contextmanager
    def unbroken(self) -> Iterator[None]:
        """The block, within the work, is not broken off in its middle, only after it.

        Raises:
            BrokenOff: as above.
        """
        self._under_way = False
        yield
        self._under_way = True
        self._leave_if_asked()

    def break_off(self) -> None:
        """Break off the present work, or the next if none is under way; callable by any thread."""
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
            # Only once: the clean-up after it must not be interrupted.
            self._under_way = False
            raise BrokenOff
