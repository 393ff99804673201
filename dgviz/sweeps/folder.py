"""The folder of a sweep: its grid, and a folder for each trial that was begun.

Everything about a sweep is in this folder. No process needs to be running: whoever trains a trial
writes its folder, and whoever looks reads it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from filelock import FileLock, Timeout

from dgviz.runs.contents import RUN_ID
from dgviz.runs.files import folders_in, is_folder, read_file, remove_partial_writes, write_json
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import is_locked, lock_on
from dgviz.runs.store import Store, Usage
from dgviz.settings import Settings, SettingsError
from dgviz.sweeps.at_work import AT_WORK, commands
from dgviz.sweeps.grid import Grid, GridError
from dgviz.sweeps.result import TrialResult, has_file, read

GRID = "sweep.json"
_LARGEST_GRID = 2**20
_LOCK = "lock"
_CLAIMS = ".claims"
_LOCK_SECONDS = 10.0
_CLAIM_SECONDS = 0.02
"""Longer than `is_locked` holds a claim."""


class SweepError(Exception):
    """The folder of a sweep cannot be used; the message is one sentence."""


class TrialStore(Store):
    """The trials of a sweep as runs. Only the space on the disk limits them.

    To count the bytes of all trials before each new one would take longer than a short training.
    """

    def usage(self) -> Usage:
        return Usage(0, self.quota_bytes, self.free_bytes())


@contextmanager
def claimed(folder: Path, trial: str) -> Iterator[bool]:
    """Claim a trial, so that no other process trains it or replaces its folder within the block.

    Gives whether it could be claimed. The system ends the claim of a process that is killed.

    Args:
        folder: of the sweep.

    Raises:
        SweepError: the folder is gone.
        OSError: it cannot be written.
    """
    place = folder / _CLAIMS / trial
    try:
        # Without its parents: the sweep may have been deleted.
        place.parent.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise SweepError(f"The sweep was deleted: there is no folder {folder} any more.") from None
    lock = lock_on(place)
    try:
        lock.acquire(timeout=_CLAIM_SECONDS, poll_interval=_CLAIM_SECONDS / 2)
    except Timeout:
        yield False
        return
    try:
        yield True
        if read(folder / trial) is not None or not is_folder(folder / trial):
            # Of a trial that was begun and has no result the file stays: a process that has opened
            # it could claim a file that is gone, and another one a new file.
            with suppress(OSError):
                place.unlink()
    finally:
        lock.release()


class SweepFolder:
    """The folder of a sweep. Results are read once, because they do not change.

    Attributes:
        path: the folder; it may not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._results: dict[str, TrialResult] = {}

    @property
    def store(self) -> TrialStore:
        return TrialStore(self.path)

    @property
    def exists(self) -> bool:
        """Whether there is a grid, which may not be readable."""
        return os.path.lexists(self.path / GRID)

    def grid(self) -> Grid:
        """The grid.

        Raises:
            SweepError: there is none, or it cannot be used.
        """
        try:
            content = json.loads(read_file(self.path / GRID, _LARGEST_GRID))
            return Grid.from_json(content)
        except FileNotFoundError:
            raise SweepError(f"There is no sweep in {self.path}: it has no {GRID}.") from None
        except OSError as problem:
            raise SweepError(f"{self.path / GRID} cannot be read: {problem.strerror}.") from problem
        except (GridError, SettingsError) as problem:
            raise SweepError(f"{self.path / GRID} cannot be used: {problem}") from problem
        except (ValueError, RecursionError) as problem:
            raise SweepError(
                f"{self.path / GRID} is damaged. Restore it, or remove this file and lay out the "
                "same grid in this folder again: its trials are found by their names."
            ) from problem

    def extend(self, grid: Grid) -> Grid:
        """Add the trials of a grid to those of the folder, which is made if it does not exist.

        Nothing is written if the folder has them all.

        Returns:
            The grid of the folder, with all trials of both.

        Raises:
            GridError: the folder has another sweep.
            SweepError: the folder has other files, or it cannot be read or written.
        """
        return self._change(grid, Grid.including)

    def replace(self, grid: Grid) -> Grid:
        """Give the sweep the values and seeds of a grid; it is made if it does not exist.

        No trial is removed: one that the grid does not have counts again when its values return.

        Returns:
            The grid of the folder.

        Raises:
            GridError: the folder has another sweep.
            SweepError: a trial is being trained, the folder has other files, or it cannot be read
                or written.
        """
        return self._change(grid, Grid.with_values_of, is_refused_in_training=True)

    @property
    def is_trained(self) -> bool:
        """Whether a process trains trials, as far as this folder shows it.

        A trial that is done, and that a person trains further as a run, is not looked at: it would
        take seconds to look at thousands.
        """
        if commands(self.path):
            return True
        # The workers of a command that was killed may still train, and a person a trial as a run.
        # The claim of a trial that is done or was removed is gone, so these are few.
        with suppress(OSError), os.scandir(self.path / _CLAIMS) as entries:
            return any(self.is_in_training(entry.name) for entry in entries)
        return False

    def is_in_training(self, trial: str) -> bool:
        """Whether a process trains the trial of this id."""
        # A person may have resumed it as a run, which claims nothing.
        return is_locked(self.path / _CLAIMS / trial) or is_locked(self.path / trial / LOCK)

    def check_idle(self) -> None:
        """Check that no process trains trials, as far as this folder shows it.

        Raises:
            SweepError: one does.
        """
        if self.is_trained:
            raise SweepError(
                f"The sweep {self.path.name} is being trained: wait for it, or stop it."
            )

    def check_unused(self) -> None:
        """Check that a sweep may be laid out here: in a new or an empty folder, or in that of a
        sweep, also if its grid was removed.

        Raises:
            SweepError: the folder has other files, or it cannot be read.
        """
        try:
            names = {entry.name for entry in os.scandir(self.path)}
        except FileNotFoundError:
            return
        except OSError as problem:
            raise SweepError(f"{self.path} cannot be read: {problem.strerror}.") from problem
        # Another command may be writing the first grid, or may have been killed meanwhile.
        others = {name for name in names if name != _LOCK and not name.startswith(f".{GRID}-")}
        # Trials that a cluster has returned leave no claims; a run has no result.
        is_foreign = others and not others & {GRID, AT_WORK, _CLAIMS}
        if is_foreign and not any(has_file(self.path / name) for name in self.begun()):
            raise SweepError(
                f"{self.path} is not the folder of a sweep: it has {min(others)}. Name a new or "
                "an empty folder."
            )

    def last_claim(self) -> float:
        """When a trial was last begun or ended, in seconds since 1970; 0 if that is not known."""
        try:
            return (self.path / _CLAIMS).stat().st_mtime
        except OSError:
            return 0.0

    def _change(
        self,
        grid: Grid,
        combined: Callable[[Grid, Grid], Grid],
        *,
        is_refused_in_training: bool = False,
    ) -> Grid:
        """Write the grid that a function makes of that of the folder and a new one."""
        if self.exists and (mine := self.grid()) == combined(mine, grid):
            return mine
        if is_refused_in_training:
            self.check_idle()
        # Before anything is written.
        self.check_unused()
        try:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
            except FileNotFoundError:
                # As in /proc: the system's own words are about a file that nobody has named.
                raise SweepError(f"The folder {self.path} cannot be made there.") from None
            # Two commands may extend it at once.
            with FileLock(self.path / _LOCK, timeout=_LOCK_SECONDS):
                # A process that was killed before the first grid was complete.
                remove_partial_writes(self.path, own=(GRID,))
                if self.exists:
                    grid = combined(self.grid(), grid)
                write_json(self.path / GRID, {"format": 1, **grid.as_json()})
        except Timeout:
            raise SweepError(f"Another command is changing {self.path / GRID}.") from None
        except OSError as problem:
            raise SweepError(f"{self.path} cannot be written: {problem.strerror}.") from problem
        return grid

    def result(self, trial: str) -> TrialResult | None:
        """The result of the trial of this id; None if it is not done."""
        if trial not in self._results:
            result = read(self.path / trial)
            if result is None or result.stopped:
                return result
            self._results[trial] = result
        return self._results[trial]

    def begun(self) -> set[str]:
        """The ids of all trials that have a folder, done or not."""
        return {folder.name for folder in folders_in(self.path, RUN_ID.fullmatch)}

    def results(self, grid: Grid) -> Iterator[tuple[Settings, TrialResult | None]]:
        """Each trial of the grid with its result; None where it is not done."""
        begun = self.begun()
        for settings, name in zip(grid.trials(), grid.ids(), strict=True):
            yield settings, self.result(name) if name in begun else None

    def found(self, grid: Grid, part: tuple[int, int] = (1, 1)) -> dict[str, TrialResult]:
        """The results of those trials of a shard that have one, by their ids.

        Args:
            part: the shard, as `shard` takes it.
        """
        return {
            name: result
            for name in self.begun()
            if shard(name, *part) and (result := self.result(name)) and result.settings in grid
        }

    def waiting(
        self,
        grid: Grid,
        part: tuple[int, int] = (1, 1),
        *,
        halving: bool = False,
        found: Mapping[str, TrialResult] | None = None,
    ) -> list[Settings]:
        """The trials of a shard that are not done, in the order in which to begin them.

        Args:
            part: the shard, as `shard` takes it.
            halving: whether a trial that was stopped early is done. The order is that of the
                names then, which is as good as random: the first trials are not stopped, and in
                the order of the grid they would have the lowest values.
            found: the results, if they were read before.
        """
        results = self.found(grid, part) if found is None else found
        done = {name for name, result in results.items() if is_done(result, halving=halving)}
        names: list[str] = []
        chosen = bytearray()
        for name in grid.ids():
            is_waiting = name not in done and shard(name, *part)
            chosen.append(is_waiting)
            if is_waiting and halving:
                names.append(name)
        waiting = list(grid.trials(chosen))
        if halving:
            waiting = [waiting[place] for place in sorted(range(len(names)), key=names.__getitem__)]
        return waiting


