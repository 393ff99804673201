"""Train several trials of a sweep together. Imports torch: for worker processes."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import torch

from dgviz.data.sets import Dataset
from dgviz.runs.contents import RunsError
from dgviz.runs.layout import CHECKPOINT, LOCK
from dgviz.runs.locks import is_locked
from dgviz.runs.recording.session import TrainingSession, data_of, facts_of
from dgviz.settings import Settings
from dgviz.sweeps.folder import TrialStore, claimed
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.result import EPOCH_FIGURES, read
from dgviz.sweeps.trial import Outcome, finish
from dgviz.training.batch import train_batch
from dgviz.training.diverged import DIVERGED
from dgviz.training.snapshot import Snapshot


def train_together(folder: Path, trials: Sequence[Settings]) -> Outcome:
    """Train those of some trials together that can be, and write their results.

    They need the same settings `in_common`. What is left for `train_trial`: a trial with a
    checkpoint, one that another process trains, one whose loss stops being a finite number, and
    all of them if the device has too little memory. A batch has no checkpoints: if its process is
    lost, its trials begin again.

    Args:
        folder: of the sweep.

    Raises:
        As `train_trial`.
    """
    store = TrialStore(folder)
    with contextlib.ExitStack() as claims:
        new = [
            settings
            for settings in trials
            if claims.enter_context(claimed(folder, trial_id(settings)))
            and _is_new(store.folder(trial_id(settings)))
        ]
        for settings in new:
            if store.folder(trial_id(settings)).exists():
                store.delete(trial_id(settings))
        if len(new) > 1:
            with contextlib.suppress(torch.OutOfMemoryError):
                _train(store, new)
    return "done"


def _is_new(trial: Path) -> bool:
    """Whether nothing is known of a trial that must not be lost, and nobody trains it as a run."""
    return not (
        read(trial) or (trial / CHECKPOINT).exists() or (trial.exists() and is_locked(trial / LOCK))
    )


def _train(store: TrialStore, trials: Sequence[Settings]) -> None:
    """Train and record new trials, and finish those whose loss has stayed a finite number."""
    dataset, data = data_of(trials[0])
    facts = facts_of(dataset, data)
    open_trials: list[_Trial] = []
    try:
        for settings in trials:
            open_trials.append(_Trial(store, settings))
        for snapshots in train_batch(trials, data):
            for trial, snapshot in zip(open_trials, snapshots, strict=True):
                trial.take(snapshot, dataset, facts)
        share = open_trials[0].session.seconds / len(trials)
        while open_trials:
            trial = open_trials[0]
            trial.session.exclude_seconds(trial.session.seconds - share)
            trial.end()
            del open_trials[0]
            trial.finish(store, len(trials))
    except BaseException as problem:
        for trial in open_trials:
            trial.session.end("interrupted", type(problem).__name__)
        raise


class _Trial:
    """A trial of a batch, and its recording.

    Raises:
        RunsError: it cannot be recorded.
    """

    def __init__(self, store: TrialStore, settings: Settings) -> None:
        self.name = trial_id(settings)
        self.session = TrainingSession.new(store, self.name, settings, parent=None, resumable=False)
        if self.session.recorder is None:
            raise RunsError(self.session.warning)
        self._epochs: dict[str, list[float | None]] = {figure: [] for figure in EPOCH_FIGURES}
        self._last: Snapshot | None = None

    def take(self, snapshot: Snapshot | None, dataset: Dataset, facts: bytes) -> None:
        """Record a snapshot; None if the loss is no longer a finite number."""
        self._last = snapshot
        if snapshot is None:
            return
        if snapshot.step == 0:
            self.session.begin(snapshot, dataset, facts)
            return
        self.session.record(snapshot)
        for figure, values in self._epochs.items():
            values.append(snapshot.figures[figure])

    def end(self) -> None:
        """End the session; one without a finite loss is to be trained alone."""
        if self._last is None:
            self.session.end("interrupted", f"{DIVERGED}.")
        else:
            self.session.end("finished", snapshot=self._last)

    def finish(self, store: TrialStore, together: int) -> None:
        """Write the result, if there is one.

        Raises:
            RunsError: the trial could not be recorded.
        """
        if self.session.warning:
            raise RunsError(self.session.warning)
        if self._last is not None:
            finish(store, self.name, self._last, self._epochs, together=together)
