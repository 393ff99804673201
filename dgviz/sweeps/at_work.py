"""Which commands train a sweep, and how long each still takes, for whoever watches its folder.

Each has a file in the folder of the sweep, which it locks as long as it runs. The time of the file
is when the command expects to end, by the clock of its machine, which has to agree with those of
the machines that watch. It is in the past when the command takes longer than it had expected, and
that of 1970 while it does not know how long it takes.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from dgviz.runs.locks import is_locked, lock_on

AT_WORK = ".at-work"
_LOCK_SECONDS = 1.0
_ABANDONED_SECONDS = 60.0


class Command(NamedTuple):
    """A command that trains a sweep.

    Attributes:
        owner: as `at_work` was told.
        seconds: that it still takes; None if it does not know that.
    """

    owner: str
    seconds: float | None


Tell = Callable[[float | None], None]
"""Tells how many seconds a command still takes; None if that is not known."""


@contextmanager
def at_work(folder: Path, owner: str = "") -> Iterator[Tell]:
    """Show in the folder of a sweep, within the block, that this process trains it.

    Nobody is told where the folder cannot be written.

    Args:
        owner: a name by which the program that has started this process knows it; "" for none. The
            number of a process would not do: another machine may have the same.
    """
    place = folder / AT_WORK / f"{secrets.token_hex(6)}-{owner}"
    lock = lock_on(place)

    def tell(seconds: float | None) -> None:
        with suppress(OSError):
            now = time.time()
            os.utime(place, (now, 0.0 if seconds is None else now + seconds))

    with suppress(OSError):
        # Without its parents: the sweep may have been deleted.
        place.parent.mkdir(exist_ok=True)
        _remove_abandoned(place.parent)
        lock.acquire(timeout=_LOCK_SECONDS)
        tell(None)
    try:
        yield tell
    finally:
        # Windows removes no file that is open.
        lock.release()
        with suppress(OSError):
            place.unlink()


def commands(folder: Path) -> list[Command]:
    """The commands that train a sweep now, as far as its folder shows it."""
    found = []
    with suppress(OSError), os.scandir(folder / AT_WORK) as entries:
        for entry in entries:
            if is_locked(Path(entry)):
                # It may end meanwhile.
                with suppress(OSError):
                    seconds = entry.stat().st_mtime - time.time()
                    owner = entry.name.partition("-")[2]
                    found.append(Command(owner, seconds if seconds > 0 else None))
    return found


def _remove_abandoned(place: Path) -> None:
    """Remove the files of commands that were killed."""
    for file in place.iterdir():
        with suppress(OSError):
            # Another command may have made it just now, and not locked it yet.
            if time.time() - file.stat().st_ctime > _ABANDONED_SECONDS and not is_locked(file):
                file.unlink()
