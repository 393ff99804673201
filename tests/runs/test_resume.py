"""Runs killed at random steps and resumed have exactly the bits of an uninterrupted run."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import killable
import pytest

from dgviz.live.job import Job
from dgviz.runs.layout import CARD, CHECKPOINT, METRICS, SNAPSHOTS
from dgviz.runs.record import Record
from dgviz.runs.recording.recorder import Recorder
from dgviz.runs.store import Store
from dgviz.settings import Settings

SETTINGS = Settings(
    hidden=12,
    epochs=4,
    batch_size=250,
    validation=1000,
    device="cpu",
    beta=1.0,
    learning_rate_schedule="cosine",
)
"""236 steps an epoch, 944 in all, ten log points an epoch."""

MOVES = [(150, "beta", 3.0), (236, "tau", 0.55), (405, "tau", 0.48), (610, "learning_rate", 0.004)]
KILLS = int(os.environ.get("DGVIZ_KILLS", "8"))
LONGEST = 1.2
"""Seconds before a kill: loading the data takes a third of one, training the rest."""


class Worker:
    """A real training process that resumes a run."""

    def __init__(self, root: Path, run_id: str) -> None:
        job = Job(run_id, SETTINGS, root, 10**10, resume=True)
        self.process, self.ours = killable.start(job, 0.05)
        self.end: Any = None
        self._reader = threading.Thread(target=self._read, args=(self.ours,))
        self._reader.start()

    def _read(self, connection: Connection) -> None:
        while True:
            try:
                kind, *content = connection.recv()
            except (EOFError, OSError):
                return
            assert kind != "warning", content
            if kind == "ended":
                self.end = content[0]

    def killed_within(self, seconds: float | None) -> bool:
        """Wait for the end of the process, and kill it after `seconds`."""
        self.process.join(seconds)
        killed = self.process.is_alive()
        if killed:
            os.kill(self.process.pid or 0, signal.SIGKILL)
            self.process.join()
        self._reader.join()
        self.ours.close()
        return killed


def begun(root: Path, run_id: str) -> Path:
    """Create the folder of a run before its first step, with planned knob moves."""
    recorder = Recorder.create(Store(root), run_id, SETTINGS, None)
    recorder.end("stopped", "", None)
    card = json.loads((recorder.folder / CARD).read_text())
    (recorder.folder / CARD).write_text(json.dumps({**card, "planned": MOVES}))
    return recorder.folder


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in (METRICS, SNAPSHOTS, CHECKPOINT)}


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("uninterrupted")
    folder = begun(root, "0" * 12)
    worker = Worker(root, "0" * 12)
    assert not worker.killed_within(None)
    assert worker.end == ("finished", "")
    moves = [entry for entry in Record(folder).log() if entry["kind"] == "knob"]
    assert [(move["step"], move["knob"], move["to"]) for move in moves] == MOVES
    return contents(folder)


def test_a_run_killed_many_times_ends_with_the_bits_of_an_uninterrupted_one(
    uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    """Weights, gates, Adam's moments, data order, log and recorded snapshots: every byte.

    Eight kills by default; DGVIZ_KILLS sets the number.
    """
    chance, kills, runs = random.Random(0), 0, 0
    while kills < KILLS:
        runs += 1
        folder = begun(tmp_path, f"{runs:012x}")
        while Worker(tmp_path, folder.name).killed_within(
            chance.uniform(0, LONGEST) if kills < KILLS else None
        ):
            kills += 1
            # A git process that had just been started may hold the lock a little longer.
            while (record := Record(folder)).phase == "running":
                time.sleep(0.01)
            if record.phase == "finished":
                # The kill came after the run had finished.
                break
            assert record.phase in ("interrupted", "stopped")
            assert record.resumable and not record.damage()
        assert Record(folder).phase == "finished"
        assert contents(folder) == uninterrupted
