"""Helper processes of a measurement, which end with it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

PATIENCE = 120.0
"""Seconds to wait for any answer, including a measured span of training."""


@contextmanager
def helper(work: Callable[..., None], *arguments: object) -> Iterator[Connection]:
    """Run `work(connection, *arguments)` in a process that is killed at the end of the block."""
    # Like the workers, forked by the forkserver if there is one.
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
    """Receive the helper's next message.

    Raises:
        RuntimeError: no message came for `PATIENCE` seconds.
        EOFError: the helper has ended.
    """
    if not connection.poll(PATIENCE):
        raise RuntimeError(f"A helper process has not answered within {PATIENCE:g} s.")
    return connection.recv()
