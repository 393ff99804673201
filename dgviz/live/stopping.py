"""How a run is stopped: by its worker after the step under way, or by killing the process."""

from __future__ import annotations

import threading
import time

from dgviz.formatting import onward
from dgviz.live.child import Child
from dgviz.runs.record import Record

SILENT_SECONDS = 10.0
"""How long a worker has to answer a stop before it is killed: it does so at once, whatever it is
at, unless it hangs."""

ENDING_SECONDS = 300.0
"""How long a worker that has answered has to finish its step and to write what the run goes on
from: with the largest networks, on a slow disk, that takes a minute. Before training begins there
is nothing to finish, and it ends at once."""

LAST_SECONDS = 3.0
"""How long the process may stay once it has said its last word."""

DOUBLE_CLICK_SECONDS = 2.0
"""A stop that follows another within this time is meant as one with it."""


class Stopping:
    """The stop of one run, and the deadline after which its process is killed.

    Its methods may be called from any thread, and call nothing that waits for the run.

    Attributes:
        process: the worker's, once it has been started.
        asked: whether the run is to stop.
        reason: why, as a sentence, where it was not the user who wished it.
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
        """Whether one more stop means that the user does not want to wait any longer."""
        return self.asked and time.monotonic() - self._asked_at > DOUBLE_CLICK_SECONDS

    def ask(self, reason: str) -> None:
        """The run is to stop; its worker has `SILENT_SECONDS` to answer."""
        with self._lock:
            self.asked, self.reason, self._asked_at = True, reason, time.monotonic()
            self._kill_in(SILENT_SECONDS)

    def started(self, process: Child) -> None:
        """There is a process; it may have been asked to stop before."""
        with self._lock:
            self.process = process
            if self.asked:
                self._kill_in(SILENT_SECONDS)

    def answered(self) -> None:
        """The worker has answered the stop; now it has `ENDING_SECONDS`."""
        self._kill_in(ENDING_SECONDS)

    def kill(self) -> None:
        """End the process at once; what it has not written is lost."""
        with self._lock:
            if self.process is not None:
                self._killed = True
                self.process.kill()

    def end(self, process: Child) -> str:
        """Wait until the process is gone; nothing more comes from it.

        Returns:
            How it ended, as a predicate; see `Child.end`.
        """
        fate = process.end(LAST_SECONDS)
        self._kill_in(None)
        return "did not stop in time and was killed" if self._killed else fate

    def cut_off(self, fate: str, epoch: float | None, record: Record | None) -> str:
        """Why a run is interrupted whose process has ended without a last word, in sentences.

        Args:
            fate: as `end` has returned it.
            epoch: how far training has come; None if it has not begun.
            record: what a resume goes on from; None if the run is not recorded.
        """
        if record is None:
            then = "It was not recorded, so it cannot be resumed."
        else:
            then = onward("Resume", record.step, record.epoch)
        reached = "before training began" if epoch is None else f"at epoch {epoch:.1f}"
        return f"The training process {fate} {reached}. {then}"

    def _kill_in(self, seconds: float | None) -> None:
        """Kill the process after so many seconds; this replaces an earlier deadline.

        Args:
            seconds: None: do not kill it.
        """
        with self._lock:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None
            if seconds is not None and self.process is not None:
                self._deadline = threading.Timer(seconds, self.kill)
                self._deadline.daemon = True
                self._deadline.start()
