"""Measure how long an epoch of a sweep's trials takes, before any is trained. Imports torch."""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import BrokenProcessPool

from dgviz.data.split import Splits
from dgviz.runs.recording.session import data_of
from dgviz.settings import ACCELERATORS, Settings
from dgviz.sweeps.backends import end_with
from dgviz.sweeps.cost import SAME_SPEED, Left, Paces, Speed
from dgviz.sweeps.engine import BackendError
from dgviz.sweeps.grid import Grid, trial_id
from dgviz.sweeps.together import grouped, groups
from dgviz.sweeps.trial import other_thresholds
from dgviz.training.alike import FREE
from dgviz.training.batch import train_batch
from dgviz.training.device import resolve_device
from dgviz.training.evaluate import HeldOut, evaluate
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot

_WARM_UP_SECONDS = 0.3
_SECONDS = 1.0
_MOST_WAITING = 60.0
_STEPS = 100
"""Networks that are trained together show their state after so many steps."""
_SOME = 1000
"""Trials of which the first group is measured."""
_NO_CHANGE = {"learning_rate": 1e-6, "epochs": 1000, "distillation": 0.0}
"""A network with these settings neither diverges nor ends while it is measured, and needs no
teacher. It takes as long as with others."""


def measure(
    grid: Grid,
    speeds: Sequence[Speed],
    *,
    jobs: int,
    alone: bool,
    report: Callable[[float], None] = lambda done: None,
) -> Paces:
    """Train networks of some speeds for about a second each, as a sweep would train them.

    As many are trained at once as by the sweep, because they slow each other. Nothing is recorded,
    so the time of recording is left out.

    Args:
        grid: of the sweep.
        speeds: of some of its trials.
        jobs: how many trials, or groups of trials, the sweep trains at once.
        alone: whether it trains each trial alone; otherwise together with others where that is
            faster.
        report: called with the share that is done.

    Raises:
        DataError: the data set cannot be loaded.
        SettingsError: the device is not available.
        BackendError: a process was lost.
    """
    paces = Paces()
    accelerator = resolve_device(grid.base.device).type in ACCELERATORS
    left = Left.all_of(grid)
    groups = grouped(grid, left, accelerator=accelerator, jobs=jobs, alone=alone)
    at_once = min(jobs, sum(group.number for group in groups) or jobs)
    with tempfile.TemporaryDirectory(prefix="dgviz-pace-") as place, _processes(at_once) as each:
        for done, speed in enumerate(speeds, 1):
            trials = _first_group(grid, speed, accelerator=accelerator, jobs=jobs, alone=alone)
            meeting = Path(place, str(done))
            meeting.mkdir()
            meetings = [_Meeting(meeting, str(name), at_once) for name in range(at_once)]
            for epoch, besides in each(partial(_seconds, trials), meetings):
                paces.add_epoch(trials[0], epoch, besides=besides, together=len(trials))
            report(done / len(speeds))
    return paces


@contextlib.contextmanager
def _processes(number: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """A `map` by so many processes, which end with the block; a single one is this process."""
    if number == 1:
        yield map
        return
    # Not through joblib, which leaves a temporary folder to an exit that a task does not have.
    executor = get_reusable_executor(number, initializer=end_with, initargs=(os.getpid(),))
    try:
        yield executor.map
    except BrokenProcessPool as problem:
        raise BackendError(
            "A process of the measurement was lost, perhaps because the memory was too small."
        ) from problem
    finally:
        executor.shutdown(wait=True, kill_workers=True)


def _first_group(
    grid: Grid, speed: Speed, *, accelerator: bool, jobs: int, alone: bool
) -> list[Settings]:
    """The trials of this speed that the sweep would train together first."""
    values = dict(zip(SAME_SPEED, speed, strict=True))
    axes = {name: values for name, values in grid.axes.items() if name not in SAME_SPEED}
    # Those that can be trained together follow one another.
    axes = dict(sorted(axes.items(), key=lambda axis: axis[0] in FREE))
    alike = Grid(grid.base.with_changes(**values), axes, grid.seeds)
    trials = list(itertools.islice(alike.trials(), 1 if alone else _SOME))
    waiting = {trial_id(settings): settings for settings in trials}
    return [waiting[name] for name in groups(waiting, accelerator=accelerator, jobs=jobs)[0]]


class _Meeting(NamedTuple):
    """Processes that wait for each other while they go on.

    Attributes:
        place: a folder that is empty at the beginning.
        name: of this process.
        number: how many processes there are.
    """

    place: Path
    name: str
    number: int

    def of_all(self, point: str, goes_on: Iterator[object]) -> None:
        """Return when all processes have come to this point. Until then it takes steps.

        It does not wait long for a process that may have ended.
        """
        here = self.place / point
        here.mkdir(exist_ok=True)
        (here / self.name).touch()
        deadline = time.monotonic() + _MOST_WAITING
        while len([*here.iterdir()]) < self.number and time.monotonic() < deadline:
            next(goes_on)


def _seconds(trials: Sequence[Settings], meeting: _Meeting) -> tuple[float, float]:
    """Seconds of one of these trials, which are trained together: of an epoch, and besides.

    Those besides are of loading the data and of other thresholds, but not of writing files.
    """
    began = time.monotonic()
    _, data = data_of(trials[0])
    loading = time.monotonic() - began
    an_epoch = math.ceil(len(data.train_labels) / trials[0].batch_size)
    steps = 1 if len(trials) == 1 else min(_STEPS, an_epoch)
    measured = [settings.with_changes(**_NO_CHANGE) for settings in trials]
    with contextlib.closing(_snapshots(measured, _hardly_evaluated(data), steps)) as snapshots:
        next(snapshots)
        _interval(snapshots, _WARM_UP_SECONDS)
        meeting.of_all("begun", snapshots)
        seconds, last = _interval(snapshots, _SECONDS)
        held_out = HeldOut.of(data, last.held_out.test_images.device)
        began = time.monotonic()
        evaluate(last.method, held_out)
        evaluating = time.monotonic() - began
        other_thresholds(last.method, held_out)
        others = time.monotonic() - began - evaluating
        meeting.of_all("measured", snapshots)
    epoch = seconds / steps * an_epoch / len(trials) + evaluating
    return epoch, loading / len(trials) + others


def _snapshots(
    trials: Sequence[Settings], data: Splits, steps: int
) -> Generator[Snapshot, None, None]:
    """Train networks, and yield a snapshot before the first step and after every `steps`."""
    if len(trials) == 1:
        yield from train(trials[0], data)
        return
    images = steps * trials[0].batch_size
    first = replace(
        data, train_images=data.train_images[:images], train_labels=data.train_labels[:images]
    )
    for snapshots in train_batch(trials, first):
        assert snapshots[0]
        yield snapshots[0]


def _hardly_evaluated(data: Splits) -> Splits:
    """The same training images with a single test image, of the last class: that counts them."""
    last = data.test_labels.argmax()[None]
    return replace(
        data,
        test_images=data.test_images[last],
        test_labels=data.test_labels[last],
        validation_images=data.validation_images[:0],
        validation_labels=data.validation_labels[:0],
    )


def _interval(snapshots: Iterator[Snapshot], seconds: float) -> tuple[float, Snapshot]:
    """The mean time from one snapshot to the next, over these seconds, and the last snapshot."""
    began, intervals, taken = time.monotonic(), 0, 0.0
    while not intervals or taken < seconds:
        last = next(snapshots)
        intervals, taken = intervals + 1, time.monotonic() - began
    return taken / intervals, last
