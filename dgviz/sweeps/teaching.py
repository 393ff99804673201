"""How far the teacher of a sweep's trials is, for whoever watches the folder of the sweep.

Trials with `distillation` need the answers of a teacher. One of them trains it, which takes a
minute or more, and all others with the same seed wait.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dgviz.runs.contents import RUN_ID
from dgviz.runs.files import read_file, write_json
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import is_locked

TEACHER = "teacher.json"
_LARGEST = 2**10


def teacher_writer(folder: Path, trial: str) -> Callable[[int | None, int], None]:
    """A function that keeps in the folder how far the teacher is that a trial trains.

    It is called as `training.teacher.Show` says.
    """
    file = folder / TEACHER

    def remove() -> None:
        with contextlib.suppress(OSError):
            file.unlink()

    def show(epoch: int | None, epochs: int) -> None:
        if epoch is None:
            # The trial that trains it writes this.
            return
        if epoch == epochs:
            remove()
            return
        # Without room, nobody is told.
        with contextlib.suppress(OSError):
            write_json(file, {"trial": trial, "epoch": epoch, "epochs": epochs})

    if _read(file).get("trial") == trial:
        # This trial was killed, and may find the teacher trained by another one.
        remove()
    return show


def teacher_epochs(folder: Path) -> tuple[int, int] | None:
    """The finished epochs of a teacher that a trial of a sweep trains now, and their number."""
    content = _read(folder / TEACHER)
    match content:
        case {"trial": str(trial), "epoch": int(epoch), "epochs": int(epochs)}:
            if RUN_ID.fullmatch(trial) and is_locked(folder / trial / LOCK):
                return epoch, epochs
    return None


def _read(file: Path) -> dict[str, Any]:
    """The content of the file; empty if there is none that can be read."""
    try:
        content = json.loads(read_file(file, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
