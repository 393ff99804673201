"""The runs directory: list, read, delete and restore runs."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dgviz import environment
from dgviz.formatting import file_size, joined
from dgviz.runs import digits
from dgviz.runs.contents import ID_PREFIX, RUN_ID, RunsError, no_id
from dgviz.runs.files import folder_bytes, folders_in, is_folder, sync_folder
from dgviz.runs.layout import LOCK, SWEEPS
from dgviz.runs.locks import is_locked
from dgviz.runs.record import Record
from dgviz.runs.working_folders import remove_for_good, remove_leftovers, working_folders

BIN = ".bin"
BIN_SECONDS = 24 * 3600
"""Seconds for which a deleted run can be restored."""

_FULL_DISK_BYTES = 200 * 10**6
_WARN_AT = 0.8
_NAMED = 5
"""How many runs a message names."""


class RunNotFound(LookupError):
    """There is no run with this id; the message is one sentence."""


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
        """What the user can do about it, in one or two sentences; "" while there is room."""
        remedy = "Delete runs that are not needed any more, or raise DGVIZ_RUNS_GB."
        filled = f"{self.bytes / 1e9:.1f} of {self.quota_bytes / 1e9:.1f} GB are used"
        if self.free_bytes < _FULL_DISK_BYTES:
            return (
                f"The disk has only {file_size(self.free_bytes)} left, so nothing new is "
                "recorded. Delete runs that are not needed any more, or make room on the disk."
            )
        if self.full:
            return f"The runs directory is full ({filled}): new runs are not recorded. {remedy}"
        if self.bytes >= _WARN_AT * self.quota_bytes:
            return f"The runs directory is nearly full ({filled}). {remedy}"
        return ""


class Store:
    """All runs below one directory, which is created at the first write.

    Args:
        root: the directory.
        quota_bytes: new runs are not recorded once the directory has this size.
    """

    def __init__(self, root: Path, quota_bytes: int = 10 * 10**9) -> None:
        self.root = root
        self.quota_bytes = quota_bytes
        self._known: dict[Path, tuple[object, Record]] = {}

    def folder(self, run_id: str) -> Path:
        """The folder of the run with this id, always directly below the root; it may not exist.

        Raises:
            RunNotFound: this is not a run's id.
        """
        if not RUN_ID.fullmatch(run_id):
            several = self._beginning_with(run_id)
            if len(several) < 2:
                raise RunNotFound(no_id(run_id))
            more = [f"{len(several) - _NAMED} more"] if len(several) > _NAMED else []
            names = joined([*several[:_NAMED], *more])
            raise RunNotFound(f"{len(several)} runs begin with {run_id}: {names}.")
        return self.root / run_id

    def full_id(self, text: str) -> str:
        """The id of the only run that begins with these digits, four or more.

        If there is no such run, or several, it is the text itself, by which no run is found.
        """
        found = self._beginning_with(text)
        return found[0] if len(found) == 1 else text

    def _beginning_with(self, text: str) -> list[str]:
        if not ID_PREFIX.fullmatch(text):
            return []
        return sorted(run for run in self.ids() if run.startswith(text))

    def record(self, run_id: str) -> Record:
        """The run with this id, or the trial of a sweep below the runs directory.

        Raises:
            RunNotFound: there is neither.
        """
        return self._read(self._trial(run_id) or self._existing(run_id))

    def holds(self, folder: Path) -> bool:
        """Whether `record` finds the trial with this folder."""
        return folder.parent.parent == self.root / SWEEPS

    def owns(self, record: Record) -> bool:
        """Whether it is one of these runs; a trial, which can only be read, is not."""
        return record.folder.parent == self.root

    def ids(self) -> set[str]:
        """The ids of all runs; their files are not read."""
        return {folder.name for folder in _run_folders(self.root)}

    def records(self) -> list[Record]:
        """All runs, the newest first, including those with damaged folders."""
        return self._records_in(self.root, _run_folders(self.root))

    def deleted(self) -> list[Record]:
        """The deleted runs that can still be restored, the newest first."""
        return self._records_in(self._bin, self._in_bin())

    def delete(self, run_id: str) -> None:
        """Move a run to the bin.

        Raises:
            RunNotFound: there is no such run.
            RunsError: the run is being trained, or cannot be moved.
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
            # The age of a run in the bin is counted from now.
            os.utime(folder)
            try:
                folder.rename(kept)
            except OSError as problem:
                # Remove it only after a failed rename: another process may have deleted this run
                # a moment ago.
                if problem.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                remove_for_good(kept, self.root)
                folder.rename(kept)
        except OSError as problem:
            raise RunsError(f"Run {run_id} could not be deleted: {problem.strerror}.") from problem
        sync_folder(self.root)
        # Not only at the start: a server may run for weeks.
        self.empty_bin(older_than=BIN_SECONDS)

    def restore(self, run_id: str) -> None:
        """Move a run from the bin back to the runs.

        Raises:
            RunNotFound: it is not in the bin.
            RunsError: there is another run with this id, or the folder cannot be moved.
        """
        folder = self.folder(run_id)
        kept = self._bin / run_id
        if not (is_folder(self._bin) and is_folder(kept)):
            raise RunNotFound(f"Run {run_id} is not in the bin, which keeps a run for a day.")
        if os.path.lexists(folder):
            raise RunsError(f"There is a run {run_id} already: delete that one first.")
        try:
            kept.rename(folder)
        except OSError as problem:
            raise RunsError(f"Run {run_id} could not be restored: {problem.strerror}.") from problem
        sync_folder(self.root)

    def empty_bin(self, older_than: float = -math.inf) -> None:
        """Remove permanently all runs, or those deleted `older_than` seconds ago or earlier."""
        now = time.time()
        for folder in self._in_bin():
            # Another process may be emptying the bin at the same time.
            with contextlib.suppress(OSError):
                # The age is negative after the clock was set back.
                if now - folder.stat().st_mtime >= older_than:
                    remove_for_good(folder, self.root)

    def remove_leftovers(self) -> None:
        """Remove what killed processes left behind, but nothing that a process is working on."""
        remove_leftovers(self.root)
        digits.remove_leftovers(self.root)

    def usage(self) -> Usage:
        """Count everything that dgviz stores there; an unreadable directory counts as empty."""
        runs = [*_run_folders(self.root), *self._in_bin()]
        others = [*working_folders(self.root), digits.folder(self.root)]
        used = sum(folder_bytes(folder) for folder in runs + others)
        return Usage(used, self.quota_bytes, self.free_bytes())

    def free_bytes(self) -> int:
        """The space on the disk; 0 if it is not known."""
        for place in (self.root, *self.root.parents):
            # Until the directory is created, its disk is that of the nearest existing parent.
            with contextlib.suppress(OSError):
                return shutil.disk_usage(place).free
        return 0

    def _existing(self, run_id: str) -> Path:
        folder = self.folder(run_id)
        if not is_folder(folder):
            raise RunNotFound(f"There is no run {run_id} in the runs directory.")
        return folder

    def _trial(self, run_id: str) -> Path | None:
        """The folder of a trial; None if a run has this id, or no sweep has it."""
        if is_folder(self.folder(run_id)):
            return None
        sweeps = folders_in(self.root / SWEEPS, lambda name: True)
        return next((sweep / run_id for sweep in sweeps if is_folder(sweep / run_id)), None)

    @property
    def _bin(self) -> Path:
        return self.root / BIN

    def _in_bin(self) -> list[Path]:
        # A link is not followed: folders elsewhere would be emptied.
        return _run_folders(self._bin) if is_folder(self._bin) else []

    def _records_in(self, place: Path, folders: list[Path]) -> list[Record]:
        # Forget removed runs, otherwise their records and logs would stay in memory.
        for folder in self._known.keys() - set(folders):
            if folder.parent == place:
                self._known.pop(folder, None)
        records = [self._read(folder) for folder in folders]
        return sorted(records, key=lambda record: (record.created, record.id), reverse=True)

    def _read(self, folder: Path) -> Record:
        """The record of a run, read again when a file has changed or its training process ended."""
        signature = _signature(folder)
        known = self._known.get(folder)
        if known is not None and known[0] == signature and known[1].is_current():
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
    """The only store of this process."""
    store = Store(environment.runs_folder(), environment.runs_bytes())
    store.remove_leftovers()
    store.empty_bin(older_than=BIN_SECONDS)
    return store


def _run_folders(place: Path) -> list[Path]:
    return folders_in(place, RUN_ID.fullmatch)


def _signature(folder: Path) -> object:
    """A value that changes whenever a file of the folder does; None for an unreadable folder."""
    try:
        with os.scandir(folder) as entries:
            files = [(e.name, e.stat(follow_symlinks=False)) for e in entries if e.name != LOCK]
    except OSError:
        return None
    return sorted((name, of.st_mtime_ns, of.st_size, of.st_ino) for name, of in files)
