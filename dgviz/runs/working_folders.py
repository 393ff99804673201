"""Folders beside the runs for one that is not whole: it is being imported, or removed for good.

No such folder has a run's name, so that half a run never looks like one. What a killed process has
left is known by its lock, which the system has dropped with the process, and not by its age.
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
_LOCK_SECONDS = 2.0  # Another process may be looking whether the folder is left over.


@contextmanager
def incoming(root: Path) -> Iterator[Path]:
    """A new folder below `root` to put a run together in; it is removed at the end.

    Raises:
        OSError: it cannot be made.
    """
    place = root / f"{INCOMING}{secrets.token_hex(4)}"
    lock = lock_on(place / _LOCK)
    try:
        # Before it is locked another process may take it for left over, and remove it.
        while not place.exists():
            place.mkdir(exist_ok=True)
            # Where nothing can be locked, nothing is swept either.
            with contextlib.suppress(OSError):
                lock.acquire(timeout=_LOCK_SECONDS)
        yield place
    finally:
        remove_folder(place)
        lock.release()
        _remove_empty(place)


def remove_for_good(folder: Path, root: Path) -> None:
    """Remove a run's folder, which is no run any more from the first file on."""
    # A disk that is full may have no room for another name, and that is when room is made.
    with contextlib.suppress(OSError):
        folder = folder.rename(root / f"{OUTGOING}{secrets.token_hex(4)}")
    remove_folder(folder)


def working_folders(root: Path) -> list[Path]:
    """Those under way and those left over; links are none."""
    return folders_in(root, lambda name: name.startswith((INCOMING, OUTGOING)))


def sweep(root: Path) -> None:
    """Remove the working folders that killed processes have left."""
    for place in working_folders(root):
        if place.name.startswith(OUTGOING):
            # Whoever is at it as well has the same in mind.
            remove_folder(place)
            continue
        lock = lock_on(place / _LOCK)
        # A living process holds it, or nothing can be locked here.
        with contextlib.suppress(OSError):
            # Asking removes a lock file that names no process, which nobody could take.
            is_locked(place / _LOCK)
            with lock.acquire(timeout=0):
                remove_folder(place)
            _remove_empty(place)


def _remove_empty(place: Path) -> None:
    """What is left of a folder whose lock was held meanwhile: Windows keeps a file that is open."""
    with contextlib.suppress(OSError):
        place.rmdir()
