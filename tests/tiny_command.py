"""`train` on tiny data in this process: its flags, its run, and news at one of its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dgviz.runs.record import Record
from dgviz.runs.recording import session
from dgviz.runs.store import Store

FLAGS = ["train", "--epochs", "4", "--batch-size", "6", "--device", "cpu"]
"""On the tiny data ten steps an epoch."""


def at_step(patch: pytest.MonkeyPatch, step: int, happen: Callable[[], object]) -> None:
    """Before the snapshot of this step is seen, call `happen`."""

    def train(*arguments: Any, **options: Any) -> Iterator[Any]:
        for snapshot in original(*arguments, **options):
            if snapshot.step == step:
                happen()
            yield snapshot

    original = session.train
    patch.setattr(session, "train", train)


def only(root: Path) -> Record:
    """The one run in a directory."""
    (record,) = Store(root).records()
    return record
