"""How long a sweep will take.

Networks of several sizes take different times, so what was measured of one says nothing of another:
the time of trials is known when a trial of each of their sizes was measured.
"""

from __future__ import annotations

import itertools
import math
import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from dgviz.formatting import joined
from dgviz.runs.record import Record
from dgviz.settings import KNOBS, Settings
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import TrialResult

SAME_SPEED = ("method", "dataset", "hidden", "batch_size", "device", "threads")
_MOST_KINDS = 10_000
"""Of a sweep with more, the time is not known."""
MOST_MEASURED = 10
"""Speeds that are measured before a trial is trained, which takes about two seconds for each."""
_LATEST = 300
"""So many measured epochs of each speed count, because a median of all takes long."""

Speed = tuple[Any, ...]


class Kind(NamedTuple):
    """What the time of a trial depends on.

    Attributes:
        speed: the values of `SAME_SPEED`.
    """

    speed: Speed
    epochs: int


def kind_of(settings: Settings) -> Kind:
    return Kind(tuple(settings[name] for name in SAME_SPEED), settings.epochs)


def kinds(grid: Grid) -> Counter[Kind]:
    """The number of trials of each kind; empty if there are more than `_MOST_KINDS`."""
    names = (*SAME_SPEED, "epochs")
    # What the base says of an axis means nothing.
    values = [grid.axes.get(name, (grid.base[name],)) for name in names]
    number = math.prod(map(len, values))
    if number > _MOST_KINDS:
        return Counter()
    each = len(grid) // number
    return Counter(
        {Kind(tuple(speed), epochs): each for *speed, epochs in itertools.product(*values)}
    )


class Paces:
    """Seconds of training an epoch, as measured."""

    def __init__(self) -> None:
        self._measured: dict[Speed, deque[float]] = {}

    @classmethod
    def of_runs(cls, records: Iterable[Record]) -> Paces:
        """Those of the finished ones among runs, the newest of which comes first."""
        paces = cls()
        for record in reversed([*records]):
            if record.settings and record.phase == "finished":
                paces.add_epoch(record.settings, record.seconds / record.epochs)
        return paces

    @classmethod
    def of_trials(cls, results: Iterable[TrialResult]) -> Paces:
        paces = cls()
        for result in results:
            paces.add(result)
        return paces

    def add(self, result: TrialResult) -> None:
        """Add that of a trial, unless it diverged."""
        if not result.diverged:
            self.add_epoch(
                result.settings, result.seconds / (result.stopped or result.settings.epochs)
            )

    def add_epoch(self, settings: Settings, seconds: float) -> None:
        """Add the seconds that an epoch of a network with these settings took."""
        latest = self._measured.setdefault(kind_of(settings).speed, deque(maxlen=_LATEST))
        latest.append(seconds)

    def median(self, speed: Speed) -> float | None:
        """Of the latest networks of this speed; None if none was measured."""
        measured = self._measured.get(speed)
        return median(measured) if measured else None


def training_seconds(trials: Mapping[Kind, int], *measured: Paces) -> float | None:
    """Seconds of training of trials, one after another.

    Args:
        trials: their number, by their kinds.
        measured: of each kind, those count that know it first.

    Returns:
        None if there are no trials, or a kind that was not measured.
    """
    epochs: Counter[Speed] = Counter()
    for kind, number in trials.items():
        epochs[kind.speed] += number * kind.epochs
    seconds = []
    for speed, number in epochs.items():
        pace = _pace(speed, measured)
        if pace is None:
            return None
        seconds.append(number * pace)
    return sum(seconds) if seconds else None


def unmeasured(trials: Iterable[Kind], *measured: Paces) -> list[Speed]:
    """The speeds of trials that were not measured."""
    speeds = dict.fromkeys(kind.speed for kind in trials)
    return [speed for speed in speeds if _pace(speed, measured) is None]


def _pace(speed: Speed, measured: Sequence[Paces]) -> float | None:
    """Seconds of an epoch, from the first that knows this speed."""
    paces = (paces.median(speed) for paces in measured)
    return next((pace for pace in paces if pace is not None), None)


class TimeLeft:
    """How long a command still takes, from the time that it has taken for what is done.

    Args:
        waiting: the settings of the trials that it is to train.
    """

    def __init__(self, waiting: Sequence[Settings]) -> None:
        self._left = Counter(map(kind_of, waiting))
        self._done: Counter[Kind] = Counter()
        self._paces = Paces()
        self._began = time.monotonic()

    def ended(self, result: TrialResult) -> None:
        """Count a trial that is done."""
        kind = kind_of(result.settings)
        self._left -= Counter([kind])
        if not self._done:
            # Not the start of the workers, nor the training of a teacher.
            together = result.seconds * result.together
            self._began = max(self._began, time.monotonic() - together)
        if not result.diverged:
            self._done[kind] += 1
            self._paces.add(result)

    def seconds(self) -> float | None:
        """None if it is not known, or nothing is left."""
        done = training_seconds(self._done, self._paces)
        left = training_seconds(self._left, self._paces)
        if not done or left is None:
            return None
        # Several are trained at once, by as many processes as a cluster has.
        return (time.monotonic() - self._began) * left / done


def known_when(grid: Grid) -> str:
    """What has to happen until the time of a sweep's trials is known, as a clause."""
    axes = [KNOBS[name].label for name in SAME_SPEED if name in grid.axes]
    return f"a trial with each value of {joined(axes)} is done" if axes else "a trial is done"
