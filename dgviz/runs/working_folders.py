"""Folders beside the runs for incomplete runs, which are being imported or removed permanently.

Their names are not ids, so that an incomplete run never looks like a run. A folder that a killed
process left behind is recognised by its lock, which the system has released, not by its age.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dgviz.runs.files import folders_in, remove_folder
from dgviz.runs.locks import is_locked, lock_on

INCOMING, OUTGOING = ".incoming-", ".outgoing-"
_LOCK = "lock"
_LOCK_SECONDS = 2.0  # Another process may hold it for a moment to check it.


@contextmanager
def incoming(root: Path) -> Iterator[Path]:
    """Create a folder below `root` to assemble a run in, and remove it at the end.

    Raises:
        OSError: it cannot be created.
    """
    place = root / f"{INCOMING}{secrets.token_hex(4)}"
    lock = lock_on(place / _LOCK)
    try:
        # Another process may remove the folder as a leftover before it is locked.
        while not place.exists():
            place.mkdir(exist_ok=True)
            # If locking is impossible here, no process removes leftovers.
            with contextlib.suppress(OSError):
                lock.acquire(timeout=_LOCK_SECONDS)
        yield place
    finally:
        remove_folder(place)
        lock.release()
        _remove_empty(place)


def remove_for_good(folder: Path, root: Path) -> None:
    """Remove a run's folder permanently; it stops being a run before its first file is removed."""
    # A rename may fail on a full disk, which is when folders are removed to make room.
    with contextlib.suppress(OSError):
        folder = folder.rename(root / f"{OUTGOING}{secrets.token_hex(4)}")
    remove_folder(folder)


def working_folders(root: Path) -> list[Path]:
    """All working folders, in use or left over, without links."""
    return folders_in(root, lambda name: name.startswith((INCOMING, OUTGOING)))


def remove_leftovers(root: Path) -> None:
    """Remove the working folders that killed processes left behind."""
    for place in working_folders(root):
        if place.name.startswith(OUTGOING):
            # If another process uses this folder, it is removing it too.
            remove_folder(place)
            continue
        lock = lock_on(place / _LOCK)
        # An error means that a running process holds the lock, or that locking is impossible.
        with contextlib.suppress(OSError):
            # This removes an empty lock file, which could not be acquired.
            is_locked(place / _LOCK)
            with lock.acquire(timeout=0):
                remove_folder(place)
            _remove_empty(place)


def _remove_empty(place: Path) -> None:
    """Remove the folder if only its lock had kept it: Windows does not remove open files."""
    with contextlib.suppress(OSError):
        place.rmdir()
