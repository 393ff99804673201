"""Follow the folder of a sweep: what is new in it since the last look, for the Sweep page.

A result is read once and kept as the text that the browser gets. The time and the size of its file
tell whether it has changed since: at each look for the trials that were stopped early, which may be
trained to their end, and in turn for some of the others, which only a person or a fault of the disk
changes. To look again at a folder in which nothing is new takes little more than the listing of its
names.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dgviz.data.catalogue import DATASETS
from dgviz.settings import KNOBS
from dgviz.sweeps import result
from dgviz.sweeps.cost import Kind, Left, Paces, kind_of, kinds, rest_of
from dgviz.sweeps.folder import GRID, SweepError, SweepFolder
from dgviz.sweeps.grid import NO_AXIS, Grid
from dgviz.sweeps.reached import Reached, reached
from dgviz.sweeps.result import EPOCH_FIGURES, TrialResult

LOOK_SECONDS = 0.25
"""Reading stops after this time: what is left is read at the next look."""

_FRESH_SECONDS = 0.5
"""A second look within this time finds the results that the first one has found."""

_MOST_CHECKED = 500
"""Results of which a look checks whether they have changed, which takes two milliseconds."""
_CHECK_SECONDS = LOOK_SECONDS / 5
"""It takes no longer than this, also on a slow network disk."""

MOST_TRIALS = 100_000
"""Of a sweep that can be watched: the names of more would take the server seconds, and their cells
the browser."""

MOST_SENT = 1500
"""Results in one answer, which has then half a megabyte for eight epochs."""

_DIGITS = {"active_weights": 0, "dead_hidden_units": 0}
"""Decimals of a figure; five if it is not named here."""


_File = tuple[int, int] | None
"""The time and the size of a file; None if there is none."""


@dataclass(frozen=True)
class Counts:
    """How far a sweep is, in trials.

    Attributes:
        trials: of the grid.
        done: with a result, those that diverged or were stopped early included.
        begun: with a folder and no result: in training, or interrupted.
        unread: of them it is not known yet whether they have a result.
        damaged: of the begun ones, those whose result cannot be trusted.
    """

    trials: int
    done: int
    diverged: int
    stopped: int
    begun: int
    unread: int
    damaged: int = 0


class Planned(NamedTuple):
    """How far a sweep will be with another grid.

    Attributes:
        left: the trials that are not done.
        back: those of the trials that are done that the sweep does not have now.
    """

    counts: Counts
    left: Left
    back: int


class _Ended(NamedTuple):
    """A trial with a result.

    Attributes:
        rest: what is left of it; None if it was not stopped early.
    """

    kind: Kind
    rest: Kind | None
    diverged: bool


class Watch:
    """One sweep, as far as it has been read. Its methods may be called from any thread.

    Attributes:
        path: the folder.
        grid: as it was found at the last look; None before the first one that succeeded.
        paces: how long the trials took that were read and were trained on a machine like this one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.grid: Grid | None = None
        self.paces = Paces()
        self._signature: object = None
        self._revision = ""
        self._places: dict[str, int] = {}
        self._results: dict[str, str] = {}
        """The text of each result, by the id of its trial."""
        self._order: list[str] = []
        """Their ids in the order in which they were read; one that changed is there again."""
        self._done: dict[Kind, set[str]] = {}
        """The ids of the trials with a result, by their kinds."""
        self._files: dict[str, _File] = {}
        """The file of each result, as it was read."""
        self._checked = 0
        """So many of `_order` were checked in this turn."""
        self._stopped: dict[str, Kind] = {}
        """What is left of each trial that was stopped early."""
        self._begun: set[str] = set()
        self._unread: set[str] = set()
        self._damaged: set[str] = set()
        """Those of the begun ones whose result cannot be trusted."""
        self._read_last = ""
        """The last trial that was read again."""
        self._reached: dict[str, Reached] = {}
        """How far the begun ones are, where it is known."""
        self._diverged: set[str] = set()
        self._others: set[str] = set()
        """What else is in the folder, such as trials whose values were replaced."""
        self._hidden: dict[str, _Ended | None] = {}
        """Those of the others that were read; None for one without a result."""
        self._planned: Grid | None = None
        self._planned_names: frozenset[str] = frozenset()
        self._looked = -math.inf
        self._lock = threading.Lock()

    def look(self, seconds: float = LOOK_SECONDS) -> None:
        """Read what is new in the folder, for at most about this time.

        Raises:
            SweepError: there is no sweep any more, or it cannot be read.
        """
        with self._lock:
            before = self._revision
            self._read_grid()
            is_fresh = time.monotonic() - self._looked < _FRESH_SECONDS
            if is_fresh and not self._unread and self._revision == before:
                return
            self._read_results(time.monotonic() + seconds)
            self._looked = time.monotonic()

    def counts(self) -> Counts:
        """How far the sweep was at the last look."""
        with self._lock:
            found: tuple[Collection[str], ...] = (
                self._places,
                self._results,
                self._diverged,
                self._stopped,
                self._begun,
                self._unread,
                self._damaged,
            )
            return Counts(*map(len, found))

    def left(self, *, halving: bool) -> Left:
        """The trials that were not done at the last look.

        Args:
            halving: whether those that were stopped early are done.
        """
        assert self.grid
        with self._lock:
            rest = Counter() if halving else Counter(self._stopped.values())
            done = {kind: len(of) for kind, of in self._done.items()}
            return Left(kinds(self.grid) - Counter(done), rest)

    def reached(self) -> list[Reached]:
        """How far the trials were at the last look that were begun and not done."""
        with self._lock:
            return [one for name, one in self._reached.items() if name in self._begun]

    @property
    def is_trained(self) -> bool:
        """Whether a process trains a trial that was begun at the last look, and not done."""
        with self._lock:
            begun = [*self._begun]
        return any(map(SweepFolder(self.path).is_in_training, begun))

    def planned(self, grid: Grid, *, halving: bool, seconds: float = LOOK_SECONDS) -> Planned:
        """How far the sweep will be with another grid, which may have trials that it had before.

        Their results are read too, for at most about this time.

        Args:
            halving: as in `left`.
        """
        with self._lock:
            if grid != self._planned:
                self._planned, self._planned_names = grid, frozenset(grid.ids())
            names = self._planned_names
            back = names & self._others
            self._read_others(back, time.monotonic() + seconds)
            found = [one for name in back if (one := self._hidden.get(name))]
            stopped = [rest for name, rest in self._stopped.items() if name in names]
            stopped += [one.rest for one in found if one.rest]
            done = Counter({kind: len(of & names) for kind, of in self._done.items()})
            done.update(one.kind for one in found)
            counts = Counts(
                len(names),
                len(self._results.keys() & names) + len(found),
                len(self._diverged & names) + sum(one.diverged for one in found),
                len(stopped),
                len(self._begun & names) + len(back & self._hidden.keys()) - len(found),
                len(self._unread & names) + len(back - self._hidden.keys()),
            )
            rest = Counter() if halving else Counter(stopped)
            return Planned(counts, Left(kinds(grid) - done, rest), len(found))

    def since(self, revision: str, after: int) -> str:
        """What a browser does not have yet: JSON, as `web/sweep/reading.js` reads it.

        Args:
            revision: of the grid that the browser has; "" for none.
            after: the number of results that it has of this revision.
        """
        with self._lock:
            is_new = revision != self._revision or not 0 <= after <= len(self._order)
            first = 0 if is_new else after
            sent = self._order[first : first + MOST_SENT]
            end = first + len(sent)
            answer = {
                "revision": self._revision,
                "grid": _described(self.grid) if is_new and self.grid else None,
                "begun": sorted(self._places[name] for name in self._begun),
                "next": end,
                "more": end < len(self._order) or bool(self._unread),
            }
            trials = (f'[{self._places[name]},"{name}",{self._results[name]}]' for name in sent)
            return f'{json.dumps(answer)[:-1]}, "trials": [{",".join(trials)}]}}'

    def _read_grid(self) -> None:
        try:
            about = (self.path / GRID).stat()
        except OSError:
            signature = None
        else:
            signature = about.st_mtime_ns, about.st_size, about.st_ino
        if signature is not None and signature == self._signature:
            return
        self._signature = None
        grid = SweepFolder(self.path).grid()
        if len(grid) > MOST_TRIALS:
            raise SweepError(
                f"The sweep {self.path.name} has {len(grid):,} trials, and a page shows at most "
                f"{MOST_TRIALS:,}. This writes the table of a larger one: python -m dgviz sweep "
                f"show {self.path}"
            )
        self._signature = signature
        if grid != self.grid:
            self.grid = grid
            self._places = {name: place for place, name in enumerate(grid.ids())}
            self._forget()

    def _read_results(self, deadline: float) -> None:
        try:
            found = {entry.name for entry in os.scandir(self.path)}
        except OSError as problem:
            raise SweepError(f"{self.path} cannot be read: {problem.strerror}.") from problem
        names = found & self._places.keys()
        self._others = found - names
        if not self._results.keys() <= names or self._has_lost_one():
            self._forget()
        self._begun &= names
        self._damaged &= names
        self._unread = names - self._results.keys() - self._begun
        # Those without a result at the last look, or stopped early, may have another one now. When
        # there are too many for one look, the next one goes on after the last of them.
        again = sorted(self._begun | self._stopped.keys())
        first = bisect_right(again, self._read_last)
        for name in list(self._unread):
            if time.monotonic() > deadline:
                return
            self._unread.discard(name)
            if not self._read(name):
                self._begun.add(name)
                self._look_at_training(name)
        for name in again[first:] + again[:first]:
            if time.monotonic() > deadline:
                return
            self._read_last = name
            if name in self._stopped and not self._has_changed(name):
                continue
            if self._read(name):
                self._begun.discard(name)
            self._look_at_training(name)

    def _look_at_training(self, name: str) -> None:
        """Note how far a trial is that was begun."""
        found = (
            None if name in self._damaged else reached(self.path / name, self._reached.get(name))
        )
        if found:
            self._reached[name] = found
        else:
            self._reached.pop(name, None)

    def _read_others(self, names: frozenset[str], deadline: float) -> None:
        """Read the results of trials that the sweep does not have: nobody trains them."""
        for name in names - self._hidden.keys():
            if time.monotonic() > deadline:
                return
            found = result.read(self.path / name)
            if found is None:
                self._hidden[name] = None
                continue
            rest = rest_of(found) if found.stopped else None
            self._hidden[name] = _Ended(kind_of(found.settings), rest, bool(found.diverged))
            if found.is_of_this_machine:
                self.paces.add(found)

    def _has_lost_one(self) -> bool:
        """Check the next results, and read those again that have changed.

        Returns:
            Whether one is gone, or can be trusted no more.
        """
        deadline = time.monotonic() + _CHECK_SECONDS
        for name in self._order[self._checked : self._checked + _MOST_CHECKED]:
            if time.monotonic() > deadline:
                return False
            self._checked += 1
            if self._has_changed(name) and not self._read(name):
                return True
        if self._checked >= len(self._order):
            self._checked = 0
        return False

    def _read(self, name: str) -> bool:
        """Read the result of a trial; whether there is one."""
        # The file first: a result that is replaced meanwhile is read again at the next look.
        file = self._file(name)
        found = result.read(self.path / name)
        if file and not found:
            self._damaged.add(name)
        else:
            self._damaged.discard(name)
        if found is not None:
            self._files[name] = file
            self._keep(name, found)
        return found is not None

    def _keep(self, name: str, found: TrialResult) -> None:
        self._done.setdefault(kind_of(found.settings), set()).add(name)
        self._results[name] = json.dumps(_written(found), separators=(",", ":"))[1:-1]
        self._order.append(name)
        self._stopped.pop(name, None)
        self._diverged.discard(name)
        if found.is_of_this_machine:
            self.paces.add(found)
        if found.diverged:
            self._diverged.add(name)
        if found.stopped:
            self._stopped[name] = rest_of(found)

    def _has_changed(self, name: str) -> bool:
        return self._file(name) != self._files[name]

    def _file(self, name: str) -> _File:
        try:
            # In half the time that a path object takes.
            about = os.stat(f"{self.path}/{name}/{result.RESULT}")  # noqa: PTH116
        except OSError:
            return None
        return about.st_mtime_ns, about.st_size

    def _forget(self) -> None:
        """Begin a new revision: browsers drop what they have, and everything is read again."""
        self._results, self._order, self._done, self._stopped = {}, [], {}, {}
        self._files, self._checked = {}, 0
        self._begun, self._diverged, self._damaged = set(), set(), set()
        self._reached = {}
        self._hidden = {}
        self.paces = Paces()
        self._revision = secrets.token_hex(6)


