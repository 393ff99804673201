"""Runs killed at random steps, resumed, and compared to the last bit with one left in peace."""

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
KILLS = int(os.environ.get("DGVIZ_KILLS", "12"))
LONGEST = 1.2
"""Seconds up to a kill: loading the data takes a third of one, training the rest."""


class Worker:
    """A real training process that goes on with a run."""

    def __init__(self, root: Path, run_id: str) -> None:
        job = Job(run_id, SETTINGS, root, 10**10, resume=True)
        self.process, self.ours = killable.start(job, 0.05)
        self.last_word: Any = None
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
                self.last_word = content[0]

    def killed_within(self, seconds: float | None) -> bool:
        """Wait for it to end, and kill it if that takes longer."""
        self.process.join(seconds)
        killed = self.process.is_alive()
        if killed:
            os.kill(self.process.pid or 0, signal.SIGKILL)
            self.process.join()
        self._reader.join()
        self.ours.close()
        return killed


def begun(root: Path, run_id: str) -> Path:
    """The folder of a run that has not taken a step, with knob moves to be made on its way."""
    recorder = Recorder.create(Store(root), run_id, SETTINGS, None)
    recorder.end("stopped", "", None)
    card = json.loads((recorder.folder / CARD).read_text())
    (recorder.folder / CARD).write_text(json.dumps({**card, "planned": MOVES}))
    return recorder.folder


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in (METRICS, SNAPSHOTS, CHECKPOINT)}


@pytest.fixture(scope="module")
def left_in_peace(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("peace")
    folder = begun(root, "0" * 12)
    worker = Worker(root, "0" * 12)
    assert not worker.killed_within(None)
    assert worker.last_word == ("finished", "")
    moves = [entry for entry in Record(folder).log() if entry["kind"] == "knob"]
    assert [(move["step"], move["knob"], move["to"]) for move in moves] == MOVES
    return contents(folder)


def test_a_run_killed_again_and_again_ends_bit_for_bit_where_it_would_have(
    left_in_peace: dict[str, bytes], tmp_path: Path
) -> None:
    """Weights, gates, Adam's moments, data order, log and recorded snapshots: every byte.

    Twelve kills here; with DGVIZ_KILLS as many as one has time for.
    """
    chance, kills, runs = random.Random(0), 0, 0
    while kills < KILLS:
        runs += 1
        folder = begun(tmp_path, f"{runs:012x}")
        while Worker(tmp_path, folder.name).killed_within(
            chance.uniform(0, LONGEST) if kills < KILLS else None
        ):
            kills += 1
            # A git process that was just being started may hold the lock an instant longer.
            while (record := Record(folder)).phase == "running":
                time.sleep(0.01)
            if record.phase == "finished":
                # It had said its last word, and was still on its way out.
                break
            assert record.phase in ("interrupted", "stopped")
            assert record.resumable and not record.damage()
        assert Record(folder).phase == "finished"
        assert contents(folder) == left_in_peace
