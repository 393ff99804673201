"""A worker that makes checkpoints so often that a kill can fall anywhere between two of them."""

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
    """The process and our end of its pipe; what it reports has to be taken out of there."""
    launch.warm_up()
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=train, args=(theirs, job, checkpoint_seconds), daemon=True)
    process.start()
    theirs.close()
    return process, ours
