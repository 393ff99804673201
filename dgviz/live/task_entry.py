"""What the process of a task runs first; importable by the server because torch comes later."""

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
"""Called with a function that takes the share that is done, and the task's arguments."""


def run_task(connection: Connection, work: Work, *arguments: Any) -> None:
    """Do the work and send how it goes; its last message is ("done", result) or ("failed", why)."""
    # Ctrl-C in the terminal is for the server, whose end ends this process as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_the_server, args=(connection,), daemon=True).start()
    try:
        result = work(lambda done: connection.send(("progress", done)), *arguments)
    except (DataError, RunsError, SettingsError) as problem:
        connection.send(("failed", str(problem)))
    except (ImportError, MemoryError) as problem:
        connection.send(("failed", f"It could not be done: {problem or 'out of memory'}."))
    except BrokenPipeError:
        # The server is gone, and nobody is left to tell.
        return
    except Exception as unexpected:
        with contextlib.suppress(OSError):
            traceback.print_exc(file=sys.stderr)
        name = type(unexpected).__name__
        connection.send(("failed", f"It ended unexpectedly: {name}: {unexpected}"))
    else:
        connection.send(("done", result))


def examine(report: Callable[[float], None], folder: Path, baseline: Path | None) -> Any:
    """The faithfulness test of a recorded run; see `dgviz.runs.faithfulness.examination`."""
    from dgviz.runs.faithfulness import examination

    return examination.examine(folder, baseline, report)


def take_in(
    report: Callable[[float], None], root: Path, quota_bytes: int, zipped: bytes
) -> tuple[str, tuple[str, ...]]:
    """Import a zip into the runs directory `root`; see `dgviz.runs.archive.import_zip`.

    Returns:
        The run's id, and a sentence for each thing that was left out.
    """
    from dgviz.runs.archive import import_zip
    from dgviz.runs.store import Store

    record, left_out = import_zip(Store(root, quota_bytes), zipped)
    return record.id, left_out


def _die_with_the_server(connection: Connection) -> None:
    """The server never sends anything: what arrives is the end of it."""
    try:
        connection.recv()
    except (EOFError, OSError):
        os._exit(1)
