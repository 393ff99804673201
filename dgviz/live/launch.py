"""Start worker processes quickly, from a server whose `__main__` is Streamlit's.

A forkserver imports torch once and then forks a worker in a tenth of a second. Windows has none:
there each worker is spawned and imports torch itself.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import forkserver, spawn
from multiprocessing.context import BaseContext
from queue import SimpleQueue
from typing import Any

from dgviz.live.child import Child
from dgviz.live.job import Job
from dgviz.live.worker_entry import run_worker

_PRELOADED = ["torch", "dgviz.live.worker"]

_one_at_a_time = threading.Lock()
# Each start polls all children that multiprocessing knows; `Child` removes ours before the next.

_original_preparation_data = spawn.get_preparation_data


def _preparation_data_without_main(name: str) -> dict[str, Any]:
    """Keep children from running the parent's `__main__`.

    Under Streamlit that is the page script, which fails in a child. A worker needs only imports.
    """
    data = _original_preparation_data(name)
    data.pop("init_main_from_name", None)
    data.pop("init_main_from_path", None)
    return data


spawn.get_preparation_data = _preparation_data_without_main


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def warm_up() -> None:
    """Start the forkserver, which imports torch, so that the first worker starts at once."""
    if _context().get_start_method() == "forkserver":
        forkserver.ensure_running()


def cool_down() -> None:
    """End the forkserver now: while it imports torch it does not notice the server's end."""
    # These names are private; without them the forkserver only ends some seconds later.
    factory: Any = forkserver._forkserver
    if (pid := getattr(factory, "_forkserver_pid", None)) is not None:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
            # Collects the dead process, so that the next start makes a new one.
            factory._stop()


def start_worker(job: Job, commands: SimpleQueue[Any]) -> Child:
    """Start a training process that receives its commands from `commands`.

    Raises:
        OSError: it cannot be started.
    """
    return start_process(run_worker, job, name="dgviz-worker", commands=commands)


def start_process(
    target: Callable[..., None],
    *arguments: Any,
    name: str,
    commands: SimpleQueue[Any] | None = None,
) -> Child:
    """Start a process that runs `target` with its end of a pipe and `arguments`.

    Args:
        target: a function that the server can import; it returns when the pipe is closed.
        commands: everything put here is sent to the process.

    Raises:
        OSError: it cannot be started.
    """
    context = _context()
    ours, theirs = context.Pipe()
    process = context.Process(  # type: ignore[attr-defined]
        target=target, args=(theirs, *arguments), daemon=True, name=name
    )
    try:
        with _one_at_a_time:
            process.start()
            return Child(process, ours, commands)
    except EOFError as gone:
        # A broken torch ends the forkserver with a traceback; the next call starts a new one.
        raise OSError("the process that starts workers has ended, see the terminal") from gone
    finally:
        # Only the worker may hold its end: then each side sees the other's end as an end of file.
        theirs.close()
