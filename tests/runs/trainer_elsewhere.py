"""Another process that trains a run, as a server sees it in the run's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from synthetic_run import RUN_ID, snapshot, write_run

from dgviz.runs.layout import CARD, METRICS, SNAPSHOTS
from dgviz.runs.locks import lock_on
from dgviz.runs.snapshots import SnapshotWriter

FIRST = 5
"""The log has this many entries at first: up to step 4 of 20."""


class TrainerElsewhere:
    """Writes a run's folder as another training process does, entry by entry."""

    def __init__(self, root: Path, run_id: str = RUN_ID) -> None:
        self.folder = write_run(root, run_id, card={"phase": "running", "step": 0})
        self.lines = (self.folder / METRICS).read_bytes().splitlines(keepends=True)
        (self.folder / METRICS).write_bytes(b"".join(self.lines[:FIRST]))
        self.lock = lock_on(self.folder / "lock")
        self.lock.acquire()

    def log(self, content: bytes) -> None:
        with (self.folder / METRICS).open("ab") as file:
            file.write(content)

    def snapshot(self, step: int) -> None:
        writer = SnapshotWriter(self.folder / SNAPSHOTS, step)
        writer.append("gates", step, step, snapshot(step=step))
        writer.close()

    def card(self, **changes: Any) -> None:
        card = json.loads((self.folder / CARD).read_text())
        (self.folder / CARD).write_text(json.dumps({**card, **changes}))

    def end(self) -> None:
        self.card(phase="finished", step=20, epoch=2.0)
        self.lock.release()
