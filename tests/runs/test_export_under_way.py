"""Export a run during its training: the files in the zip agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from synthetic_run import RUN_ID, facts

from dgviz.data.split import Splits
from dgviz.runs import archive
from dgviz.runs.archive import export_zip, import_zip
from dgviz.runs.inspection import Part, parts
from dgviz.runs.record import Record
from dgviz.runs.recording.recorder import Recorder
from dgviz.runs.store import Store
from dgviz.settings import Settings
from dgviz.training.loop import train

SETTINGS = Settings(hidden=4, epochs=20, batch_size=5, validation=0, device="cpu")
"""20 steps an epoch on the data below."""


@pytest.fixture
def noise() -> Splits:
    """Images of MNIST's shape: 100 training, 10 validation and 10 test images."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (120, 784), generator=generator, dtype=torch.uint8)
    labels = torch.arange(120) % 10
    return Splits(
        images[:100], labels[:100], images[100:110], labels[100:110], images[110:], labels[110:]
    )


class Trainer:
    """Trains a run for a given number of steps at a time, each time with a checkpoint."""

    def __init__(self, store: Store, data: Splits) -> None:
        self.recorder = Recorder.create(store, RUN_ID, SETTINGS, None)
        self._snapshots = train(SETTINGS, data)
        self.recorder.begin(next(self._snapshots), facts(SETTINGS))

    def go_on(self, steps: int) -> None:
        for _ in range(steps):
            snapshot = next(self._snapshots)
            self.recorder.record(snapshot)
        self.recorder.checkpoint(snapshot)


def test_the_checkpoint_of_an_exported_run_is_never_newer_than_its_log(
    monkeypatch: pytest.MonkeyPatch, noise: Splits, tmp_path: Path
) -> None:
    store, elsewhere = Store(tmp_path / "here"), Store(tmp_path / "there")
    trainer = Trainer(store, noise)
    trainer.go_on(20)

    def parts_in_training(record: Record) -> Iterator[Part]:
        for part in parts(record):
            yield part
            trainer.go_on(20)

    monkeypatch.setattr(archive, "parts", parts_in_training)
    exported = export_zip(store.record(RUN_ID))
    monkeypatch.undo()
    trainer.recorder.end("interrupted", "", None)
    assert import_zip(elsewhere, exported.content).left_out == exported.left_out == ()

    resumed = Recorder.reopen(elsewhere, RUN_ID)
    resumed.end("interrupted", "", None)
    assert resumed.resume_point.checkpoint is not None
    reached = resumed.resume_point.checkpoint.step
    whole, taken = store.record(RUN_ID), elsewhere.record(RUN_ID)
    assert 20 < reached < whole.step
    assert taken.log() == [entry for entry in whole.log() if entry["step"] <= reached]
    for kind in ("gates", "weights"):
        kept = [
            snapshot.step for snapshot in whole.snapshots().of(kind) if snapshot.step <= reached
        ]
        assert [snapshot.step for snapshot in taken.snapshots().of(kind)] == kept
