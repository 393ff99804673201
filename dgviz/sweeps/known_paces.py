"""What is known on this machine of the time of trials, before trials of a sweep tell it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from dgviz.runs.files import folders_in
from dgviz.runs.layout import SWEEPS
from dgviz.runs.store import Store
from dgviz.sweeps.cost import (
    SAME_SPEED,
    Estimate,
    Group,
    Paces,
    Speed,
    estimate,
    kinds,
    unmeasured,
)
from dgviz.sweeps.folder import GRID, SweepError, SweepFolder
from dgviz.sweeps.grid import Grid

_MOST_SWEEPS = 100
_ENOUGH = 10
"""Results of each speed: a few tell how long the others took, and thousands take seconds."""
_MOST_NAMES = 1000
"""Trials of each speed among which results are looked for."""
_MOST_SPEEDS = 100
"""For which results are looked for in a sweep at once."""


class Cost(NamedTuple):
    """What trials cost.

    Attributes:
        estimate: None if their time is not known.
        is_brief: whether an epoch's time follows from a training of a second for some of them.
        is_most: whether it is the most that they take, because only networks trained together were
            measured and some of these are trained alone, or the other way round.
        known: what is known, for `TimeLeft`.
        unmeasured: the speeds of trials whose time is not known.
    """

    estimate: Estimate | None
    is_brief: bool
    is_most: bool
    known: Sequence[Paces]
    unmeasured: Sequence[Speed]


class KnownPaces:
    """What the runs directory tells. Its methods may be called from any thread.

    What was read once is kept: a result does not change, and tells the time of a trial on this
    machine even when its sweep is gone.

    Args:
        store: the runs directory; None if only what its methods are given counts.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._sweeps: dict[Path, _Sweep] = {}
        self._lock = threading.Lock()

    def cost(
        self,
        groups: Sequence[Group],
        *,
        jobs: int,
        accelerator: bool,
        own: Sequence[Paces] = (),
        brief: Sequence[Paces] = (),
        reached: float = 0.0,
    ) -> Cost:
        """What groups of trials cost, as measured on a machine like this one.

        Sweeps are read, the newest one first, until the time of all is known; then runs count, then
        short measurements, and then networks that were trained alone for those that are trained
        together, and the other way round.

        Args:
            jobs, accelerator, reached: as in `estimate`.
            own: of the sweep whose trials they are. They count first.
            brief: what was measured before trials were trained. It counts last.
        """
        known = [*own]
        speeds = {group.kind.speed for group in groups}

        def attempt(*, at_most: bool = False) -> Estimate | None:
            return estimate(
                groups,
                known,
                jobs=jobs,
                accelerator=accelerator,
                at_most=at_most,
                reached=reached,
            )

        with self._lock:
            found = attempt()
            for paces in self._told(speeds) if groups else ():
                if found:
                    break
                known.append(paces)
                found = attempt()
        is_brief = found is None
        if is_brief:
            known.extend(brief)
            found = attempt()
        if found:
            return Cost(found, is_brief, False, known, [])
        left = unmeasured(groups, known, accelerator=accelerator)
        most = attempt(at_most=True)
        return Cost(most, False, most is not None, known, left)

    def _told(self, speeds: set[Speed]) -> Iterator[Paces]:
        """The paces of each sweep with trials of these speeds, and of the runs."""
        if self._store is None:
            return
        for folder in _newest(self._store.root / SWEEPS)[:_MOST_SWEEPS]:
            sweep = self._sweeps.setdefault(folder, _Sweep(folder))
            sweep.look()
            if wanted := speeds & sweep.speeds:
                sweep.read(wanted)
                yield sweep.paces
        yield Paces.of_runs(self._store.records())


class _Sweep:
    """A sweep, as far as it was read.

    Attributes:
        speeds: of its trials.
        paces: of some of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._grid_at = 0
        self._grid: Grid | None = None
        self._names: dict[Speed, set[str]] = {}
        """Trials of each speed."""
        self._read: defaultdict[Speed, set[str]] = defaultdict(set)
        """Those whose results were read."""
        self.speeds: set[Speed] = set()
        self.paces = Paces()

    def look(self) -> None:
        """Read the grid if it has changed."""
        at = _changed(self._folder / GRID)
        if at == self._grid_at:
            return
        self._grid_at, self._grid, self.speeds, self._names = at, None, set(), {}
        # One that is damaged says nothing.
        with suppress(SweepError):
            self._grid = SweepFolder(self._folder).grid()
            self.speeds = {kind.speed for kind in kinds(self._grid)}

    def read(self, speeds: Iterable[Speed]) -> None:
        """Read results of trials of these speeds, unless enough of them were read."""
        wanted = [speed for speed in speeds if len(self._read[speed]) < _ENOUGH][:_MOST_SPEEDS]
        for speed in wanted:
            if speed not in self._names:
                self._names[speed] = self._some_of(speed)
        unread = {speed: self._names[speed] - self._read[speed] for speed in wanted}
        if not any(unread.values()):
            return
        sweep = SweepFolder(self._folder)
        begun = sweep.begun()
        for speed, names in unread.items():
            # The names are as good as random.
            for name in sorted(names & begun)[: _ENOUGH - len(self._read[speed])]:
                if result := sweep.result(name):
                    self._read[speed].add(name)
                    if result.is_of_this_machine:
                        self.paces.add(result)

    def _some_of(self, speed: Speed) -> set[str]:
        """The names of some trials of a speed."""
        assert self._grid
        base = self._grid.base.with_changes(**dict(zip(SAME_SPEED, speed, strict=True)))
        axes = {name: of for name, of in self._grid.axes.items() if name not in SAME_SPEED}
        return set(islice(Grid(base, axes, self._grid.seeds).ids(), _MOST_NAMES))


def _newest(place: Path) -> list[Path]:
    """The folders, the one that was changed last first."""
    return sorted(folders_in(place, lambda name: True), key=_changed, reverse=True)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        # It was removed meanwhile.
        return 0
