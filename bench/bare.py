"""Training that nobody watches: a process that packs no picture and reports to no server."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection

from dgviz.settings import Settings


def train_bare(connection: Connection, settings: Settings, start: int, stop: int) -> None:
    """Send the wall-clock and the processor seconds of the steps from `start` (done) to `stop`."""
    from dgviz.data.sets import load
    from dgviz.data.split import split
    from dgviz.training.loop import train

    if hasattr(os, "nice"):
        # As polite as the streamed worker, or the scheduler would tell them apart.
        os.nice(5)
    data = split(load(settings.dataset), settings.validation, settings.seed)
    for snapshot in train(settings, data):
        if snapshot.step == start:
            began, cpu_began = time.perf_counter(), time.process_time()
        if snapshot.step == stop:
            connection.send((time.perf_counter() - began, time.process_time() - cpu_began))
            return
