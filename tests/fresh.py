"""What the server keeps for its whole life, anew in a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class _Cached(Protocol):
    cache_clear: Callable[[], Any]


@contextmanager
def fresh(*cached: _Cached) -> Iterator[None]:
    """Forget what cached functions have returned, before the block and after it."""

    def forget() -> None:
        for one in cached:
            one.cache_clear()

    forget()
    try:
        yield
    finally:
        forget()
