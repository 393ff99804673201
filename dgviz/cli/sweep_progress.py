"""How far a sweep is, on stderr: a bar in a terminal, and otherwise at most a line a second."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tqdm import tqdm

from dgviz.formatting import duration
from dgviz.settings import Settings
from dgviz.sweeps.at_work import Tell
from dgviz.sweeps.cost import Paces, TimeLeft
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.task import Report
from dgviz.sweeps.teaching import teacher_epochs

_BAR = "{l_bar}{bar}| {n_fmt} of {total_fmt}, {elapsed}{postfix}"
"""Without tqdm's own estimate, for which every trial takes as long as the others."""

_LOOK_SECONDS = 1.0
_LINE_SECONDS = 1.0
_GROUP_SECONDS = 0.1
"""Trials that are trained together end within this time, and are shown together."""


class Progress:
    """What becomes of the trials of a command.

    Args:
        waiting: the settings of the trials that it is to train.
        done: how many were done before.
        total: how many there are with these.
        known, expected, reached: as in `TimeLeft`.
        tell: tells those who watch the folder of the sweep how long it still takes.

    Attributes:
        done: with those that were done before.
        failed, stopped: in this command, the latter early.
    """

    def __init__(
        self,
        sweep: SweepFolder,
        waiting: Sequence[Settings],
        done: int,
        total: int,
        known: Sequence[Paces] = (),
        expected: float | None = None,
        reached: Mapping[str, float] | None = None,
        tell: Tell = lambda seconds: None,
    ) -> None:
        self.done, self.failed, self.stopped = done, 0, 0
        self._sweep, self._total = sweep, total
        self._has_teacher = any(settings.distillation for settings in waiting)
        # A teacher comes first, whose time is not known.
        self._expected = None if self._has_teacher else expected
        self._time = TimeLeft(waiting, known, self._expected, reached)
        self._tell = tell
        self._teacher = ""
        self._elsewhere: set[str] = set()
        """Trials that it waits for."""
        self._bar: tqdm | None = None
        self._is_shown = True
        self._changed, self._over = threading.Event(), threading.Event()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Show it within the block."""
        self._tell(self._expected)
        with contextlib.ExitStack() as opened:
            if sys.stderr.isatty():
                bar = tqdm(
                    total=self._total, initial=self.done, bar_format=_BAR, dynamic_ncols=True
                )
                self._bar = opened.enter_context(bar)
            if self._has_teacher:
                opened.enter_context(_repeated(self.look_for_teacher))
            opened.enter_context(self._following())
            yield

    def ended(self, report: Report) -> None:
        """Count a trial, which is shown soon, or wait for it."""
        with self._lock:
            if report.outcome == "elsewhere":
                self._elsewhere.add(report.trial)
            else:
                self._elsewhere.discard(report.trial)
            self.done += report.outcome == "done"
            self.failed += report.outcome == "failed"
            if report.outcome == "done" and (result := self._sweep.result(report.trial)):
                self._time.ended(result)
                self.stopped += result.stopped > 0
            if report.message:
                tqdm.write(f"Trial {report.trial}: {report.message}", file=sys.stderr)
            self._is_shown = False
            self._changed.set()

    def look_for_teacher(self) -> None:
        """Show how far the teacher is that a trial trains, if that has changed."""
        epochs = teacher_epochs(self._sweep.path)
        teacher = f"teacher: epoch {epochs[0]}/{epochs[1]}" if epochs else ""
        with self._lock:
            if teacher != self._teacher:
                self._teacher = teacher
                if teacher or self._bar:
                    self._show()

    @contextlib.contextmanager
    def _following(self) -> Iterator[None]:
        """Show what has changed, at most once a second, and at the end of the block."""
        thread = threading.Thread(target=self._follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._changed.set()
            thread.join()
            with self._lock:
                if not self._is_shown:
                    self._show()

    def _follow(self) -> None:
        # In a bar the time goes on while no trial ends.
        patience = _LOOK_SECONDS if self._bar else None
        while self._changed.wait(patience) or patience:
            if self._over.wait(_GROUP_SECONDS):
                return
            self._changed.clear()
            with self._lock:
                self._show()
            self._over.wait(_LINE_SECONDS)

    def _show(self) -> None:
        self._is_shown = True
        # How long others take is not known.
        seconds = None if self._elsewhere else self._time.seconds()
        self._tell(seconds)
        parts = [
            f"{self.failed:,} failed" if self.failed or self._bar is None else "",
            "" if seconds is None else f"about {duration(seconds)} left",
            self._teacher,
            _waiting_for(len(self._elsewhere)),
        ]
        if self._bar is None:
            # The server takes a line that begins with a number for one of progress.
            line = _joined([f"{self.done:,} of {self._total:,}", *parts])
            print(line, file=sys.stderr, flush=True)
            return
        self._bar.n = self.done
        self._bar.set_postfix_str(_joined(parts))


def _waiting_for(trials: int) -> str:
    return f"waiting for {trials:,} that another process trains" if trials else ""


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, parts))


@contextlib.contextmanager
def _repeated(look: Callable[[], None]) -> Iterator[None]:
    """Call a function again and again within the block."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(_LOOK_SECONDS):
            look()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
