"""A bound on the share of a thread's processor time that one kind of its work may take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Budget:
    """Grows with the processor time of the thread, and is spent by what is done in `spending`.

    Args:
        share: how much of the thread's processor time may be spent, in (0, 1).
        most: processor seconds that can be saved up; there are as many at the start.
        clock: processor seconds of the thread so far.
    """

    def __init__(
        self, share: float, most: float, clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._share = share
        self._most = self._left = most
        self._clock = clock
        self._at = clock()

    def allows(self) -> bool:
        """Whether there is anything left to spend."""
        now = self._clock()
        self._left = min(self._most, self._left + self._share * (now - self._at))
        self._at = now
        return self._left > 0

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Take what the block costs from the budget, which may fall below zero."""
        began = self._clock()
        yield
        self._left -= self._clock() - began
