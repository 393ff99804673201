"""Locks that show whether a process is running: the system releases them when it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
import warnings
from pathlib import Path

from filelock import FileLock, SoftFileLock, Timeout

from dgviz.runs.files import READ_FLAGS

_NO_OWNER_SECONDS = 10.0  # Writing the process into a new lock file takes much less.

# docs/runs.md explains what this warning would say.
warnings.filterwarnings("ignore", "flock not supported", UserWarning)


def lock_on(path: Path) -> FileLock:
    """A lock that the system releases when the process that holds it ends in any way.

    Acquire it with a timeout of a second, because `is_locked` holds it for a moment.
    """
    # A process may acquire it in one thread and release it in another.
    return FileLock(path, thread_local=False)


def _lock_file_is_held(path: Path) -> bool:
    """Whether a running process holds a lock on a disk without locks (some network and FUSE disks).

    There the file itself is the lock; it names its process and machine. A process on another
    machine cannot be checked, so it counts as running. An empty file is no lock and is removed:
    it belongs to a folder that was copied from a disk with locks.
    """
    if not path.exists():
        return False
    if _has_no_owner(path):
        # On a read-only disk the file stays.
        with contextlib.suppress(OSError):
            path.unlink()
        return False
    try:
        # Acquiring it replaces the lock of an ended process on this machine.
        with SoftFileLock(path, thread_local=False).acquire(timeout=0):
            return False
    except (Timeout, OSError):
        return True


def _has_no_owner(path: Path) -> bool:
    """Whether a lock file is empty and was not created just now."""
    try:
        about = path.stat()
    except OSError:
        return False
    return about.st_size == 0 and time.time() - about.st_mtime > _NO_OWNER_SECONDS


if sys.platform == "win32":

    def is_locked(path: Path) -> bool:
        """Whether a running process holds the lock."""
        if not path.exists():
            return False
        try:
            # Long enough for another process that is inside `is_locked`.
            with lock_on(path).acquire(timeout=0.05):
                return False
        except Timeout:
            return True
        except OSError:
            # If locking is impossible here, so is training.
            return False

else:
    import fcntl

    def is_locked(path: Path) -> bool:
        """Whether a running process holds the lock."""
        try:
            handle = os.open(path, READ_FLAGS)
        except OSError:
            return False
        try:
            # A shared lock: two processes that check at the same time do not see each other.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError as problem:
            # After any other error locking is impossible here, and so is training.
            return problem.errno == errno.ENOSYS and _lock_file_is_held(path)
        finally:
            os.close(handle)
        return False
