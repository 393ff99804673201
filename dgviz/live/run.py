"""One run as the server sees it: what is known of it, and the commands for its worker."""

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
"""A run in one of these cannot be steered; "elsewhere": a process that is not ours trains it."""

Mark = tuple[str, int, datetime | None]
"""How far a run is on the disk: its phase, its step and when its newest session began."""


def mark_of(record: Record) -> Mark:
    """A different mark means that the run was resumed elsewhere."""
    # Not how many sessions there are: of very many a card keeps the newest only.
    began = record.sessions[-1].started if record.sessions else None
    return record.phase, record.step, began


class Run:
    """One run as the server sees it. Its methods may be called from any thread.

    Args:
        job: what it is; its folder is looked for in `store`.
        token: what a browser must show to watch it.
        record: what an earlier session has left, whose knob moves still hold.

    Attributes:
        knobs: the values of the live knobs that its method reads: as the moves made so far have
            left them, or as a hand has set them since.
        mark: once it has ended, how far it was on the disk then; None if it is not there, and what
            is known here is all there is.
    """

    def __init__(self, job: Job, token: str, store: Store, record: Record | None = None) -> None:
        self.job = job
        self.id = job.run_id
        self.token = token
        self.settings = job.settings
        self._plan(record)
        self._by_hand: set[str] = set()
        """The knobs set here, which the log of an earlier step does not put back."""
        made = record.log() if record else []
        if record and job.resume:
            # What was done beyond the checkpoint is yet to be done again.
            made = [entry for entry in made if entry["step"] < record.step]
        self.knobs = _moved(_live_knobs(job.settings), made)
        self.phase = "queued"
        self.place: int | None = None
        self.reason = ""
        self.warning = ""
        """Why the run is not recorded, if it is not."""
        self.mark: Mark | None = None
        self.superseded = False
        """Whether another `Run` goes on with it: those who watch this one should look again."""
        self.log: list[dict[str, Any]] = []
        self.newest: dict[str, tuple[int, bytes]] = {}
        """The newest blob of each channel, with a number that grows with each."""
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
        """Whether its worker trains: it may have data to download first."""
        self._stopping = Stopping()
        self._commands: SimpleQueue[Any] = SimpleQueue()
        self._lock = threading.RLock()

    @classmethod
    def revived(cls, job: Job, token: str, store: Store, record: Record) -> Run:
        """A run that is not in flight here, as it was recorded."""
        run = cls(job, token, store, record)
        run.phase = _phase_of(record)
        run.reason = record.reason
        run.mark = mark_of(record)
        run.log = list(record.log())
        run.progress |= {"step": record.step, "epoch": record.epoch}
        snapshots = record.snapshots()
        blobs = {"facts": record.facts()}
        blobs |= {kind: last_blob(snapshots, kind) for kind in KINDS}
        # It is sent once, so there is little to save by leaving the scores out.
        blobs["masks"] = blobs["gates"]
        run.newest = {name: (1, blob) for name, blob in blobs.items() if blob}
        return run

    @property
    def resumable(self) -> bool:
        """Whether it ended before its time, with something on the disk to go on from."""
        unfinished = self.phase in card.UNFINISHED
        return unfinished and self.mark is not None and not self.warning

    def supersede(self) -> None:
        """Another `Run` takes over the id."""
        self.superseded = True
        self._notify()

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def process(self) -> Child | None:
        """Its worker's, once it has been started."""
        return self._stopping.process

    def status(self) -> dict[str, Any]:
        """What the browser is told of the run, as JSON-able values."""
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
            "masks": settings.spec.masks,
            "scores": settings.spec.scores,
            "is_baseline": not settings.spec.baseline,
            "dataset": settings.dataset,
            "title": DATASETS[settings.dataset].title,
            "seed": settings.seed,
            "epochs": settings.epochs,
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
                self._by_hand.add(name)
                self._commands.put(("set", name, checked))

    def pause(self) -> None:
        self._commands.put(("pause",))

    def resume(self) -> None:
        self._commands.put(("resume",))

    def step(self, length: str) -> None:
        """Take one "batch" or go to the end of the "epoch", then pause."""
        self._commands.put(("step", length))

    def stop(self, reason: str = "") -> None:
        """End the run after the step under way; only a worker that does not answer is killed.

        Args:
            reason: a sentence, where it was not the user who wished it.
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
        """Stop it as the user asks; asked again, do not wait for it any longer."""
        if self._stopping.another_kills and not self.ended:
            self.kill()
        else:
            self.stop()

    def kill(self) -> None:
        """End its process at once; what it has not written is lost."""
        self._stopping.kill()

    def wait_at(self, place: int) -> None:
        """Take this place in the queue; 1 is next."""
        with self._lock:
            if self.phase != "queued" or self.place == place:
                return
            self.place = place
        self._notify()

    def admit(self) -> bool:
        """Leave the queue for good; False if the run was stopped while it waited there."""
        with self._lock:
            if self.phase != "queued":
                return False
            self.phase, self.place = "starting", None
        self._notify()
        return True

    @contextmanager
    def watch(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call `listener` (from some thread) whenever something has changed, and count a viewer."""
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
        """Start the worker and take in its mail until it is gone. Blocks: give it a thread."""
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
        last_word = None
        while last_word is None and (message := process.receive()) is not None:
            kind, *content = message
            if kind == "ended":
                last_word = content[0]
            else:
                self._take(kind, content)
                self._notify()
        fate = self._stopping.end(process)
        self._end(*(last_word or self._cut_off(fate)))
        self._notify()

    def _take(self, kind: str, content: list[Any]) -> None:
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
            self._follow_moves(_live_knobs(self.settings), self.log)
        elif kind == "log":
            self.log.extend(content[0])
            self._follow_moves({}, content[0])
        elif content[0] == "progress":
            self.progress = content[1]
        else:
            channel, blob = content
            number, _ = self.newest.get(channel, (0, b""))
            self.newest[channel] = number + 1, blob

    def _follow_moves(self, begun: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        """Let the knobs stand where these moves have left them, from `begun` on."""
        with self._lock:
            by_hand = {name: self.knobs[name] for name in self._by_hand}
            self.knobs = _moved(self.knobs | begun, entries) | by_hand

    def _plan(self, record: Record | None) -> None:
        self._planned = record.planned if record else []
        self._steps_per_epoch = record.steps_per_epoch if record else 0

    def _next_planned(self) -> list[dict[str, Any]]:
        """Of each knob the next move that a resumed run makes again, as the log will tell it."""
        length = self._steps_per_epoch
        planned: dict[str, dict[str, Any]] = {}
        for step, name, to in self._planned:
            is_ahead = step >= self.progress["step"] and name not in self._by_hand
            # A run that has ended may stand beyond its checkpoint, where the move was made once.
            if is_ahead and (self.ended or to != self.knobs.get(name)):
                epoch = step / length if length else None
                planned.setdefault(name, {"knob": name, "to": to, "step": step, "epoch": epoch})
        return list(planned.values())

    def _cut_off(self, fate: str) -> tuple[str, str]:
        """Phase and reason of a run whose process has ended without a last word."""
        record = None if self.warning else self._record()
        epoch = self.progress["epoch"] if self._begun else None
        return "interrupted", self._stopping.cut_off(fate, epoch, record)

    def _end(self, phase: str, reason: str) -> None:
        """The last change of phase. Of a run that is recorded it is what the disk says."""
        record = self._record()
        with self._lock:
            # A value that was set during a pause, and used by no step, is none of the run's.
            self.knobs = _moved(_live_knobs(self.settings), record.log() if record else self.log)
            self._by_hand = set()
            self._plan(record)
            if record is not None:
                self.mark = mark_of(record)
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
    """Those that the method reads, as the run begins."""
    return {knob.name: settings[knob.name] for knob in settings.knobs() if knob.live}


def _moved(knobs: dict[str, Any], entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """These knobs as the moves among a log's entries leave them."""
    made = {entry["knob"]: entry["to"] for entry in entries if entry["kind"] == "knob"}
    return knobs | {name: to for name, to in made.items() if name in knobs}


def _phase_of(record: Record) -> str:
    """A run that is trained while none of our processes does so is trained by another."""
    return "elsewhere" if record.phase == "running" else record.phase
