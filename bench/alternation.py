"""One training process that streams and records in every other block of epochs.

Two processes with the same work differ by a tenth and more on some machines, by where their memory
happens to lie; one process compared with itself does less so. The processor time that streaming and
recording themselves take is measured as well: it varies little, but leaves out that they push what
training needs out of the processor's caches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dgviz.settings import Settings

Acts = dict[str, Callable[[Any], None]]
"""What is done with each snapshot, by the name of the work."""


@dataclass(frozen=True)
class Block:
    """Whole epochs of training.

    Attributes:
        steps: how many they were.
        seconds, cpu_seconds: how long they took, by the wall clock and in processor time.
        spent: processor seconds of each kind of work that is not training.
    """

    steps: int
    seconds: float
    cpu_seconds: float
    spent: dict[str, float]


def alternate(
    connection: Connection, settings: Settings, seconds: float, rounds: int, root: Path
) -> None:
    """Train, and send what a worker sends; at the end `("measured", [(streamed, bare), …])`.

    Args:
        seconds: least length of a block.
        rounds: pairs of blocks to measure.
        root: an empty runs directory to record in.
    """
    from dgviz.data.sets import load
    from dgviz.data.split import split
    from dgviz.live.mailbox import Commands, Outbox
    from dgviz.live.publisher import Publisher
    from dgviz.runs.recording.recorder import Recorder
    from dgviz.runs.store import Store, new_run_id
    from dgviz.training.loop import train
    from dgviz.training.snapshot import Snapshot

    outbox, commands = Outbox(connection), Commands(connection, settings)
    publisher = Publisher(outbox)
    recorder = Recorder.create(Store(root, 10**10), new_run_id(), settings, None)
    snapshots = train(settings, split(load(settings.dataset), settings.validation, settings.seed))
    first = next(snapshots)
    publisher.begin(first)
    recorder.begin(first, b"")

    def draw(snapshot: Snapshot) -> None:
        publisher.offer(snapshot)
        if not commands.waiting:
            commands.take_step(snapshot.step, snapshot.steps_per_epoch)

    def nothing(snapshot: Snapshot) -> None:
        """Its time is taken all the same: the clocks must not count as streaming."""

    streamed: Acts = {"recording": recorder.take, "drawing": draw}
    bare: Acts = dict.fromkeys(streamed, nothing)

    # The first epoch is evaluated more often than the others.
    _block(snapshots, bare, 0)
    measured = []
    for number in range(rounds):
        # The pace of training drifts as gates close: so each comes first in turn.
        order = (streamed, bare) if number % 2 == 0 else (bare, streamed)
        first, second = [_block(snapshots, acts, seconds) for acts in order]
        measured.append((first, second) if order[0] is streamed else (second, first))
    outbox.report("measured", measured)
    outbox.close()


def _block(snapshots: Iterator[Any], acts: Acts, seconds: float) -> Block:
    """Whole epochs, so that each block holds as many evaluations a step as any other."""
    began, cpu_began, thread_began = time.perf_counter(), time.process_time(), time.thread_time()
    steps, whole = 0, False
    spent = dict.fromkeys(acts, 0.0)
    while not whole or time.perf_counter() - began < seconds:
        snapshot = next(snapshots)
        before = time.thread_time()
        for name, act in acts.items():
            act(snapshot)
            after = time.thread_time()
            spent[name] += after - before
            before = after
        steps += 1
        whole = snapshot.step % snapshot.steps_per_epoch == 0
    cpu_seconds = time.process_time() - cpu_began
    # Training has one thread; the others send.
    spent["sending"] = cpu_seconds - (time.thread_time() - thread_began)
    return Block(steps, time.perf_counter() - began, cpu_seconds, spent)
