"""The file by which trials that may be stopped early know of each other. Imports Optuna."""

from __future__ import annotations

import os
from pathlib import Path

from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock


class _MendingLock(JournalFileSymlinkLock):
    """The lock under which lines are appended, which first makes the last line whole.

    A process that is killed while it writes leaves half a line. The next line would be appended to
    it, and nobody could read the file any more. What the killed process wanted to say is lost.
    """

    def __init__(self, log: Path) -> None:
        super().__init__(str(log))
        self._log = log

    def acquire(self) -> bool:
        acquired = super().acquire()
        cut_incomplete_line(self._log)
        return acquired


def cut_incomplete_line(log: Path) -> None:
    """Remove what follows the last newline of a file; nobody may be writing it."""
    with log.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        kept = end
        while kept:
            file.seek(kept - 1)
            if file.read(1) == b"\n":
                break
            kept -= 1
        if kept < end:
            file.truncate(kept)


def storage(log: Path) -> JournalStorage:
    """The trials of a sweep as Optuna reads and writes them."""
    return JournalStorage(JournalFileBackend(str(log), _MendingLock(log)))
