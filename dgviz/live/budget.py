"""A bound on the share of a thread's processor time that one kind of work may take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Budget:
    """A budget of processor time. It grows while the thread runs; work in `spending` reduces it.

    Args:
        share: the part of the thread's processor time that may be spent, in (0, 1).
        most: the largest budget, which is also the first, in processor seconds.
        clock: returns the processor time of the thread in seconds.
    """

    def __init__(
        self, share: float, most: float, clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._share = share
        self._most = self._left = most
        self._clock = clock
        self._at = clock()

    def allows(self) -> bool:
        """Whether any budget is left."""
        now = self._clock()
        self._left = min(self._most, self._left + self._share * (now - self._at))
        self._at = now
        return self._left > 0

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Subtract the processor time of the block from the budget, which may fall below zero."""
        began = self._clock()
        yield
        self._left -= self._clock() - began
