"""The registry of runs in flight, in the server process. It never imports torch."""

from __future__ import annotations

import contextlib
import hmac
import math
import secrets
import threading
import time
from collections.abc import Iterable
from functools import cache

from dgviz import environment
from dgviz.live.job import Job
from dgviz.live.launch import cool_down, warm_up
from dgviz.live.run import ACTIVE, Run, state_on_disk
from dgviz.runs.baselines import finished_baseline
from dgviz.runs.contents import RunsError
from dgviz.runs.extension import extend
from dgviz.runs.store import RunNotFound, Store, new_run_id, the_store
from dgviz.settings import Settings

UNATTENDED_SECONDS = 600.0
"""A run without a viewer for this long is stopped, and removed from memory once it has ended."""

CLOSE_SECONDS = 5.0
"""How long the runs may take to stop when the server ends; then they are killed."""

KILLED_SECONDS = 3.0
"""How long to wait for the killed processes."""

BASELINE_SECONDS = 10.0
"""How long a found baseline is cached: a search reads every run's card."""

_UNATTENDED = "No page had shown it for ten minutes."


class UnknownRun(LookupError):
    """This server has no run of this id, or cannot show it; the message says which."""


class Hub:
    """All runs of this server. At most `limit` are trained at once; the others wait in a queue.

    Args:
        limit: the largest number of runs trained at once.
        store: where runs are recorded; ended runs are read from there.
    """

    def __init__(self, limit: int, store: Store) -> None:
        self.limit = limit
        self.store = store
        self._secret = secrets.token_bytes(16)
        self._runs: dict[str, Run] = {}
        self._queue: list[Run] = []
        self._lent = 0
        self._baselines: dict[Settings, tuple[float, str]] = {}
        """The time and the result, a run's id or "", of each search for a baseline."""
        self._threads: set[threading.Thread] = set()
        self._lock = threading.RLock()

    def start(self, settings: Settings, parent: str | None = None) -> Run:
        """Start a new run, or queue it if `limit` runs are being trained.

        Args:
            parent: the id of the run whose settings the user has changed for this one.
        """
        run_id = new_run_id()
        job = self._job(run_id, settings, parent=parent)
        run = Run(job, self._token(run_id), self.store)
        self._queue_up(run)
        return run

    def resume(self, run_id: str) -> Run:
        """Resume a run that ended early; a run that is still trained is returned unchanged.

        Raises:
            UnknownRun: there is no run of this id.
            RunsError: it has finished, is trained by another process, or its folder is broken.
        """
        before = self.find(run_id)
        if not before.ended:
            return before
        try:
            record = self.store.record(run_id)
        except RunNotFound as problem:
            raise RunsError(f"Run {run_id} was not recorded.") from problem
        if not self.store.owns(record):
            raise RunsError(
                f"Run {run_id} is a trial of a sweep: start the sweep to go on with it."
            )
        if record.settings is None or not record.resumable:
            raise RunsError(f"Run {run_id} cannot be resumed: it is {record.phase}.")
        job = self._job(run_id, record.settings, parent=record.parent, resume=True)
        run = Run(job, before.token, self.store, record)
        # Pages show the recorded state until the worker sends a newer one.
        run.log, run.newest, run.progress = before.log, before.newest, before.progress
        with self._lock:
            current = self._runs.get(run_id)
            if current is not before and current is not None:
                return current
            self._queue_up(run)
        before.supersede()
        return run

    def extend(self, run_id: str, epochs: int) -> Run:
        """Train a finished run further, as a new run, until it has this many epochs.

        Raises:
            RunNotFound: there is no such run.
            RunsError: it cannot be trained further to this number of epochs.
        """
        return self.resume(extend(self.store, run_id, epochs))

    def stop(self, run: Run) -> None:
        """Stop a run and admit the next one in the queue; a second call later kills it."""
        run.stop_or_kill()
        self._admit()

    def lend(self, places: int) -> None:
        """Leave so many of the `limit` places to the trials of a sweep, instead of the last number.

        One run may be trained in any case: a sweep can take days.
        """
        with self._lock:
            self._lent = places
            self._admit()

    def find(self, run_id: str) -> Run:
        """Find the run of this id, in flight or on the disk. The call counts as viewing it.

        Raises:
            UnknownRun: there is no such run, or the text is not an id.
        """
        run = self._runs.get(run_id)
        if run is None or run.ended:
            run = self._reread(run_id, run)
        run.last_seen = time.monotonic()
        return run

    def in_flight(self) -> list[Run]:
        """The runs that this server trains or has queued, in the order of their starts."""
        with self._lock:
            return [run for run in self._runs.values() if not run.ended]

    def _reread(self, run_id: str, before: Run | None) -> Run:
        """Read a run that this server does not train from its folder.

        Args:
            before: the `Run` of the last reading, returned if nothing has changed on the disk.
        """
        record = None
        with contextlib.suppress(RunNotFound):
            record = self.store.record(run_id)
        if before and before.phase == "elsewhere":
            if record and before.follows(record):
                return before
        # Both are None for a run that could not be recorded: `before` is all that there is.
        elif before and before.disk_state == (record and state_on_disk(record)):
            return before
        if record is None:
            self._forget(run_id, before)
            if before:
                before.supersede()
            raise self._unknown(run_id)
        if record.settings is None:
            raise UnknownRun(f"Run {run_id} cannot be shown. {' '.join(record.problems)}")
        job = self._job(run_id, record.settings, parent=record.parent)
        run = Run.from_record(job, self._token(run_id), self.store, record)
        with self._lock:
            current = self._runs.get(run_id)
            if current is not None and current is not before:
                # It was resumed while its folder was being read.
                return current
            self._runs[run_id] = run
        if before:
            before.supersede()
        return run

    def _unknown(self, run_id: str) -> UnknownRun:
        try:
            self.store.folder(run_id)
        except RunNotFound as not_an_id:
            return UnknownRun(str(not_an_id))
        if any(record.id == run_id for record in self.store.deleted()):
            return UnknownRun(
                f"Run {run_id} has been deleted. For a day you can restore it on the Runs page, "
                "under Recently deleted."
            )
        return UnknownRun(
            f"There is no run {run_id!r} on this server: it has been deleted, or another server "
            "has it."
        )

    def _forget(self, run_id: str, run: Run | None) -> None:
        with self._lock:
            if run is not None and self._runs.get(run_id) is run:
                del self._runs[run_id]

    def _job(
        self, run_id: str, settings: Settings, *, parent: str | None, resume: bool = False
    ) -> Job:
        return Job(run_id, settings, self.store.root, self.store.quota_bytes, parent, resume)

    def _token(self, run_id: str) -> str:
        """The token with which a page's cards may view the run; the same in all its sessions."""
        return hmac.new(self._secret, run_id.encode(), "sha256").hexdigest()

    def _queue_up(self, run: Run) -> None:
        with self._lock:
            self._runs[run.id] = run
            self._queue.append(run)
            self._admit()

    def baseline_of(self, settings: Settings) -> Run | None:
        """The newest baseline run with the same seed and data that was neither stopped nor failed.

        Runs in memory are preferred to recorded ones. None for the settings of a baseline.
        """
        if settings.baseline() is None:
            return None
        with self._lock:
            runs = list(self._runs.values())
        alike = [run.id for run in reversed(runs) if run.settings.is_baseline_of(settings)]
        for run_id in (*alike, self._recorded_baseline(settings)):
            # Read it again: it may have been deleted or resumed since it ended.
            with contextlib.suppress(UnknownRun):
                run = self.find(run_id)
                under_way = ("queued", "starting", "running", "paused", "finished")
                if run.phase in under_way and self._matches_settings(run_id):
                    return run
        return None

    def _matches_settings(self, run_id: str) -> bool:
        try:
            return self.store.record(run_id).matches_settings
        except RunNotFound:
            # It is not recorded, so it was not trained further either.
            return True

    def _recorded_baseline(self, settings: Settings) -> str:
        """The id of a finished baseline run on the disk, or ""; cached for `BASELINE_SECONDS`."""
        asked, run_id = self._baselines.get(settings, (-math.inf, ""))
        if time.monotonic() - asked >= BASELINE_SECONDS:
            record = finished_baseline(self.store, settings)
            run_id = record.id if record else ""
            self._baselines[settings] = time.monotonic(), run_id
        return run_id

    def reap(self) -> None:
        """Stop runs that have had no viewer for a long time, and forget those that have ended.

        An ended run with viewers is read again from the disk: it may have been deleted.
        """
        now = time.monotonic()
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            if run.viewers and run.ended:
                with contextlib.suppress(UnknownRun):
                    self._reread(run.id, run)
            if run.viewers or now - run.last_seen < UNATTENDED_SECONDS:
                continue
            if run.ended:
                self._forget(run.id, run)
            else:
                run.stop(_UNATTENDED)
                self._admit()

    def follow(self) -> None:
        """Read what other processes have recorded of the runs that they train and pages show."""
        with self._lock:
            runs = [run for run in self._runs.values() if run.viewers and run.phase == "elsewhere"]
        for run in runs:
            with contextlib.suppress(UnknownRun):
                self._reread(run.id, run)

    def close(self) -> None:
        """Stop all runs and processes, within a bounded time."""
        with self._lock:
            self._queue.clear()
            runs, threads = list(self._runs.values()), list(self._threads)
        for run in runs:
            run.stop()
        _join(threads, CLOSE_SECONDS)
        for run in runs:
            run.kill()
        _join(threads, KILLED_SECONDS)
        cool_down()

    def _admit(self) -> None:
        """Start queued runs up to the limit, and number the places of the others."""
        with self._lock:
            self._queue = [run for run in self._queue if run.phase == "queued"]
            active = sum(run.phase in ACTIVE for run in self._runs.values())
            while self._queue and active < max(1, self.limit - self._lent):
                run = self._queue.pop(0)
                if run.admit():
                    active += 1
                    thread = threading.Thread(target=self._serve, args=(run,), daemon=True)
                    self._threads.add(thread)
                    thread.start()
            for place, run in enumerate(self._queue, start=1):
                run.set_place(place)

    def _serve(self, run: Run) -> None:
        try:
            run.serve()
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())
                self._admit()


def _join(threads: Iterable[threading.Thread], seconds: float) -> None:
    """Wait until all threads have ended, for at most this many seconds together."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


@cache
def the_hub() -> Hub:
    """The one hub of this process."""
    warm_up()
    return Hub(environment.most_runs(), the_store())
