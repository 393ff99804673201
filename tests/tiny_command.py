"""`train` on tiny data in this process: its flags, its run, and a callback at a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dgviz.runs.record import Record
from dgviz.runs.recording import session
from dgviz.runs.store import Store

FLAGS = ["train", "--epochs", "4", "--batch-size", "6", "--device", "cpu"]
"""With the tiny data, an epoch has ten steps."""


def at_step(patch: pytest.MonkeyPatch, step: int, callback: Callable[[], object]) -> None:
    """Call `callback` before the snapshot of this step is passed on."""

    def train(*arguments: Any, **options: Any) -> Iterator[Any]:
        for snapshot in original(*arguments, **options):
            if snapshot.step == step:
                callback()
            yield snapshot

    original = session.train
    patch.setattr(session, "train", train)


def only(root: Path) -> Record:
    """The only run in a directory."""
    (record,) = Store(root).records()
    return record
