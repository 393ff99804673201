"""One run in the server: its state, and the commands for its worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from queue import SimpleQueue
from typing import Any

from dgviz.data.catalogue import DATASETS
from dgviz.live.child import Child
from dgviz.live.following import Follower, News
from dgviz.live.job import Job
from dgviz.live.launch import start_worker
from dgviz.live.stopping import Stopping
from dgviz.runs import card
from dgviz.runs.record import Record
from dgviz.runs.snapshot_blob import last_blob
from dgviz.runs.snapshots import KINDS
from dgviz.runs.store import RunNotFound, Store
from dgviz.settings import KNOBS, Settings

ACTIVE = ("starting", "running", "paused", "stopping")
ENDED = (*card.ENDED, "elsewhere")
"""Phases in which the run takes no commands; "elsewhere": another process trains it."""

DiskState = tuple[str, int, datetime | None]
"""A run's phase and step on the disk, and the start of its newest session."""


def state_on_disk(record: Record) -> DiskState:
    """The state of a record. It changes if another process resumes the run."""
    # The number of sessions would not do: a card lists only the newest of very many.
    began = record.sessions[-1].started if record.sessions else None
    return record.phase, record.step, began


class Run:
    """One run in the server. Its methods may be called from any thread.

    Args:
        job: its id, settings and folder.
        token: what a browser must send to view it.
        store: where it is recorded.
        record: the record of its earlier sessions, whose knob changes still hold.

    Attributes:
        knobs: the values of the live knobs that its method reads: after the logged changes, or as
            the user has set them since.
        disk_state: its state on the disk when it ended; None before that, or if it is not recorded.
    """

    def __init__(self, job: Job, token: str, store: Store, record: Record | None = None) -> None:
        self.job = job
        self.id = job.run_id
        self.token = token
        self.settings = job.settings
        self._plan(record)
        self._set_here: set[str] = set()
        """The knobs that the user has set: log entries of earlier steps do not reset them."""
        made = record.log() if record else []
        if record and job.resume:
            # The changes after the checkpoint have yet to be made again.
            made = [entry for entry in made if entry["step"] < record.step]
        self.knobs = _moved(_live_knobs(job.settings), made)
        self.phase = "queued"
        self.place: int | None = None
        self.reason = ""
        self.warning = ""
        """Why the run is not recorded; "" if it is."""
        self.disk_state: DiskState | None = None
        self.superseded = False
        """Whether another `Run` has replaced this one: its viewers must connect again."""
        self.log: list[dict[str, Any]] = []
        self.newest: dict[str, tuple[int, bytes]] = {}
        """The newest blob of each channel, with a number that grows with each new blob."""
        self.progress: dict[str, Any] = {
            "step": 0,
            "epoch": 0.0,
            "seconds_per_epoch": None,
            "seconds_left": None,
        }
        self.last_seen = time.monotonic()
        self.viewers = 0
        self._listeners: set[Callable[[], None]] = set()
        self._store = store
        self._begun = False
        """Whether training has begun: the worker may have to download the data first."""
        self._follower: Follower | None = None
        """Reads the folder while another process trains the run."""
        self._reading = threading.Lock()
        self._stopping = Stopping()
        self._commands: SimpleQueue[Any] = SimpleQueue()
        self._lock = threading.RLock()

    @classmethod
    def from_record(cls, job: Job, token: str, store: Store, record: Record) -> Run:
        """A run that this server does not train, as it was recorded."""
        run = cls(job, token, store, record)
        run.phase = _phase_of(record)
        run.reason = record.reason
        run.disk_state = state_on_disk(record)
        run.progress |= {"step": record.step, "epoch": record.epoch}
        if run.phase == "elsewhere":
            run._follower = Follower(record.folder)
            run.follows(record)
            return run
        run.log = list(record.log())
        snapshots = record.snapshots()
        blobs = {"facts": record.facts()}
        blobs |= {kind: last_blob(snapshots, kind) for kind in KINDS}
        # Sent only once, so leaving out the scores would save little.
        blobs["masks"] = blobs["gates"]
        run.newest = {name: (1, blob) for name, blob in blobs.items() if blob}
        return run

    def follows(self, record: Record) -> bool:
        """Take what the process that trains the run elsewhere has recorded since the last call.

        Args:
            record: the run as it is on the disk now.

        Returns:
            False if the run is not trained elsewhere, or no longer by that process: then it has to
            be read anew.
        """
        state = state_on_disk(record)
        if self._follower is None or self.disk_state is None:
            return False
        if record.phase != "running" or state[-1] != self.disk_state[-1]:
            return False
        # Not the lock that viewers need: reading takes time.
        with self._reading:
            news = self._follower.news()
            if news is None:
                return False
            self.disk_state = state
            self._take(news)
        return True

    def _take(self, news: News) -> None:
        """Add what another process has recorded."""
        if not any(news):
            return
        self.log.extend(news.entries)
        self._apply_moves({}, news.entries)
        if news.entries and news.entries[-1]["step"] > self.progress["step"]:
            last = news.entries[-1]
            self.progress = self.progress | {"step": last["step"], "epoch": last["epoch"]}
        for channel, blob in news.blobs.items():
            self._show(channel, blob)
        self._notify()

    def _show(self, channel: str, blob: bytes) -> None:
        """Replace the newest blob of a channel."""
        number, _ = self.newest.get(channel, (0, b""))
        self.newest[channel] = number + 1, blob

    @property
    def present_settings(self) -> Settings:
        """Its settings with the present values of its live knobs."""
        return self.settings.with_changes(**self.knobs)

    @property
    def resumable(self) -> bool:
        """Whether it ended early and is recorded."""
        unfinished = self.phase in card.UNFINISHED
        return unfinished and self.disk_state is not None and not self.warning

    def supersede(self) -> None:
        """Mark this `Run` as replaced by another of the same id."""
        self.superseded = True
        self._notify()

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def process(self) -> Child | None:
        """The worker's process, once it has been started."""
        return self._stopping.process

    def status(self) -> dict[str, Any]:
        """The run's status for the browser, as JSON-able values."""
        settings = self.settings
        with self._lock:
            moving: dict[str, Any] = {"phase": self.phase, "place": self.place}
            moving |= {"reason": self.reason, "warning": self.warning}
            moving |= {"resumable": self.resumable, "planned": self._next_planned()}
        return {
            "type": "status",
            "run": self.id,
            **moving,
            "parent": self.job.parent,
            "preset": settings.preset,
            "method": "" if settings.method == Settings.method else settings.spec.title,
            "is_baseline": not settings.spec.baseline,
            "dataset": settings.dataset,
            "title": DATASETS[settings.dataset].title,
            "seed": settings.seed,
            "epochs": settings.epochs,
            "rounds": settings.rounds,
            **self.progress,
        }

    def set_knob(self, name: str, value: object) -> None:
        """Move a live knob; the loop uses it at its next step.

        Raises:
            SettingsError: the knob does not accept the value.
        """
        if name not in self.knobs:
            raise ValueError(f"{name} cannot change during a run.")
        checked = KNOBS[name].check(value)
        with self._lock:
            if self.knobs[name] != checked:
                self.knobs[name] = checked
                self._set_here.add(name)
                self._commands.put(("set", name, checked))

    def pause(self) -> None:
        self._commands.put(("pause",))

    def resume(self) -> None:
        self._commands.put(("resume",))

    def step(self, length: str) -> None:
        """Train for one "batch" or to the end of the "epoch", then pause."""
        self._commands.put(("step", length))

    def stop(self, reason: str = "") -> None:
        """Stop the run after the present step; a worker that does not answer is killed.

        Args:
            reason: a sentence, or "" if the user stops it.
        """
        with self._lock:
            if self._stopping.asked or self.ended:
                return
            self._stopping.ask(reason)
            if self.phase == "queued":
                self._end("stopped", reason)
            else:
                self.phase = "stopping"
                self._commands.put(("stop", reason))
        self._notify()

    def stop_or_kill(self) -> None:
        """Stop the run for the user; a second call later kills its process."""
        if self._stopping.another_kills and not self.ended:
            self.kill()
        else:
            self.stop()

    def kill(self) -> None:
        """Kill its process; what it has not written is lost."""
        self._stopping.kill()

    def set_place(self, place: int) -> None:
        """Set its place in the queue; 1 is next."""
        with self._lock:
            if self.phase != "queued" or self.place == place:
                return
            self.place = place
        self._notify()

    def admit(self) -> bool:
        """Take the run out of the queue; return False if it was stopped there."""
        with self._lock:
            if self.phase != "queued":
                return False
            self.phase, self.place = "starting", None
        self._notify()
        return True

    @contextmanager
    def watch(self, listener: Callable[[], None]) -> Iterator[None]:
        """Count a viewer, and call `listener` after each change, from any thread."""
        with self._lock:
            self._listeners.add(listener)
            self.viewers += 1
        try:
            yield
        finally:
            with self._lock:
                self._listeners.discard(listener)
                self.viewers -= 1
                self.last_seen = time.monotonic()

    def serve(self) -> None:
        """Start the worker and handle its messages until it has ended. Blocks: needs a thread."""
        try:
            process = start_worker(self.job, self._commands)
        except OSError as problem:
            if self._stopping.asked:
                self._end("stopped", self._stopping.reason)
            else:
                self._end("failed", f"The training process could not be started: {problem}.")
            self._notify()
            return
        self._stopping.started(process)
        outcome = None
        while outcome is None and (message := process.receive()) is not None:
            kind, *content = message
            if kind == "ended":
                outcome = content[0]
            else:
                self._handle(kind, content)
                self._notify()
        exit_text = self._stopping.end(process)
        self._end(*(outcome or self._interruption(exit_text)))
        self._notify()

    def _handle(self, kind: str, content: list[Any]) -> None:
        if kind == "phase":
            self._begun = True
            with self._lock:
                if not self._stopping.asked:
                    self.phase = content[0]
        elif kind == "stopping":
            self._stopping.answered()
        elif kind == "warning":
            self.warning = content[0]
        elif kind == "past":
            # The log of a resumed run is cut at its checkpoint.
            self.log = content[0]
            self._apply_moves(_live_knobs(self.settings), self.log)
        elif kind == "log":
            self.log.extend(content[0])
            self._apply_moves({}, content[0])
        elif content[0] == "progress":
            self.progress = content[1]
        else:
            self._show(*content)

    def _apply_moves(self, begun: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        """Set the knobs to `begun`, then apply the changes in `entries`; user settings stay."""
        with self._lock:
            by_user = {name: self.knobs[name] for name in self._set_here}
            self.knobs = _moved(self.knobs | begun, entries) | by_user

    def _plan(self, record: Record | None) -> None:
        self._planned = record.planned if record else []
        self._steps_per_epoch = record.steps_per_epoch if record else 0

    def _next_planned(self) -> list[dict[str, Any]]:
        """For each knob the next recorded change that a resumed run makes again, as in the log."""
        length = self._steps_per_epoch
        planned: dict[str, dict[str, Any]] = {}
        for step, name, to in self._planned:
            is_ahead = step >= self.progress["step"] and name not in self._set_here
            # An ended run may be past its checkpoint, and the change has been made once already.
            if is_ahead and (self.ended or to != self.knobs.get(name)):
                epoch = step / length if length else None
                planned.setdefault(name, {"knob": name, "to": to, "step": step, "epoch": epoch})
        return list(planned.values())

    def _interruption(self, exit_text: str) -> tuple[str, str]:
        """Phase and reason of a run whose process ended without reporting an outcome."""
        record = None if self.warning else self._record()
        epoch = self.progress["epoch"] if self._begun else None
        return "interrupted", self._stopping.lost_worker_text(exit_text, epoch, record)

    def _end(self, phase: str, reason: str) -> None:
        """Set the final phase. For a recorded run, the record decides it."""
        record = self._record()
        # A long log takes half a second to read, and the lock holds up every viewer.
        log = record.log() if record else self.log
        with self._lock:
            # A value that was set during a pause, and that no step used, does not count.
            self.knobs = _moved(_live_knobs(self.settings), log)
            self._set_here = set()
            self._plan(record)
            if record is not None:
                self.disk_state = state_on_disk(record)
            if record is not None and not self.warning:
                phase, reason = _phase_of(record), reason or record.reason
                self.progress = self.progress | {"step": record.step, "epoch": record.epoch}
            self.phase, self.reason, self.place = phase, reason, None

    def _record(self) -> Record | None:
        try:
            return self._store.record(self.id)
        except RunNotFound:
            return None

    def _notify(self) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()


def _live_knobs(settings: Settings) -> dict[str, Any]:
    """The starting values of the live knobs that the method reads."""
    return {knob.name: settings[knob.name] for knob in settings.knobs() if knob.live}


def _moved(knobs: dict[str, Any], entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """These knobs after the knob changes in log entries."""
    made = {entry["knob"]: entry["to"] for entry in entries if entry["kind"] == "knob"}
    return knobs | {name: to for name, to in made.items() if name in knobs}


def _phase_of(record: Record) -> str:
    """The phase of a run that no process of this server trains."""
    return "elsewhere" if record.phase == "running" else record.phase