def detail(folder: Path) -> dict[str, Any] | None:
    """What a page shows of a single trial besides its figures: its thresholds afterwards.

    None without a result.
    """
    found = result.read(folder)
    return None if found is None else {"afterwards": found.afterwards}


def _written(found: TrialResult) -> list[Any]:
    """Seconds; "diverged", "stopped" or ""; and each of `EPOCH_FIGURES` after every epoch."""
    series = (_rounded(found.epochs.get(name, []), _DIGITS.get(name, 5)) for name in EPOCH_FIGURES)
    ended = "diverged" if found.diverged else "stopped" if found.stopped else ""
    return [round(found.seconds, 2), ended, *series]


def _rounded(values: list[float | None], digits: int) -> list[float | None]:
    return [None if value is None else round(value, digits or None) for value in values]


def _described(grid: Grid) -> dict[str, Any]:
    """The grid as the browser reads it."""
    spec, dataset = grid.base.spec, DATASETS[grid.base.dataset]
    axes = [
        {
            "name": name,
            "title": KNOBS[name].short_name,
            "label": KNOBS[name].label,
            "values": list(values),
        }
        for name, values in grid.axes.items()
    ]
    return {
        "axes": axes,
        "fixed": {
            knob.name: grid.base[knob.name]
            for knob in grid.base.knobs()
            if knob.name not in (*grid.axes, *NO_AXIS)
        },
        "seeds": grid.seeds,
        "firstSeed": grid.base.seed,
        "epochs": grid.epochs,
        "method": spec.title,
        "chance": round(1 / len(dataset.classes), 4),
        "tau": grid.base.tau if spec.preview and "tau" not in grid.axes else None,
        "hasThreshold": bool(spec.preview),
        "validation": grid.base.validation > 0,
    }
