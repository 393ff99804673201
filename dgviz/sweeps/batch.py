"""Train several trials of a sweep together. Imports torch: for worker processes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from dgviz.data.sets import Dataset
from dgviz.runs.contents import RunsError
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import is_locked
from dgviz.runs.recording.session import data_of, facts_of
from dgviz.settings import Settings
from dgviz.sweeps.folder import TrialStore, claimed
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.result import read
from dgviz.sweeps.trial import earlier_epochs, finish, session_of
from dgviz.training.batch import train_batch
from dgviz.training.checkpoint import CheckpointError
from dgviz.training.diverged import DIVERGED
from dgviz.training.snapshot import Snapshot

_OTHER_FILES = 100
"""Open files of a process that are not those of its trials."""


def train_together(folder: Path, trials: Sequence[Settings]) -> None:
    """Train those of some trials together that can be, and write their results.

    They need the same settings `in_common`. Those that were interrupted after the same epoch go on
    from their checkpoints. What is left for `train_trial`: a trial that another process trains, one
    that was interrupted after an epoch of its own or within one, one whose loss stops being a
    finite number, which goes on from its last checkpoint, and all of them if the device has
    too little memory.

    Args:
        folder: of the sweep.

    Raises:
        As `train_trial`.
    """
    store = TrialStore(folder)
    reached: dict[int, list[Settings]] = {}
    for settings in trials:
        place = store.folder(trial_id(settings))
        card = store.record(place.name).card if place.exists() else None
        reached.setdefault(card.step if card else 0, []).append(settings)
    most = _most_at_once()
    for group in reached.values():
        for start in range(0, len(group), most):
            with (
                _claimed(store, group[start : start + most]) as ours,
                contextlib.suppress(torch.OutOfMemoryError, CheckpointError),
            ):
                if len(ours) > 1:
                    _train(store, ours)


@contextlib.contextmanager
def _claimed(store: TrialStore, trials: Sequence[Settings]) -> Iterator[list[Settings]]:
    """Claim those of some trials that are to be trained, as `folder.claimed` does."""
    ours = []
    with contextlib.ExitStack() as claims:
        for settings in trials:
            place = store.folder(trial_id(settings))
            is_ours = claims.enter_context(claimed(store.root, place.name))
            # A person may resume it as a run.
            if is_ours and read(place) is None and not is_locked(place / LOCK):
                ours.append(settings)
        yield ours


def _most_at_once() -> int:
    """The number of trials for which this process may open files, four for each."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit.
        return 1000
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return 1000
    return max(1, (limit - _OTHER_FILES) // 4)


def _train(store: TrialStore, trials: Sequence[Settings]) -> None:
    """Train and record trials, and finish those whose loss has stayed a finite number.

    Raises:
        CheckpointError: they cannot go on together.
    """
    opened = time.monotonic()
    dataset, data = data_of(trials[0])
    facts = facts_of(dataset, data)
    open_trials: list[_Trial] = []
    try:
        for settings in trials:
            open_trials.append(_Trial(store, settings, len(trials)))
        checkpoints = [trial.session.checkpoint for trial in open_trials]
        found = [checkpoint for checkpoint in checkpoints if checkpoint]
        if 0 < len(found) < len(checkpoints):
            raise CheckpointError("Some of the networks have no checkpoint.")
        before: float | None = None
        for snapshots in train_batch(trials, data, found):
            before = before or (time.monotonic() - opened) / len(trials)
            for trial, snapshot in zip(open_trials, snapshots, strict=True):
                trial.take(snapshot, dataset, facts)
        problems = []
        while open_trials:
            trial = open_trials[0]
            ended = time.monotonic()
            trial.end()
            del open_trials[0]
            try:
                trial.finish(store, ended - (before or 0.0))
            except (OSError, RunsError) as problem:
                # The others may have been recorded.
                problems.append(problem)
        if problems:
            raise problems[0]
    except BaseException as problem:
        for trial in open_trials:
            trial.interrupt(problem)
        raise


class _Trial:
    """A trial of a batch, and its recording.

    Raises:
        RunsError: it cannot be recorded.
    """

    def __init__(self, store: TrialStore, settings: Settings, together: int) -> None:
        self.name, self._together = trial_id(settings), together
        self.session = session_of(store, self.name, settings, together=together)
        self._epochs = earlier_epochs(self.session)
        self._last: Snapshot | None = None
        self._counted: float | None = None
        """When its training time was counted last; None before it began."""

    def take(self, snapshot: Snapshot | None, dataset: Dataset, facts: bytes) -> None:
        """Record a snapshot; None if the loss is no longer a finite number."""
        self._last = snapshot
        if snapshot is None:
            return
        if self._counted is None:
            self.session.begin(snapshot, dataset, facts)
            self._counted = time.monotonic()
            return
        self._count(1 / self._together)
        self.session.record(snapshot)
        for figure, values in self._epochs.items():
            values.append(snapshot.figures[figure])

    def end(self) -> None:
        """End the session; one without a finite loss is to be trained alone."""
        # Others have ended meanwhile.
        self._count(0)
        if self._last is None:
            self.session.end("interrupted", f"{DIVERGED}.")
        else:
            self.session.end("finished", snapshot=self._last)

    def interrupt(self, problem: BaseException) -> None:
        """End the session before the training is done."""
        self._count(1 / self._together)
        self.session.end("interrupted", type(problem).__name__)

    def finish(self, store: TrialStore, idle_since: float) -> None:
        """Write the result, if there is one.

        Args:
            idle_since: as in `trial.finish`.

        Raises:
            RunsError: the trial could not be recorded.
        """
        if self.session.warning:
            raise RunsError(self.session.warning)
        if self._last is not None:
            finish(
                store,
                self.name,
                self._last,
                self._epochs,
                together=self._together,
                idle_since=idle_since,
            )

    def _count(self, share: float) -> None:
        """Count this share of the time since the last call as its training time."""
        if self._counted is not None:
            now = time.monotonic()
            self.session.exclude_seconds((now - self._counted) * (1 - share))
            self._counted = now
