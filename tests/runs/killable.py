"""A worker with frequent checkpoints, so that a kill can happen anywhere between two."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from dgviz.live import launch
from dgviz.live.job import Job
from dgviz.live.worker_entry import run_worker


def train(connection: Connection, job: Job, checkpoint_seconds: float) -> None:
    from dgviz.runs.recording import recorder

    recorder.CHECKPOINT_SECONDS = checkpoint_seconds
    run_worker(connection, job)


def start(job: Job, checkpoint_seconds: float) -> tuple[BaseProcess, Connection]:
    """Start the process; returns it and our end of its pipe, which the caller must keep reading."""
    launch.warm_up()
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=train, args=(theirs, job, checkpoint_seconds), daemon=True)
    process.start()
    theirs.close()
    return process, ours
