"""Locks that tell whether a process is alive: the system drops them with it, however it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
import warnings
from pathlib import Path

from filelock import FileLock, SoftFileLock, Timeout

from dgviz.runs.files import PLAINLY

_NAMELESS_SECONDS = 10.0  # A lock file is given its process's name in an instant.

# What it would tell is in docs/runs.md.
warnings.filterwarnings("ignore", "flock not supported", UserWarning)


def lock_on(path: Path) -> FileLock:
    """A lock that the system drops with the process that holds it, however that ends.

    Acquire it with a timeout of a second: `is_locked` holds it for an instant as well.
    """
    # The run's owner may take it in one thread and let go of it in another.
    return FileLock(path, thread_local=False)


def _marks_a_living_process(path: Path) -> bool:
    """Where the system has no locks (some network and FUSE disks), the file itself is the lock.

    It names its process and machine. Of a process on another machine nobody can tell whether it
    lives, so it counts as living. A file that names none is no lock, and removed: a disk with locks
    leaves such a one in every folder, and the folder may have been copied from there.
    """
    if not path.exists():
        return False
    if _names_no_process(path):
        # A disk that cannot be written keeps it.
        with contextlib.suppress(OSError):
            path.unlink()
        return False
    try:
        # Takes the place of a process of this machine that has died.
        with SoftFileLock(path, thread_local=False).acquire(timeout=0):
            return False
    except (Timeout, OSError):
        return True


def _names_no_process(path: Path) -> bool:
    """Whether a lock file is empty, and not just being made."""
    try:
        about = path.stat()
    except OSError:
        return False
    return about.st_size == 0 and time.time() - about.st_mtime > _NAMELESS_SECONDS


if sys.platform == "win32":

    def is_locked(path: Path) -> bool:
        """Whether a living process holds the lock."""
        if not path.exists():
            return False
        try:
            # Long enough for another process that only asks.
            with lock_on(path).acquire(timeout=0.05):
                return False
        except Timeout:
            return True
        except OSError:
            # Where nothing can be locked nothing can be trained either.
            return False

else:
    import fcntl

    def is_locked(path: Path) -> bool:
        """Whether a living process holds the lock."""
        try:
            handle = os.open(path, PLAINLY)
        except OSError:
            return False
        try:
            # Shared, so that of two who ask at a time neither takes the other for the owner.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError as problem:
            # With any other answer nothing can be locked, and so nothing be trained either.
            return problem.errno == errno.ENOSYS and _marks_a_living_process(path)
        finally:
            os.close(handle)
        return False
