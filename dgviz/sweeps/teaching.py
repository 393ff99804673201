"""How far the teacher of a sweep's trials is, for whoever watches the folder of the sweep.

Trials with `distillation` need the answers of a teacher. One of them trains it, which takes a
minute or more, and all others with the same seed wait. It writes a file that is named by its id:
whoever looks lists these few files, and not the folders of all trials.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dgviz.runs.contents import RUN_ID
from dgviz.runs.files import read_file, write_json
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import is_locked

TEACHERS = ".teachers"
_LARGEST = 2**10


def teacher_writer(folder: Path, trial: str) -> Callable[[int | None, int], None]:
    """A function that keeps in the folder how far the teacher is that a trial trains.

    It is called as `training.teacher.Show` says.
    """
    file = folder / TEACHERS / trial

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
            file.parent.mkdir(exist_ok=True)
            write_json(file, {"epoch": epoch, "epochs": epochs})

    # This trial may have been killed, and find the teacher trained by another one.
    remove()
    return show


def teacher_epochs(folder: Path) -> tuple[int, int] | None:
    """The finished epochs of a teacher that a trial of a sweep trains now, and their number.

    Of several, those of the teacher with the smallest part of its epochs; None if there is none.
    """
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder / TEACHERS):
            match _read(Path(entry)):
                case {"epoch": int(epoch), "epochs": int(epochs)} if 0 <= epoch < epochs:
                    if RUN_ID.fullmatch(entry.name) and is_locked(folder / entry.name / LOCK):
                        found.append((epoch, epochs))
    return min(found, key=lambda teacher: teacher[0] / teacher[1], default=None)


def last_epoch(folder: Path) -> float:
    """When a teacher of a sweep has last ended an epoch, in seconds since 1970; 0 without one."""
    try:
        return (folder / TEACHERS).stat().st_mtime
    except OSError:
        return 0.0


def _read(file: Path) -> dict[str, Any]:
    """The content of the file; empty if there is none that can be read."""
    try:
        content = json.loads(read_file(file, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