def is_done(result: TrialResult, *, halving: bool) -> bool:
    """Whether a trial with this result is done.

    Args:
        halving: whether one that was stopped early is.
    """
    return halving or not result.stopped


def in_shard(grid: Grid, part: tuple[int, int]) -> bytes | None:
    """For each trial in the order of a grid, whether it is in a shard; None if all are.

    For a million trials, it takes seconds.

    Args:
        part: the shard, as `shard` takes it.
    """
    return None if part[1] == 1 else bytes(shard(name, *part) for name in grid.ids())


def folder_name(grid: Grid) -> str:
    """A name for a sweep's folder. A grid with more values of the same axes has the same."""
    start = grid.base.with_changes(**{name: values[0] for name, values in grid.axes.items()})
    constant = {name: value for name, value in start.as_dict().items() if name not in grid.axes}
    digest = blake2b(json.dumps(constant, sort_keys=True).encode(), digest_size=2).hexdigest()
    return "-".join([grid.base.method, grid.base.preset, *grid.axes, digest])


def shard(trial: str, number: int, shards: int) -> bool:
    """Whether the trial of this id is in the shard of this number, from 1 to `shards`.

    It depends on the trial alone, so that it stays in its shard when the grid grows.
    """
    return int(trial, 16) % shards == number - 1
