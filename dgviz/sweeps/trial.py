"""Train one trial of a sweep. Imports torch: for worker processes."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Literal

from dgviz.comparison.result import Result
from dgviz.methods.method import Method
from dgviz.runs.contents import RunsError
from dgviz.runs.layout import CHECKPOINT, LOCK, SNAPSHOTS
from dgviz.runs.locks import is_locked
from dgviz.runs.recording.session import TrainingSession
from dgviz.runs.snapshots import keep_last
from dgviz.settings import Settings
from dgviz.sweeps import result
from dgviz.sweeps.folder import TrialStore, claimed
from dgviz.sweeps.grid import trial_id
from dgviz.sweeps.halving import race
from dgviz.sweeps.result import EPOCH_FIGURES, TrialResult
from dgviz.sweeps.teaching import teacher_writer
from dgviz.training.checkpoint import CheckpointError
from dgviz.training.evaluate import HeldOut, score
from dgviz.training.knobs import Knobs
from dgviz.training.loop import TrainingDiverged
from dgviz.training.snapshot import Snapshot

AFTERWARDS = tuple(i / 10 for i in range(1, 10))
"""The thresholds at which a trained network is measured."""

Outcome = Literal["done", "elsewhere"]
"""Whether the trial has a result now, or another process is training it."""


def train_trial(
    folder: Path, settings: Settings, *, everything: bool = False, halving: bool = False
) -> Outcome:
    """Train a trial of a sweep, unless it is done, and write its result.

    A trial whose process has ended before it was done goes on from its checkpoint.

    Args:
        folder: of the sweep.
        everything: whether the trial keeps its checkpoint and all snapshots, as any other run
            does. Otherwise it keeps the last snapshot, which takes a twentieth of
            the space.
        halving: whether it is stopped early if other trials are better. Without it, a trial that
            was stopped early is trained to its end.

    Raises:
        DataError: the data set cannot be loaded.
        HalvingError: trials cannot be stopped early.
        OSError: the disk is full, read-only or gone.
        RunsError: the trial could not be recorded.
        SettingsError: the device is not available.
    """
    store, name = TrialStore(folder), trial_id(settings)
    with claimed(folder, name) as is_ours:
        # A person may resume it as a run.
        if not is_ours or is_locked(store.folder(name) / LOCK):
            return "elsewhere"
        before = result.read(store.folder(name))
        if before is None or (before.stopped and not halving):
            try:
                _train(store, name, settings, everything=everything, halving=halving)
            except CheckpointError:
                # That of another network, or damaged: from the beginning then.
                store.delete(name)
                _train(store, name, settings, everything=everything, halving=halving)
    return "done"


def _train(
    store: TrialStore, name: str, settings: Settings, *, everything: bool, halving: bool
) -> None:
    opened = time.monotonic()
    session = session_of(store, name, settings)
    epochs = earlier_epochs(session)
    last, diverged, stopped = None, "", 0
    began: float | None = None
    try:
        others = race(store.root, settings) if halving else None
        show_teacher = teacher_writer(store.root, name)
        for snapshot in session.snapshots(Knobs(settings), show_teacher):
            last = snapshot
            began = began or time.monotonic()
            epoch, left = divmod(snapshot.step, snapshot.steps_per_epoch)
            if left:
                continue
            # A resumed trial begins with the snapshot that its last session has ended with.
            if epoch > len(epochs["test_accuracy"]):
                for figure, values in epochs.items():
                    values.append(snapshot.figures[figure])
            if others and epoch and not snapshot.finished:
                accuracy = snapshot.evaluation.validation_accuracy
                if accuracy is not None and not others.goes_on(epoch, accuracy):
                    stopped = epoch
                    break
        ended = time.monotonic()
        session.end("stopped" if stopped else "finished", snapshot=last)
    except TrainingDiverged as problem:
        ended = time.monotonic()
        diverged = str(problem)
        session.end("failed", diverged)
    except BaseException as problem:
        session.end("interrupted", type(problem).__name__)
        raise
    if session.warning:
        raise RunsError(session.warning)
    assert last is not None and began is not None
    finish(
        store,
        name,
        last,
        epochs,
        diverged=diverged,
        stopped=stopped,
        everything=everything,
        # Before the training, a trial with a teacher has trained it, or has waited for it.
        idle_since=None if settings.distillation else opened + ended - began,
    )


def session_of(
    store: TrialStore, name: str, settings: Settings, *, together: int = 1
) -> TrainingSession:
    """A session that begins the trial or goes on with it.

    Args:
        together: the number of trials that are trained at once.

    Raises:
        RunsError: the trial cannot be recorded.
    """
    if store.folder(name).exists():
        with contextlib.suppress(RunsError):
            return TrainingSession.resumed(store, name, together=together)
        # It is damaged, or has ended without a result that can be trusted. It is in the bin for a
        # day, because it may have what only a person recognises.
        store.delete(name)
    session = TrainingSession.new(store, name, settings, parent=None, together=together)
    if session.recorder is None:
        raise RunsError(session.warning)
    return session


def earlier_epochs(session: TrainingSession) -> dict[str, list[float | None]]:
    """The figures after each epoch that an earlier session has trained."""
    epochs: dict[str, list[float | None]] = {figure: [] for figure in EPOCH_FIGURES}
    for entry in session.log:
        # Early in training the network is evaluated several times in an epoch.
        if entry["kind"] == "metrics" and entry["step"] and float(entry["epoch"]).is_integer():
            for figure, values in epochs.items():
                values.append(entry.get(figure))
    return epochs


def finish(
    store: TrialStore,
    name: str,
    last: Snapshot,
    epochs: dict[str, list[float | None]],
    *,
    diverged: str = "",
    stopped: int = 0,
    together: int = 1,
    everything: bool = False,
    idle_since: float | None = None,
) -> None:
    """Write the result, as the last file of the trial; its session has ended.

    Args:
        epochs, diverged, stopped, together: as in `TrialResult`.
        everything: as in `train_trial`.
        idle_since: when the time besides the training would have begun if it had been one piece,
            by `time.monotonic`; None if it is not known.
    """
    record = store.record(name)
    reached = Result.of_record(record)
    afterwards = {} if diverged else other_thresholds(last.method, last.held_out)
    if not everything:
        keep_last(record.folder / SNAPSHOTS)
        if not stopped:
            # From its checkpoint, a trial that was stopped early may go on later.
            (record.folder / CHECKPOINT).unlink(missing_ok=True)
    assert record.settings is not None
    result.write(
        record.folder,
        TrialResult(
            record.settings,
            {} if diverged else record.figures,
            epochs,
            afterwards,
            diverged,
            stopped,
            reached.seconds,
            reached.machine,
            reached.commit,
            together,
            0.0 if idle_since is None else time.monotonic() - idle_since,
        ),
    )


def other_thresholds(method: Method, held_out: HeldOut) -> dict[str, list[float | None]]:
    """A trained network with other thresholds; empty for a method without one."""
    measured: dict[str, list[float | None]] = {}
    if not method.settings.spec.preview:
        return measured
    for tau in AFTERWARDS:
        method.set_tau(tau)
        figures = {
            "tau": tau,
            "test_accuracy": score(method, held_out.test_images, held_out.test_labels)[0],
            "validation_accuracy": score(
                method, held_out.validation_images, held_out.validation_labels
            )[0]
            if len(held_out.validation_labels)
            else None,
            "active_weights": float(sum(int(view.mask.sum()) for view in method.layers())),
        }
        for figure, value in figures.items():
            measured.setdefault(figure, []).append(value)
    return measured
