"""Entry point of a task's process. The server imports this module too, so it imports no torch."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dgviz.data.catalogue import DataError
from dgviz.runs.contents import RunsError
from dgviz.settings import SettingsError

Work = Callable[..., Any]
"""Called with a function that reports the share that is done, and with the task's arguments."""


def run_task(connection: Connection, work: Work, *arguments: Any) -> None:
    """Do the work and send its progress, then ("done", result) or ("failed", reason)."""
    # Ctrl-C in the terminal ends the server, and that ends this process as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_without_server, args=(connection,), daemon=True).start()
    try:
        result = work(lambda done: connection.send(("progress", done)), *arguments)
    except (DataError, RunsError, SettingsError) as problem:
        connection.send(("failed", str(problem)))
    except (ImportError, MemoryError) as problem:
        connection.send(("failed", f"It could not be done: {problem or 'out of memory'}."))
    except BrokenPipeError:
        # The server has ended.
        return
    except Exception as unexpected:
        with contextlib.suppress(OSError):
            traceback.print_exc(file=sys.stderr)
        name = type(unexpected).__name__
        connection.send(("failed", f"It ended unexpectedly: {name}: {unexpected}"))
    else:
        connection.send(("done", result))


def examine(report: Callable[[float], None], folder: Path, baseline: Path | None) -> Any:
    """Run the faithfulness test of a run; see `dgviz.runs.faithfulness.examination`."""
    from dgviz.runs.faithfulness import examination

    return examination.examine(folder, baseline, report)


def import_run(
    report: Callable[[float], None], root: Path, quota_bytes: int, zipped: bytes
) -> tuple[str, tuple[str, ...]]:
    """Import a zip into the runs directory `root`; see `dgviz.runs.archive.import_zip`.

    Returns:
        The run's id, and a sentence for each part of the zip that was left out.
    """
    from dgviz.runs.archive import import_zip
    from dgviz.runs.store import Store

    record, left_out = import_zip(Store(root, quota_bytes), zipped)
    return record.id, left_out


def _exit_without_server(connection: Connection) -> None:
    """Exit when the server ends, which closes the pipe; it never sends anything."""
    try:
        connection.recv()
    except (EOFError, OSError):
        os._exit(1)
