"""Processes that help with a measurement and never outlive it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

PATIENCE = 120.0
"""Seconds within which anything awaited must have happened, a span of training included."""


@contextmanager
def helper(work: Callable[..., None], *arguments: object) -> Iterator[Connection]:
    """A process that does `work(connection, *arguments)` and is gone at the end of the block."""
    # A fork of the forkserver, as the worker is, where there is one.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    ours, theirs = context.Pipe()
    process = context.Process(  # type: ignore[attr-defined]
        target=work, args=(theirs, *arguments), daemon=True
    )
    process.start()
    theirs.close()
    try:
        with ours:
            yield ours
    finally:
        process.kill()
        process.join()
        process.close()


def answer(connection: Connection) -> Any:
    """What the helper sends next.

    Raises:
        RuntimeError: it says nothing for `PATIENCE` seconds.
        EOFError: it has died.
    """
    if not connection.poll(PATIENCE):
        raise RuntimeError(f"A helper process has not answered within {PATIENCE:g} s.")
    return connection.recv()
