"""One training session of a run, with its recording."""

from __future__ import annotations

import contextlib
import time
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Self

from dgviz.data import sets
from dgviz.data.means import class_means
from dgviz.data.sets import Dataset
from dgviz.data.split import Splits, split
from dgviz.formatting import resume_text
from dgviz.gates.measures import always_zero_pixels
from dgviz.runs import digits
from dgviz.runs.contents import RunsError
from dgviz.runs.files import is_folder
from dgviz.runs.log import log_of
from dgviz.runs.recording.recorder import Recorder, ResumePoint
from dgviz.runs.store import Store
from dgviz.settings import Settings
from dgviz.training.checkpoint import Checkpoint
from dgviz.training.device import resolve_device
from dgviz.training.knobs import Knobs
from dgviz.training.snapshot import Snapshot, pack_digits, pack_facts
from dgviz.training.teacher import Show
from dgviz.training.with_teacher import train

load = lru_cache(maxsize=1)(sets.load)
"""The next trial of a sweep in this process has the same images, which nothing changes."""


class TrainingSession:
    """Trains and records a run, for a worker or the command line.

    Create it with `new` or `resumed`, iterate over `snapshots()`, then call `end`.

    Attributes:
        warning: why the run is not recorded, or not any more; "" if it is recorded.
    """

    def __init__(self, settings: Settings, recorder: Recorder | None, warning: str) -> None:
        self.settings = settings
        self.recorder = recorder
        self._warning = warning
        self._start = recorder.resume_point if recorder else ResumePoint(None, log_of(b""), [])
        self._began = time.monotonic()

    @classmethod
    def new(
        cls,
        store: Store,
        run_id: str,
        settings: Settings,
        parent: str | None,
        *,
        together: int = 1,
    ) -> TrainingSession:
        """Create the first session of a run, which is trained even if it cannot be recorded.

        Args:
            together: as in `Recorder.create`.

        Raises:
            SettingsError: the device is not available.
        """
        resolve_device(settings.device)
        try:
            recorder = Recorder.create(store, run_id, settings, parent, together=together)
            return cls(settings, recorder, "")
        except RunsError as problem:
            return cls(settings, None, str(problem))

    @classmethod
    def resumed(cls, store: Store, run_id: str, *, together: int = 1) -> Self:
        """Create a further session of a run.

        Args:
            together: as in `Recorder.create`.

        Raises:
            RunNotFound: there is no such run.
            RunsError: the run is being trained or has finished, or its folder is damaged.
            SettingsError: the device is not available.
        """
        recorder = Recorder.reopen(store, run_id, together=together)
        return cls(recorder.settings, recorder, "")

    @property
    def log(self) -> list[dict[str, Any]]:
        """The log entries of the earlier sessions, up to the start of this one."""
        return self._start.log.entries

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The one from which this session goes on; None if it begins the run."""
        return self._start.checkpoint

    @property
    def warning(self) -> str:
        return self.recorder.problem if self.recorder else self._warning

    def outcome_text(self, resuming: str) -> str:
        """Sentences about what is recorded of a run that was not recorded to its end.

        Args:
            resuming: what resumes the run: a command, or the name of a button.
        """
        if not self.recorder:
            return "It was not recorded, so it cannot be resumed."
        step = self.recorder.kept_step()
        if step is not None:
            then = resume_text(resuming, step)
        elif is_folder(self.recorder.folder):
            then = "Its checkpoint cannot be used, so it cannot be resumed."
        else:
            then = "Nothing of it is kept."
        return f"{self.warning} {then}".lstrip()

    @property
    def seconds(self) -> float:
        """Training time of all sessions, in seconds, without loading and pauses."""
        before = self.recorder.seconds_before if self.recorder else 0.0
        return before + time.monotonic() - self._began

    def snapshots(
        self, knobs: Knobs, show_teacher: Show = lambda epoch, epochs: None
    ) -> Iterator[Snapshot]:
        """Train and record; yields first the snapshot at which this session begins. See `train`.

        Before that, it trains the teacher if the run needs one: until the first snapshot there is
        nothing to save, so a stop can act at once.

        Raises:
            DataError: the data set cannot be loaded.
            CheckpointError: the checkpoint does not fit the settings.
            TrainingDiverged: the loss was not finite.
        """
        for move in self._start.moves:
            knobs.plan(*move)
        dataset, data = data_of(self.settings)
        self.facts = facts_of(dataset, data)
        checkpoint = self._start.checkpoint
        snapshots = train(
            self.settings, data, knobs=knobs, checkpoint=checkpoint, show_teacher=show_teacher
        )
        first = next(snapshots)
        self.begin(first, dataset, self.facts)
        yield first
        for snapshot in snapshots:
            self.record(snapshot)
            yield snapshot

    def begin(self, first: Snapshot, dataset: Dataset, facts: bytes) -> None:
        """Record the first snapshot, and start counting the training time.

        `snapshots` does it; call it only for a network that is trained in another way.

        Args:
            facts: `facts_of` the data.
        """
        self._began = time.monotonic()
        if self.recorder:
            self._save_test_images(dataset)
            self.recorder.begin(first, facts)

    def record(self, snapshot: Snapshot) -> None:
        """Record what is due of a further snapshot, as `begin` does of the first."""
        if self.recorder:
            self.recorder.record(snapshot)

    def _save_test_images(self, dataset: Dataset) -> None:
        """Store the test images for the pages, once for all runs."""
        assert self.recorder is not None

        def packed() -> bytes:
            shape, classes = dataset.image_shape, dataset.classes
            blob = pack_digits(dataset.test_images, dataset.test_labels, shape, classes)
            return zlib.compress(blob, 1)

        with contextlib.suppress(OSError):
            # The run does not need them, and other writes report a full disk.
            digits.save(self.recorder.folder.parent, dataset.name, packed)

    def pause(self, snapshot: Snapshot) -> None:
        """Write a checkpoint, because the process may be killed during a long pause."""
        if self.recorder:
            self.recorder.checkpoint(snapshot)

    def exclude_seconds(self, seconds: float) -> None:
        """Leave a pause out of the training time."""
        self._began += seconds
        if self.recorder:
            self.recorder.exclude_seconds(seconds)

    def end(self, phase: str, reason: str = "", snapshot: Snapshot | None = None) -> None:
        """Record how the session ended.

        Args:
            phase: "finished", "stopped", "failed" or "interrupted".
            reason: a sentence, or "".
            snapshot: the newest one, for a checkpoint; None, after an error that may have happened
                within a step, keeps the last checkpoint.
        """
        if self.recorder:
            self.recorder.end(phase, reason, snapshot)


def data_of(settings: Settings) -> tuple[Dataset, Splits]:
    """A run's data set, and the parts that it is split into.

    Raises:
        DataError: the data set cannot be loaded.
    """
    dataset = load(settings.dataset)
    return dataset, split(dataset, settings.validation, settings.seed)


def facts_of(dataset: Dataset, data: Splits) -> bytes:
    """The facts of the training data that the pages need."""
    means = class_means(data.train_images, data.train_labels, len(dataset.classes))
    always_zero = always_zero_pixels(data.train_images)
    return pack_facts(always_zero, means, dataset.image_shape, dataset.classes)
