"""What a fresh worker process runs first; importable by the server because torch comes later."""

from __future__ import annotations

from multiprocessing.connection import Connection

from dgviz.live.job import Job
from dgviz.streams import occupy_closed_descriptors


def run_worker(connection: Connection, job: Job) -> None:
    """Train as `job` says, obey commands from `connection` and report through it."""
    occupy_closed_descriptors()
    try:
        from dgviz.live.worker import Worker
    except (ImportError, OSError, RuntimeError) as problem:
        # A torch that does not fit this machine fails in any of these ways.
        reason = f"PyTorch could not be loaded ({problem}). Install requirements.txt anew."
        connection.send(("ended", ("failed", reason)))
        raise
    Worker(connection, job).run()
