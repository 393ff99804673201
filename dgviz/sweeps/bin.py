"""The bin of the sweeps of the runs directory: a deleted sweep can be restored for a day."""

from __future__ import annotations

import math
import os
import secrets
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from dgviz.runs.files import folders_in, is_folder, sync_folder
from dgviz.runs.layout import SWEEPS
from dgviz.runs.store import BIN, BIN_SECONDS, the_store
from dgviz.runs.working_folders import OUTGOING, remove_leftovers
from dgviz.sweeps.folder import SweepError, SweepFolder

_SUFFIX = 9
"""The length of ".0123abcd", by which sweeps of one name differ in the bin."""


class SweepBin:
    """Deleted sweeps. A sweep with thousands of trials is moved as a whole, in no time.

    Args:
        root: the folder of the sweeps. The bin is in it, because a rename needs the same disk.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / BIN

    def deleted(self) -> list[Path]:
        """The folders of the sweeps that can be restored, the newest first."""
        # A link is not followed: folders elsewhere would be emptied.
        if not is_folder(self.path):
            return []
        folders = folders_in(self.path, lambda name: not name.startswith("."))
        return sorted(folders, key=_age)

    @staticmethod
    def name(deleted: Path) -> str:
        """The name that a deleted sweep had."""
        return deleted.name[:-_SUFFIX]

    def delete(self, name: str) -> None:
        """Move a sweep to the bin.

        Raises:
            SweepError: there is no such sweep, it is being trained, or it cannot be moved.
        """
        folder = self.root / name
        if folder.parent != self.root or name.startswith(".") or not is_folder(folder):
            raise SweepError(f"There is no sweep {name} in the runs directory.")
        SweepFolder(folder).check_idle()
        if os.path.lexists(self.path) and not is_folder(self.path):
            raise SweepError(f"The sweep {name} could not be deleted: {self.path} is no folder.")
        try:
            self.path.mkdir(exist_ok=True)
            # Its age in the bin is counted from now.
            os.utime(folder)
            folder.rename(self.path / f"{name}.{secrets.token_hex(4)}")
        except OSError as problem:
            raise SweepError(
                f"The sweep {name} could not be deleted: {problem.strerror}."
            ) from problem
        sync_folder(self.root)
        # Not only at the start: a server may run for weeks.
        self.empty(older_than=BIN_SECONDS)

    def restore(self, deleted: Path) -> Path:
        """Move a sweep back, and return its folder.

        Raises:
            SweepError: there is another sweep of its name, or it cannot be moved.
        """
        name = self.name(deleted)
        folder = self.root / name
        if os.path.lexists(folder):
            raise SweepError(f"There is a sweep {name} already: delete that one first.")
        try:
            deleted.rename(folder)
        except OSError as problem:
            raise SweepError(
                f"The sweep {name} could not be restored: {problem.strerror}."
            ) from problem
        sync_folder(self.root)
        return folder

    def empty(self, older_than: float = -math.inf) -> threading.Thread:
        """Remove permanently all sweeps, or those deleted `older_than` seconds ago or earlier.

        They are gone from the bin at once. To remove thousands of trials takes seconds, so a thread
        does it, also with what a server has left that ended meanwhile.

        Returns:
            The thread, which was started.
        """
        for folder in self.deleted():
            if _age(folder) >= older_than:
                # Another server may be emptying the bin at the same time.
                with suppress(OSError):
                    folder.rename(self.path / f"{OUTGOING}{secrets.token_hex(4)}")
        thread = threading.Thread(target=remove_leftovers, args=(self.path,), daemon=True)
        thread.start()
        return thread


def _age(folder: Path) -> float:
    """Seconds since the folder was deleted; negative after the clock was set back."""
    with suppress(OSError):
        return time.time() - folder.stat().st_mtime
    return 0.0


@cache
def the_sweep_bin() -> SweepBin:
    """The only one of this process."""
    found = SweepBin(the_store().root / SWEEPS)
    found.empty(older_than=BIN_SECONDS)
    return found
