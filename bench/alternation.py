"""A training process that streams and records in every other block of epochs.

On some machines two processes with the same work differ in speed by a tenth or more, because their
memory is placed differently. One process compared with itself differs less. The processor time of
streaming and recording is measured as well: it varies little, but does not include the slowdown of
training by evictions from the processor's caches.
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
"""Functions that are called with each snapshot, by the name of their work."""


@dataclass(frozen=True)
class Block:
    """Whole epochs of training.

    Attributes:
        steps: number of steps.
        seconds, cpu_seconds: their wall-clock time and processor time.
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
        seconds: minimum length of a block.
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
        """Do nothing: bare blocks read the clocks too, so that streaming does not include this."""

    streamed: Acts = {"recording": recorder.record, "drawing": draw}
    bare: Acts = dict.fromkeys(streamed, nothing)

    # The first epoch is evaluated more often than the others.
    _block(snapshots, bare, 0)
    measured = []
    for number in range(rounds):
        # Training gets faster or slower as gates close, so the two alternate in being first.
        order = (streamed, bare) if number % 2 == 0 else (bare, streamed)
        first, second = [_block(snapshots, acts, seconds) for acts in order]
        measured.append((first, second) if order[0] is streamed else (second, first))
    outbox.report("measured", measured)
    outbox.close()


def _block(snapshots: Iterator[Any], acts: Acts, seconds: float) -> Block:
    """Train for whole epochs, so that every block has the same number of evaluations a step."""
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
    # Training runs in one thread; all other threads send.
    spent["sending"] = cpu_seconds - (time.thread_time() - thread_began)
    return Block(steps, time.perf_counter() - began, cpu_seconds, spent)
