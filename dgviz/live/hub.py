"""The registry of runs in flight. It belongs to the server process and never imports torch."""

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
from dgviz.live.run import ACTIVE, Run, mark_of
from dgviz.runs.baselines import finished_baseline
from dgviz.runs.contents import RunsError
from dgviz.runs.store import RunNotFound, Store, new_run_id, the_store
from dgviz.settings import Settings

UNATTENDED_SECONDS = 600.0
"""A run that nobody has looked at for this long is stopped, and forgotten once it has ended."""

CLOSE_SECONDS = 5.0
"""How long the runs have to end in order when the server ends; then they are killed."""

KILLED_SECONDS = 3.0
"""How long it may take then to clear them away."""

BASELINE_SECONDS = 10.0
"""How long an answer holds: each reads every run's card, and every rerun of a page asks."""

_UNATTENDED = "Nobody had looked at it for ten minutes."


class UnknownRun(LookupError):
    """No run of this id is on this server; the message is one sentence."""


class Hub:
    """All runs of this server. At most `limit` are under way at once; the rest wait their turn.

    Runs are recorded in `store`, and those that have ended are found there.
    """

    def __init__(self, limit: int, store: Store) -> None:
        self.limit = limit
        self.store = store
        self._secret = secrets.token_bytes(16)
        self._runs: dict[str, Run] = {}
        self._queue: list[Run] = []
        self._baselines: dict[Settings, tuple[float, str]] = {}
        """When the disk was last searched for the baseline of a run, and what was found."""
        self._threads: set[threading.Thread] = set()
        self._lock = threading.RLock()

    def start(self, settings: Settings, parent: str | None = None) -> Run:
        """A new run: under way at once if there is room, else queued.

        Args:
            parent: the run that this one differs from in what the user has changed.
        """
        run_id = new_run_id()
        job = self._job(run_id, settings, parent=parent)
        run = Run(job, self._token(run_id), self.store)
        self._queue_up(run)
        return run

    def resume(self, run_id: str) -> Run:
        """Go on with a run that ended before its time; one that is under way is left alone.

        Raises:
            UnknownRun: there is none of this id.
            RunsError: it has finished, is trained by another process, or its folder is broken.
        """
        before = self.find(run_id)
        if not before.ended:
            return before
        try:
            record = self.store.record(run_id)
        except RunNotFound as problem:
            raise RunsError(f"Run {run_id} was not recorded.") from problem
        if record.settings is None or not record.resumable:
            raise RunsError(f"Run {run_id} cannot be resumed: it is {record.phase}.")
        job = self._job(run_id, record.settings, parent=record.parent, resume=True)
        run = Run(job, before.token, self.store, record)
        # What is known of it stays on the screen until its worker has more to say.
        run.log, run.newest, run.progress = before.log, before.newest, before.progress
        with self._lock:
            current = self._runs.get(run_id)
            if current is not before and current is not None:
                return current
            self._queue_up(run)
        before.supersede()
        return run

    def stop(self, run: Run) -> None:
        """End a run, and let the next in the queue move up; asked again later, kill it."""
        run.stop_or_kill()
        self._admit()

    def find(self, run_id: str) -> Run:
        """The run of this id, in flight or on the disk; looking it up counts as looking at it.

        Raises:
            UnknownRun: there is none, or the id is not one.
        """
        run = self._runs.get(run_id)
        if run is None or run.ended:
            run = self._look_again(run_id, run)
        run.last_seen = time.monotonic()
        return run

    def _look_again(self, run_id: str, before: Run | None) -> Run:
        """A run that is not in flight here, as its folder has it now.

        Args:
            before: what it was at the last look: kept as long as nothing has changed on the disk.
        """
        record = None
        with contextlib.suppress(RunNotFound):
            record = self.store.record(run_id)
        # Neither has a mark: it could not be recorded, and what is known here is all there is.
        if before and before.mark == (record and mark_of(record)):
            return before
        if record is None:
            self._forget(run_id, before)
            if before:
                before.supersede()
            raise self._unknown(run_id)
        if record.settings is None:
            raise UnknownRun(f"Run {run_id} cannot be shown. {' '.join(record.problems)}")
        job = self._job(run_id, record.settings, parent=record.parent)
        run = Run.revived(job, self._token(run_id), self.store, record)
        with self._lock:
            current = self._runs.get(run_id)
            if current is not None and current is not before:
                # Somebody has resumed it while its folder was being read.
                return current
            self._runs[run_id] = run
        if before:
            before.supersede()
        return run

    def _unknown(self, run_id: str) -> UnknownRun:
        shown = run_id[:20]
        if any(record.id == run_id for record in self.store.deleted()):
            return UnknownRun(
                f"Run {run_id} has been deleted. For a day you can restore it on the Runs page, "
                "under Recently deleted."
            )
        return UnknownRun(
            f"There is no run {shown!r} on this server: it has been deleted, or another server "
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
        """What a page hands out to its own cards; the same for every session of a run."""
        return hmac.new(self._secret, run_id.encode(), "sha256").hexdigest()

    def _queue_up(self, run: Run) -> None:
        with self._lock:
            self._runs[run.id] = run
            self._queue.append(run)
            self._admit()

    def baseline_of(self, settings: Settings) -> Run | None:
        """The newest run of the baseline that has not failed, with the same seed and data.

        One that is known here counts before one that is recorded only. A baseline has none.
        """
        baseline = settings.baseline()
        if baseline is None:
            return None
        with self._lock:
            runs = list(self._runs.values())
        alike = [run.id for run in reversed(runs) if run.settings.normal() == baseline]
        for run_id in (*alike, self._recorded_baseline(settings)):
            # Not as it was when it ended: it may have been deleted since, or resumed.
            with contextlib.suppress(UnknownRun):
                run = self.find(run_id)
                if run.phase in ("queued", "starting", "running", "paused", "finished"):
                    return run
        return None

    def _recorded_baseline(self, settings: Settings) -> str:
        """The id of a finished run of the baseline, or "": the disk is asked now and then."""
        asked, run_id = self._baselines.get(settings, (-math.inf, ""))
        if time.monotonic() - asked >= BASELINE_SECONDS:
            record = finished_baseline(self.store, settings)
            run_id = record.id if record else ""
            self._baselines[settings] = time.monotonic(), run_id
        return run_id

    def reap(self) -> None:
        """Stop runs that nobody has looked at for a long time, and forget them once ended.

        Of a run that has ended and is watched it looks again at the disk: it may have been deleted.
        """
        now = time.monotonic()
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            if run.viewers and run.ended:
                with contextlib.suppress(UnknownRun):
                    self._look_again(run.id, run)
            if run.viewers or now - run.last_seen < UNATTENDED_SECONDS:
                continue
            if run.ended:
                self._forget(run.id, run)
            else:
                run.stop(_UNATTENDED)
                self._admit()

    def close(self) -> None:
        """Stop everything and leave no process behind, within a bounded time."""
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
        """Let runs in while there is room, and tell the others their places."""
        with self._lock:
            self._queue = [run for run in self._queue if run.phase == "queued"]
            active = sum(run.phase in ACTIVE for run in self._runs.values())
            while self._queue and active < self.limit:
                run = self._queue.pop(0)
                if run.admit():
                    active += 1
                    thread = threading.Thread(target=self._serve, args=(run,), daemon=True)
                    self._threads.add(thread)
                    thread.start()
            for place, run in enumerate(self._queue, start=1):
                run.wait_at(place)

    def _serve(self, run: Run) -> None:
        try:
            run.serve()
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())
                self._admit()


def _join(threads: Iterable[threading.Thread], seconds: float) -> None:
    """Wait for all of them, for so long at most."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


@cache
def the_hub() -> Hub:
    """The one hub of this process."""
    warm_up()
    return Hub(environment.most_runs(), the_store())
