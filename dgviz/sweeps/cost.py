"""How long a sweep will take.

Networks of several sizes take different times, so what was measured of one says nothing of another:
the time of trials is known when a trial of each of their sizes was measured.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from dgviz.comparison.result import Result
from dgviz.formatting import duration, joined
from dgviz.runs.record import Record
from dgviz.settings import KNOBS, Settings
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.result import TrialResult

SAME_SPEED = ("method", "dataset", "hidden", "batch_size", "device", "threads")
KIND = (*SAME_SPEED, "epochs")
"""The settings that a `Kind` has."""
_MOST_KINDS = 10_000
"""Of a sweep with more, the time is not known."""
MOST_MEASURED = 10
"""Speeds that are measured before a trial is trained, which takes about two seconds for each."""
_LATEST = 300
"""So many measured epochs of each speed count, because a median of all takes long."""
_MOST_IN_TURN = 10_000
"""With more groups, the ends of the processes differ by little."""

Speed = tuple[Any, ...]


class Kind(NamedTuple):
    """What the time of a trial depends on.

    Attributes:
        speed: the values of `SAME_SPEED`.
    """

    speed: Speed
    epochs: float


def kind_of(settings: Settings) -> Kind:
    return Kind(tuple(settings[name] for name in SAME_SPEED), settings.epochs)


def kinds(grid: Grid, chosen: Iterable[object] | None = None) -> Counter[Kind]:
    """The number of trials of each kind; empty if there are more than `_MOST_KINDS`.

    Args:
        chosen: for each trial in the order of the grid, whether it counts; None if all do.
    """
    # What the base says of an axis means nothing.
    values = [grid.axes.get(name, (grid.base[name],)) for name in KIND]
    number = math.prod(map(len, values))
    if number > _MOST_KINDS:
        return Counter()
    if chosen is not None:
        return _kinds_of(grid, chosen)
    each = len(grid) // number
    return Counter(
        {Kind(tuple(speed), epochs): each for *speed, epochs in itertools.product(*values)}
    )


def _kinds_of(grid: Grid, chosen: Iterable[object]) -> Counter[Kind]:
    """As `kinds`."""
    # A combination without the values that make no kind is the same for all trials of a kind.
    columns = {"seed": (None,) * grid.seeds} | {
        name: values if name in KIND else (None,) * len(values)
        for name, values in grid.axes.items()
    }
    combinations = Counter(itertools.compress(itertools.product(*columns.values()), chosen))
    found: Counter[Kind] = Counter()
    for combination, number in combinations.items():
        own = dict(zip(columns, combination, strict=True))
        *speed, epochs = (own[name] if name in own else grid.base[name] for name in KIND)
        found[Kind(tuple(speed), epochs)] = number
    return found


class Left(NamedTuple):
    """The trials that a command is to train.

    Attributes:
        whole: their number, by their kinds, but for the others.
        rest: those that were stopped early and are trained to their end, by their kinds, with the
            epochs that each still needs.
    """

    whole: Counter[Kind]
    rest: Counter[Kind]

    @classmethod
    def all_of(cls, grid: Grid) -> Left:
        """All trials of a grid."""
        return cls(kinds(grid), Counter())


def left_of(trials: Counter[Kind], results: Iterable[TrialResult], *, halving: bool) -> Left:
    """The trials that are left.

    Args:
        trials: the number of all, by their kinds.
        results: of some of them.
        halving: whether a trial that was stopped early is done.
    """
    done: Counter[Kind] = Counter()
    rest: Counter[Kind] = Counter()
    for result in results:
        done[kind_of(result.settings)] += 1
        if result.stopped and not halving:
            rest[rest_of(result)] += 1
    return Left(trials - done, rest)


def rest_of(stopped: TrialResult) -> Kind:
    """The kind of a trial that was stopped early, with the epochs that it still needs."""
    kind = kind_of(stopped.settings)
    return kind._replace(epochs=kind.epochs - stopped.stopped)


class Group(NamedTuple):
    """Groups of trials that are trained together, all of them of about the same size.

    Attributes:
        kind: of each of their trials.
        number: how many groups.
        trials: in all of them.
    """

    kind: Kind
    number: int
    trials: int


class _Measured(NamedTuple):
    """A trial, or a group of them.

    Attributes:
        epoch: seconds of training an epoch; of a group, the share of each trial.
        besides: seconds of a trial besides its training; 0 if they were not measured.
        together: the number of trials of the group.
    """

    epoch: float
    besides: float
    together: int


class Paces:
    """How long trials took, as measured. One thread may add while others ask."""

    def __init__(self) -> None:
        self._measured: dict[Speed, tuple[_Measured, ...]] = {}
        """Each is replaced and not changed, because another thread may be going through it."""

    @classmethod
    def of_runs(cls, records: Iterable[Record]) -> Paces:
        """Those of the runs that a machine like this one has finished.

        Args:
            records: the newest one comes first.
        """
        paces = cls()
        for record in reversed([*records]):
            if (
                record.settings
                and record.phase == "finished"
                and Result.of_record(record).is_of_this_machine
            ):
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
                result.settings,
                result.seconds / (result.stopped or result.settings.epochs),
                besides=result.besides,
                together=result.together,
            )

    def add_epoch(
        self, settings: Settings, seconds: float, *, besides: float = 0.0, together: int = 1
    ) -> None:
        """Add the seconds that an epoch of a network with these settings took.

        Args:
            besides, together: as in `TrialResult`.
        """
        speed = kind_of(settings).speed
        latest = self._measured.get(speed, ())[1 - _LATEST :]
        self._measured[speed] = (*latest, _Measured(seconds, besides, together))

    def seconds(
        self,
        speed: Speed,
        size: float = 0.0,
        *,
        accelerator: bool = False,
        at_most: bool = False,
    ) -> tuple[float | None, float | None]:
        """Seconds of an epoch of a trial, and of the trial besides its training.

        Of a trial that is trained with others, they are its share.

        Args:
            size: the number of trials of its group; 0 for as many as in those that were measured.
            accelerator: whether they are trained on an accelerator.
            at_most: whether the most that it takes will do. On a processor, what was trained alone
                tells no more of groups, nor they of it: they are several times as fast.

        Returns:
            The medians of the latest ones; None for what was not measured.
        """
        shares = [*self._shares(speed, size, accelerator, at_most)]
        epochs = [one.epoch * share for one, share in shares]
        besides = [one.besides * share for one, share in shares if one.besides]
        return median(epochs) if epochs else None, median(besides) if besides else None

    def _shares(
        self, speed: Speed, size: float, accelerator: bool, at_most: bool = False
    ) -> Iterator[tuple[_Measured, float]]:
        """What was measured that counts for a group of this size, and how much of its time does."""
        for one in self._measured.get(speed, ()):
            if size and accelerator:
                # There, a larger group takes hardly longer.
                yield one, one.together / size
            elif not size or (one.together > 1) == (size > 1):
                yield one, 1.0
            elif at_most:
                # A network takes no longer alone than the group of which it is one.
                yield one, 1.0 if size > 1 else float(one.together)


def trial_seconds(
    kind: Kind,
    measured: Sequence[Paces],
    size: float = 0.0,
    *,
    accelerator: bool = False,
    at_most: bool = False,
) -> float | None:
    """Seconds that a trial takes one of the processes that train; None if that is not known.

    Args:
        measured: the first one counts that knows it.
        size, accelerator: as in `Paces.seconds`.
        at_most: whether the most that it takes will do, where nothing else is known.
    """
    for only_most in (False, True) if at_most else (False,):
        found = [
            paces.seconds(kind.speed, size, accelerator=accelerator, at_most=only_most)
            for paces in measured
        ]
        epoch = next((seconds for seconds, _ in found if seconds is not None), None)
        if epoch is not None:
            besides = next((seconds for _, seconds in found if seconds is not None), 0.0)
            return kind.epochs * epoch + besides
    return None


def training_seconds(trials: Mapping[Kind, int], *measured: Paces) -> float | None:
    """Seconds of trials, one after another.

    Args:
        trials: their number, by their kinds.
        measured: as in `trial_seconds`.

    Returns:
        None if there are no trials, or a kind that was not measured.
    """
    seconds = []
    for kind, number in trials.items():
        each = trial_seconds(kind, measured)
        if each is None:
            return None
        seconds.append(number * each)
    return sum(seconds) if seconds else None


class Estimate(NamedTuple):
    """How long trials take.

    Attributes:
        seconds: until the last one is done, without the start of the processes.
        each: of a trial, in the mean; of trials that are trained together, its share.
        at_once: how many groups are trained at once.
        groups: how many groups there are; a trial that is trained alone is one too.
        trials: how many trials.
    """

    seconds: float
    each: float
    at_once: int
    groups: int
    trials: int


def estimate(
    groups: Sequence[Group],
    measured: Sequence[Paces],
    *,
    jobs: int,
    accelerator: bool,
    at_most: bool = False,
    reached: float = 0.0,
) -> Estimate | None:
    """How long groups of trials take; None if there are none, or that is not known.

    Args:
        measured, at_most: as in `trial_seconds`.
        jobs: the number of groups that are trained at once, if there are so many.
        accelerator: whether they are trained on an accelerator.
        reached: epochs that trials of the groups, all together, have trained already. They count as
            if each epoch took as long as any other.
    """
    taken = []
    for kind, number, trials in groups:
        each = trial_seconds(
            kind, measured, trials / number, accelerator=accelerator, at_most=at_most
        )
        if each is None:
            return None
        taken.append((each * trials / number, number))
    if not taken:
        return None
    trials = sum(group.trials for group in groups)
    number = sum(group.number for group in groups)
    at_once = min(jobs, number)
    work = sum(seconds * times for seconds, times in taken)
    if number <= _MOST_IN_TURN:
        each_group = itertools.chain(*(itertools.repeat(*group) for group in taken))
        seconds = _in_turn(each_group, at_once)
    else:
        seconds = work / at_once
    seconds *= 1 - min(1.0, reached / sum(kind.epochs * trials for kind, _, trials in groups))
    return Estimate(seconds, work / trials, at_once, number, trials)


def time_of(cost: Estimate) -> str:
    """The time until the last trial is done, and how they are trained: "3 h, trained together".

    It ends a sentence or a clause, as in "All of them take about 3 h, trained 2 at a time".
    """
    if cost.trials == 1:
        return duration(cost.seconds)
    if cost.groups == 1:
        how = "together"
    else:
        in_turn = f"{cost.at_once} at a time" if cost.at_once > 1 else "one after another"
        how = f"in groups, {in_turn}" if cost.groups < cost.trials else in_turn
    return f"{duration(cost.seconds)}, trained {how}"


def _in_turn(groups: Iterable[float], at_once: int) -> float:
    """The time until the last group ends, if each is begun when a process has nothing to do."""
    ends = [0.0] * at_once
    for seconds in groups:
        heapq.heapreplace(ends, ends[0] + seconds)
    return max(ends)


def unmeasured(
    groups: Iterable[Group], measured: Sequence[Paces], *, accelerator: bool
) -> list[Speed]:
    """The speeds of groups whose time is not known; the arguments are those of `estimate`."""
    speeds = dict.fromkeys(
        kind.speed
        for kind, number, trials in groups
        if trial_seconds(kind, measured, trials / number, accelerator=accelerator) is None
    )
    return [*speeds]


class TimeLeft:
    """How long a command still takes, from the time that it has taken for what is done.

    Args:
        waiting: the settings of the trials that it is to train.
        known: how long others took, for trials of which none is done yet.
        expected: seconds that all of them take, until the first one is done; None if not known.
        reached: epochs that trials have trained before, by their ids.
    """

    def __init__(
        self,
        waiting: Sequence[Settings],
        known: Sequence[Paces] = (),
        expected: float | None = None,
        reached: Mapping[str, float] | None = None,
    ) -> None:
        self._known, self._reached = known, reached or {}
        self._left = Counter(map(self._kind, waiting))
        self._done: Counter[Kind] = Counter()
        self._paces = Paces()
        self._began = self._ended = time.monotonic()
        self._after = expected
        """Seconds that were left when the last trial had ended."""
        self._is_new = False

    def ended(self, result: TrialResult) -> None:
        """Count a trial that is done."""
        kind = self._kind(result.settings)
        self._left -= Counter([kind])
        self._ended, self._is_new = time.monotonic(), True
        if not self._done:
            # Not the start of the workers, nor the training of a teacher.
            part = kind.epochs / result.settings.epochs
            together = result.seconds * result.together * part
            self._began = max(self._began, self._ended - together)
        if not result.diverged:
            self._done[kind] += 1
            self._paces.add(result)

    def seconds(self) -> float | None:
        """None if it is not known, nothing is left, or it takes longer than was expected.

        It goes down with the clock until the next trial ends.
        """
        if self._is_new:
            self._after, self._is_new = self._seconds_after(), False
        if self._after is None:
            return None
        seconds = self._after - (time.monotonic() - self._ended)
        return seconds if seconds > 0 else None

    def _kind(self, settings: Settings) -> Kind:
        """The kind of a trial, with the epochs that this command trains."""
        kind = kind_of(settings)
        if not self._reached:
            return kind
        return kind._replace(epochs=kind.epochs - self._reached.get(trial_id(settings), 0))

    def _seconds_after(self) -> float | None:
        done = training_seconds(self._done, self._paces)
        left = training_seconds(self._left, self._paces, *self._known)
        if not done or left is None:
            return None
        # Several are trained at once, by as many processes as a cluster has.
        return (self._ended - self._began) * left / done


def known_when(grid: Grid) -> str:
    """What has to happen until the time of a sweep's trials is known, as a clause."""
    axes = [KNOBS[name].label for name in SAME_SPEED if name in grid.axes]
    return f"a trial with each value of {joined(axes)} is done" if axes else "a trial is done"
