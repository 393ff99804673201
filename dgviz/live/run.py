"""One run as the server sees it: what is known of it, and the orders on their way to its worker."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from dgviz.data.catalogue import DATASETS
from dgviz.live.job import Job
from dgviz.live.launch import start_worker
from dgviz.runs.frames import KINDS
from dgviz.runs.pictures import last_blob
from dgviz.runs.record import Record
from dgviz.settings import KNOBS

LIVE_KNOBS = tuple(name for name, knob in KNOBS.items() if knob.live)

ACTIVE = ("starting", "running", "paused")
ENDED = ("finished", "stopped", "failed", "interrupted", "elsewhere")
"""Nothing of these can be steered; "elsewhere" is trained by a process that is not ours."""

STOP_SECONDS = 3.0
"""How long a worker has to obey a stop before it is killed."""


class Run:
    """One run as the server sees it. Its methods may be called from any thread.

    Args:
        job: what it is.
        token: what a browser must show to watch it.
        past: the log of an earlier sitting, whose last knob moves still hold.
    """

    def __init__(self, job: Job, token: str, past: Iterable[dict[str, Any]] = ()) -> None:
        self.job = job
        self.id = job.run_id
        self.token = token
        self.settings = job.settings
        self.knobs = {name: getattr(job.settings, name) for name in LIVE_KNOBS}
        self.knobs |= {move["knob"]: move["to"] for move in past if move["kind"] == "knob"}
        self.phase = "queued"
        self.place: int | None = None
        self.reason = ""
        self.warning = ""
        """Why the run is not recorded, if it is not."""
        self.on_disk: object = None
        """How far its folder was at the last look, once it had ended; None before the first."""
        self.superseded = False
        """Whether another `Run` goes on with it: those who watch this one should look again."""
        self.log: list[dict[str, Any]] = []
        self.pictures: dict[str, tuple[int, bytes]] = {}
        """The newest picture of each channel, with a number that grows with each."""
        self.progress: dict[str, Any] = {
            "step": 0,
            "epoch": 0.0,
            "seconds_per_epoch": None,
            "seconds_left": None,
        }
        self.process: BaseProcess | None = None
        self.last_seen = time.monotonic()
        self.viewers = 0
        self._listeners: set[Callable[[], None]] = set()
        self._stop_asked, self._stop_reason = False, ""
        self._lock = threading.RLock()
        self._connection: Connection | None = None
        self._unsent: list[tuple[object, ...]] = []
        # Apart from the lock above: sending may wait for a worker, and looking at a run must not.
        self._mail = threading.RLock()

    @classmethod
    def revived(cls, job: Job, token: str, record: Record) -> Run:
        """A run that is not in flight here, as it was recorded."""
        run = cls(job, token, record.log())
        run.phase = "elsewhere" if record.phase == "running" else record.phase
        run.reason = record.reason
        run.log = list(record.log())
        run.progress |= {"step": record.step, "epoch": record.epoch}
        frames = record.frames()
        pictures = {"facts": record.facts()}
        pictures |= {kind: last_blob(frames, kind) for kind in KINDS}
        run.pictures = {name: (1, blob) for name, blob in pictures.items() if blob}
        return run

    @property
    def resumable(self) -> bool:
        """Whether it ended before its time, with something on the disk to go on from."""
        return self.phase in ("stopped", "failed", "interrupted") and not self.warning

    def supersede(self) -> None:
        """Another `Run` takes over the id."""
        self.superseded = True
        self._notify()

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    def status(self) -> dict[str, Any]:
        """What the browser is told of the run, as JSON-able values."""
        settings = self.settings
        with self._lock:
            moving = {"phase": self.phase, "place": self.place, "reason": self.reason}
            moving |= {"warning": self.warning, "resumable": self.resumable}
        return {
            "type": "status",
            "run": self.id,
            **moving,
            "parent": self.job.parent,
            "preset": settings.preset,
            "method": settings.method,
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
        if not KNOBS[name].live:
            raise ValueError(f"{name} cannot change during a run.")
        checked = KNOBS[name].check(value)
        with self._mail:
            if self.knobs[name] != checked:
                self.knobs[name] = checked
                self._order("set", name, checked)

    def pause(self) -> None:
        self._order("pause")

    def resume(self) -> None:
        self._order("resume")

    def step(self, length: str) -> None:
        """Take one "batch" or go to the end of the "epoch", then pause."""
        self._order("step", length)

    def stop(self, reason: str = "") -> None:
        """End the run at its next step; a worker that does not hear is killed.

        Args:
            reason: a sentence, where it was not the user who wished it.
        """
        with self._lock:
            if self._stop_asked or self.ended:
                return
            self._stop_asked, self._stop_reason = True, reason
            if self.phase == "queued":
                self._end("stopped", reason)
        if not self.ended:
            killer = threading.Timer(STOP_SECONDS, self._kill)
            killer.daemon = True
            killer.start()
        self._order("stop", reason)
        self._notify()

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
            process, connection = start_worker(self.job)
        except OSError as problem:
            if self._stop_asked:
                self._end("stopped", self._stop_reason)
            else:
                self._end("failed", f"The training process could not be started: {problem}.")
            self._notify()
            return
        with self._mail:
            self.process, self._connection = process, connection
            for order in self._unsent:
                self._order(*order)
        if self._stop_asked:
            # It has nothing to lose yet, and loading its data may take long.
            self._kill()
        last_word = None
        while last_word is None and (message := self._receive(connection)) is not None:
            kind, *content = message
            if kind == "ended":
                last_word = content[0]
            else:
                self._take(kind, content)
                self._notify()
        with self._mail:
            connection.close()
        process.join(STOP_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        self._end(*(last_word or self._cause_of_death(process)))
        self._notify()

    def _receive(self, connection: Connection) -> tuple[Any, ...] | None:
        try:
            return connection.recv()
        except (EOFError, OSError):
            return None

    def _take(self, kind: str, content: list[Any]) -> None:
        if kind == "phase":
            self.phase = content[0]
        elif kind == "warning":
            self.warning = content[0]
        elif kind == "past":
            # The log of a resumed run is cut at its checkpoint.
            self.log = content[0]
        elif kind == "log":
            self.log.extend(content[0])
        elif content[0] == "progress":
            self.progress = content[1]
        else:
            channel, picture = content
            number, _ = self.pictures.get(channel, (0, b""))
            self.pictures[channel] = number + 1, picture

    def _cause_of_death(self, process: BaseProcess) -> tuple[str, str]:
        if self._stop_asked:
            return "stopped", self._stop_reason
        code = process.exitcode
        if code is not None and code < 0:
            how = f"was killed by signal {-code} ({signal.strsignal(-code)})"
        else:
            how = f"ended with exit code {code}"
        onward = "Start begins again" if self.warning else "Resume goes on from its last checkpoint"
        return "interrupted", (
            f"The training process {how} at epoch {self.progress['epoch']:.1f}. {onward}."
        )

    def _end(self, phase: str, reason: str) -> None:
        with self._lock:
            self.phase, self.reason, self.place = phase, reason, None

    def _order(self, *order: object) -> None:
        with self._mail:
            if self._connection is None:
                self._unsent.append(order)
                return
            try:
                self._connection.send(order)
            except OSError:
                # The worker is gone; `serve` is about to say so.
                return

    def _kill(self) -> None:
        if self.process is not None and self.process.is_alive():
            self.process.kill()

    def _notify(self) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()
