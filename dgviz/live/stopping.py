"""Stop a run: by its worker after the present step, or by killing its process."""

from __future__ import annotations

import threading
import time

from dgviz.live.child import Child
from dgviz.runs.record import Record

SILENT_SECONDS = 10.0
"""How long a worker has to answer a stop; then it is killed. It answers at once unless it hangs."""

ENDING_SECONDS = 300.0
"""How long a worker that has answered has to finish its step and to write the checkpoint: with the
largest networks, on a slow disk, that takes a minute. Before training begins it ends at once."""

LAST_SECONDS = 3.0
"""How long the process may take to end after its last message."""

DOUBLE_CLICK_SECONDS = 2.0
"""Two stops within this time count as one."""


class Stopping:
    """The stop of one run, and the deadline after which its process is killed.

    Its methods may be called from any thread, and never wait for the run's lock.

    Attributes:
        process: the worker's process, once it has been started.
        asked: whether the run has been asked to stop.
        reason: why, as a sentence; "" if the user stopped it.
    """

    def __init__(self) -> None:
        self.process: Child | None = None
        self.asked, self.reason = False, ""
        self._asked_at = 0.0
        self._killed = False
        self._deadline: threading.Timer | None = None
        self._lock = threading.RLock()

    @property
    def another_kills(self) -> bool:
        """Whether one more stop by the user kills the process."""
        return self.asked and time.monotonic() - self._asked_at > DOUBLE_CLICK_SECONDS

    def ask(self, reason: str) -> None:
        """Note the stop; its worker has `SILENT_SECONDS` to answer."""
        with self._lock:
            self.asked, self.reason, self._asked_at = True, reason, time.monotonic()
            self._kill_in(SILENT_SECONDS)

    def started(self, process: Child) -> None:
        """Note the process; the stop may have come before it was started."""
        with self._lock:
            self.process = process
            if self.asked:
                self._kill_in(SILENT_SECONDS)

    def answered(self) -> None:
        """Note that the worker has answered the stop; now it has `ENDING_SECONDS` to end."""
        self._kill_in(ENDING_SECONDS)

    def kill(self) -> None:
        """Kill the process; what it has not written is lost."""
        with self._lock:
            if self.process is not None:
                self._killed = True
                self.process.kill()

    def end(self, process: Child) -> str:
        """Wait until the process has ended.

        Returns:
            How it ended, as the predicate of a sentence; see `Child.end`.
        """
        exit_text = process.end(LAST_SECONDS)
        self._kill_in(None)
        return "did not stop in time and was killed" if self._killed else exit_text

    def lost_worker_text(self, exit_text: str, epoch: float | None, record: Record | None) -> str:
        """Why a run is interrupted whose worker ended without reporting an outcome, in sentences.

        Args:
            exit_text: as from `end`.
            epoch: the last known epoch; None if training has not begun.
            record: the record of the run; None if it is not recorded.
        """
        if record is None:
            then = "It was not recorded, so it cannot be resumed."
        else:
            then = record.onward or "Its files cannot be read, so it cannot be resumed."
        reached = "before training began" if epoch is None else f"at epoch {epoch:.1f}"
        return f"The training process {exit_text} {reached}. {then}"

    def _kill_in(self, seconds: float | None) -> None:
        """Kill the process after this time; this replaces an earlier deadline.

        Args:
            seconds: None removes the deadline.
        """
        with self._lock:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None
            if seconds is not None and self.process is not None:
                self._deadline = threading.Timer(seconds, self.kill)
                self._deadline.daemon = True
                self._deadline.start()
