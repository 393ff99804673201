"""Entry point of a worker process. The server imports this module too, so it imports no torch."""

from __future__ import annotations

from multiprocessing.connection import Connection

from dgviz.live.job import Job
from dgviz.streams import occupy_closed_descriptors


def run_worker(connection: Connection, job: Job) -> None:
    """Train the job's run, with commands from `connection` and reports to it."""
    occupy_closed_descriptors()
    try:
        from dgviz.live.worker import Worker
    except (ImportError, OSError, RuntimeError) as problem:
        # A torch that does not work on this machine raises any of these.
        reason = f"PyTorch could not be loaded ({problem}). Reinstall requirements.txt."
        connection.send(("ended", ("failed", reason)))
        raise
    Worker(connection, job).run()
