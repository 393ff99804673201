"""The runs directory: which runs there are, and how they come and go."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dgviz import environment
from dgviz.runs import digits
from dgviz.runs.contents import RUN_ID, RunsError
from dgviz.runs.files import folder_bytes, folders_in, is_folder, sync_folder
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import is_locked
from dgviz.runs.record import Record
from dgviz.runs.working_folders import remove_for_good, sweep, working_folders

BIN = ".bin"
BIN_SECONDS = 24 * 3600
"""How long a deleted run can be brought back."""

_FULL_DISK_BYTES = 200 * 10**6
_WARN_AT = 0.8


class RunNotFound(LookupError):
    """There is no such run; the message is one sentence."""


@dataclass(frozen=True)
class Usage:
    """How full the runs directory is, in bytes."""

    bytes: int
    quota_bytes: int
    free_bytes: int

    @property
    def full(self) -> bool:
        return self.bytes >= self.quota_bytes or self.free_bytes < _FULL_DISK_BYTES

    @property
    def warning(self) -> str:
        """What to do about it, in a sentence or two; "" while there is room."""
        remedy = "Delete runs that are not needed any more, or raise DGVIZ_RUNS_GB."
        filled = f"{self.bytes / 1e9:.1f} of {self.quota_bytes / 1e9:.1f} GB are used"
        if self.free_bytes < _FULL_DISK_BYTES:
            return (
                f"The disk has only {self.free_bytes / 1e6:.0f} MB left, so new runs are not "
                "recorded. Delete runs that are not needed any more, or make room on the disk."
            )
        if self.full:
            return f"The runs directory is full ({filled}): new runs are not recorded. {remedy}"
        if self.bytes >= _WARN_AT * self.quota_bytes:
            return f"The runs directory is nearly full ({filled}). {remedy}"
        return ""


class Store:
    """All runs below one directory, which is made when it is first written to.

    Args:
        root: the directory.
        quota_bytes: beyond this no new run is recorded.
    """

    def __init__(self, root: Path, quota_bytes: int = 10 * 10**9) -> None:
        self.root = root
        self.quota_bytes = quota_bytes
        self._known: dict[Path, tuple[object, Record]] = {}

    def folder(self, run_id: str) -> Path:
        """Where the run of this id lies or would lie: always directly below the root.

        Raises:
            RunNotFound: the id is none.
        """
        if not RUN_ID.fullmatch(run_id):
            raise RunNotFound(f"{run_id[:20]!r} is not a run's id: that has 12 hexadecimal digits.")
        return self.root / run_id

    def record(self, run_id: str) -> Record:
        """The run of this id.

        Raises:
            RunNotFound: there is none.
        """
        return self._read(self._existing(run_id))

    def records(self) -> list[Record]:
        """Every run, the newest first, with those whose folders are broken among them."""
        return self._records_in(self.root, _run_folders(self.root))

    def deleted(self) -> list[Record]:
        """Those that can still be brought back, the newest first."""
        return self._records_in(self._bin, self._in_bin())

    def delete(self, run_id: str) -> None:
        """Put a run into the bin.

        Raises:
            RunNotFound: there is none.
            RunsError: it is being trained, or cannot be moved.
        """
        folder = self._existing(run_id)
        if is_locked(folder / LOCK):
            raise RunsError(f"Run {run_id} is being trained: stop it before you delete it.")
        if os.path.lexists(self._bin) and not is_folder(self._bin):
            raise RunsError(
                f"Run {run_id} could not be deleted: {self._bin} has to be a folder. Remove what "
                "is there: the folder is made when it is needed."
            )
        kept = self._bin / run_id
        try:
            self._bin.mkdir(exist_ok=True)
            # Its age in the bin counts from now.
            os.utime(folder)
            try:
                folder.rename(kept)
            except OSError as problem:
                # Not before: another process may have deleted this very run by now.
                if problem.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                remove_for_good(kept, self.root)
                folder.rename(kept)
        except OSError as problem:
            raise RunsError(f"Run {run_id} could not be deleted: {problem.strerror}.") from problem
        sync_folder(self.root)
        # A server may run for weeks.
        self.empty_bin(older_than=BIN_SECONDS)

    def restore(self, run_id: str) -> None:
        """Take a run out of the bin again.

        Raises:
            RunNotFound: it is not there.
            RunsError: its place is taken, or it cannot be moved.
        """
        folder = self.folder(run_id)
        kept = self._bin / run_id
        if not (is_folder(self._bin) and is_folder(kept)):
            raise RunNotFound(f"Run {run_id} is not in the bin: a day after it is gone for good.")
        if os.path.lexists(folder):
            raise RunsError(f"There is a run {run_id} already: delete that one first.")
        try:
            kept.rename(folder)
        except OSError as problem:
            raise RunsError(f"Run {run_id} could not be restored: {problem.strerror}.") from problem
        sync_folder(self.root)

    def empty_bin(self, older_than: float = 0.0) -> None:
        """Remove for good what has lain in the bin for so many seconds."""
        now = time.time()
        for folder in self._in_bin():
            # Another process may be emptying it as well.
            with contextlib.suppress(OSError):
                # After the clock was set back an age is negative, and nothing is removed for that.
                if now - folder.stat().st_mtime >= older_than:
                    remove_for_good(folder, self.root)

    def sweep(self) -> None:
        """Remove what killed processes have left, and nothing that others are at work on."""
        sweep(self.root)
        digits.sweep(self.root)

    def usage(self) -> Usage:
        """Counts all that dgviz keeps there. A directory that cannot be read counts as empty."""
        runs = [*_run_folders(self.root), *self._in_bin()]
        others = [*working_folders(self.root), digits.folder(self.root)]
        used = sum(folder_bytes(folder) for folder in runs + others)
        free = 0
        for place in (self.root, *self.root.parents):
            # It is made when it is first written to, and until then its disk is that of a parent.
            with contextlib.suppress(OSError):
                free = shutil.disk_usage(place).free
                break
        return Usage(used, self.quota_bytes, free)

    def _existing(self, run_id: str) -> Path:
        folder = self.folder(run_id)
        if not is_folder(folder):
            raise RunNotFound(f"There is no run {run_id} in the runs directory.")
        return folder

    @property
    def _bin(self) -> Path:
        return self.root / BIN

    def _in_bin(self) -> list[Path]:
        # Were it a link, other folders would be emptied.
        return _run_folders(self._bin) if is_folder(self._bin) else []

    def _records_in(self, place: Path, folders: list[Path]) -> list[Record]:
        # Those that are gone would be remembered for ever, with their logs.
        for folder in self._known.keys() - set(folders):
            if folder.parent == place:
                self._known.pop(folder, None)
        records = [self._read(folder) for folder in folders]
        return sorted(records, key=lambda record: (record.created, record.id), reverse=True)

    def _read(self, folder: Path) -> Record:
        """A run's record, read anew only when a file of it has changed, or its trainer has died."""
        signature = _signature(folder)
        known = self._known.get(folder)
        if known is not None and known[0] == signature and known[1].lives_as_read():
            return known[1]
        record = Record(folder)
        if signature is not None:
            self._known[folder] = signature, record
        else:
            self._known.pop(folder, None)
        return record


def new_run_id() -> str:
    return secrets.token_hex(6)


@cache
def the_store() -> Store:
    """The one store of this process."""
    store = Store(environment.runs_folder(), environment.runs_bytes())
    store.sweep()
    store.empty_bin(older_than=BIN_SECONDS)
    return store


def _run_folders(place: Path) -> list[Path]:
    return folders_in(place, RUN_ID.fullmatch)


def _signature(folder: Path) -> object:
    """Changes whenever a file of the folder does."""
    try:
        with os.scandir(folder) as entries:
            files = [(e.name, e.stat(follow_symlinks=False)) for e in entries if e.name != LOCK]
    except OSError:
        return None
    return sorted((name, of.st_mtime_ns, of.st_size, of.st_ino) for name, of in files)
