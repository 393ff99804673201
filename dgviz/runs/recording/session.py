"""One training session of a run, recorded while it trains: from loading the data to its end."""

from __future__ import annotations

import contextlib
import time
import zlib
from collections.abc import Iterator
from typing import Any, Self

from dgviz.data.means import class_means
from dgviz.data.sets import Dataset, load
from dgviz.data.split import Splits, split
from dgviz.formatting import resume_text
from dgviz.gates.measures import always_zero_pixels
from dgviz.runs import digits
from dgviz.runs.contents import RunsError
from dgviz.runs.files import is_folder
from dgviz.runs.log import log_of
from dgviz.runs.recording.recorder import Past, Recorder
from dgviz.runs.store import Store
from dgviz.settings import Settings
from dgviz.training.device import resolve_device
from dgviz.training.knobs import Knobs
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot, pack_digits, pack_facts


class TrainingSession:
    """What a worker and the command line have in common: a run that is trained and recorded.

    Make one with `new` or `resumed`, iterate over `snapshots()`, and say how it ended.

    Attributes:
        warning: why the run is not recorded (any more), or "".
    """

    def __init__(self, settings: Settings, recorder: Recorder | None, warning: str) -> None:
        self.settings = settings
        self.recorder = recorder
        self._warning = warning
        self._past = recorder.past if recorder else Past(None, log_of(b""), [])
        self._began = time.monotonic()

    @classmethod
    def new(
        cls, store: Store, run_id: str, settings: Settings, parent: str | None
    ) -> TrainingSession:
        """The first session of a run; where it cannot be recorded it is trained all the same.

        Raises:
            SettingsError: the device is not there.
        """
        resolve_device(settings.device)
        try:
            return cls(settings, Recorder.create(store, run_id, settings, parent), "")
        except RunsError as problem:
            return cls(settings, None, str(problem))

    @classmethod
    def resumed(cls, store: Store, run_id: str) -> Self:
        """A further one.

        Raises:
            RunNotFound: there is no such run.
            RunsError: it is being trained, has finished, or its folder is broken.
            SettingsError: the device is not there.
        """
        recorder = Recorder.reopen(store, run_id)
        return cls(recorder.settings, recorder, "")

    @property
    def log(self) -> list[dict[str, Any]]:
        """The log entries of the sessions before, up to where this one goes on."""
        return self._past.log.entries

    @property
    def warning(self) -> str:
        return self.recorder.problem if self.recorder else self._warning

    def outcome(self, resuming: str) -> str:
        """What the disk has of a run that has not been recorded to its end, in sentences.

        Args:
            resuming: what goes on with the run: a command, or the name of a button.
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
        """Trained in all sessions, without loading and pauses."""
        before = self.recorder.seconds_before if self.recorder else 0.0
        return before + time.monotonic() - self._began

    def snapshots(self, knobs: Knobs) -> Iterator[Snapshot]:
        """Train and record; the first snapshot is where this session begins. See `train`.

        Raises:
            DataError: the data set cannot be had.
            CheckpointError: the checkpoint does not fit the settings.
            TrainingDiverged: the loss was not finite.
        """
        for move in self._past.moves:
            knobs.plan(*move)
        dataset = load(self.settings.dataset)
        data = split(dataset, self.settings.validation, self.settings.seed)
        self.facts = _facts(dataset, data)
        if self.recorder:
            self._keep_digits(dataset)
        snapshots = train(self.settings, data, knobs=knobs, checkpoint=self._past.checkpoint)
        first = next(snapshots)
        self._began = time.monotonic()
        if self.recorder:
            self.recorder.begin(first, self.facts)
        yield first
        for snapshot in snapshots:
            if self.recorder:
                self.recorder.take(snapshot)
            yield snapshot

    def _keep_digits(self, dataset: Dataset) -> None:
        """The test images for the pages, once for all runs."""
        assert self.recorder is not None

        def packed() -> bytes:
            shape, classes = dataset.image_shape, dataset.classes
            blob = pack_digits(dataset.test_images, dataset.test_labels, shape, classes)
            return zlib.compress(blob, 1)

        with contextlib.suppress(OSError):
            # A disk that is full shows soon enough; the run itself does not need them.
            digits.keep(self.recorder.folder.parent, dataset.name, packed)

    def pause(self, snapshot: Snapshot) -> None:
        """Write a checkpoint: the pause may last, and the process may be killed meanwhile."""
        if self.recorder:
            self.recorder.checkpoint(snapshot)

    def do_not_count(self, seconds: float) -> None:
        """Leave a pause out of the time spent in training."""
        self._began += seconds
        if self.recorder:
            self.recorder.do_not_count(seconds)

    def end(self, phase: str, reason: str = "", snapshot: Snapshot | None = None) -> None:
        """Record how it ended.

        Args:
            phase: "finished", "stopped", "failed" or "interrupted".
            reason: a sentence, or "".
            snapshot: the newest one, between two steps; None keeps the last checkpoint, after what
                may have broken off in the middle of a step.
        """
        if self.recorder:
            self.recorder.end(phase, reason, snapshot)


def _facts(dataset: Dataset, data: Splits) -> bytes:
    """What the pages have to know of the data that the run learns from."""
    means = class_means(data.train_images, data.train_labels, len(dataset.classes))
    always_zero = always_zero_pixels(data.train_images)
    return pack_facts(always_zero, means, dataset.image_shape, dataset.classes)
