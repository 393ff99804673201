"""Trains many runs, each in a process of its own, and shows how far they are."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import IO

from tqdm import tqdm

from dgviz.cli import signals
from dgviz.cli.parser import Failure
from dgviz.comparison.plan import PlannedRun
from dgviz.comparison.standing import Standing, compared, standings
from dgviz.formatting import duration, percent
from dgviz.methods.catalogue import METHODS
from dgviz.runs.repeating import flags
from dgviz.runs.store import Store
from dgviz.settings import Settings

_POLL_SECONDS = 1.0
_EPOCH = re.compile(r"epoch (\d+)/")
_TEACHER = re.compile(r"teacher: (.+)")


class _Process:
    """A `train` command that trains one run.

    Attributes:
        epoch: the last epoch that it has reported.
        teacher: while it has no teacher yet, how far that is, such as "epoch 12/40"; otherwise "".
        message: its last line that reports no epoch, such as the reason of a failure.
    """

    def __init__(self, one: Standing, store: Store) -> None:
        self.standing = one
        self.epoch = int(one.epoch)
        self.teacher = self.message = ""
        # In a session of its own, so that Ctrl-C reaches it once, and through `stop`.
        self._process = subprocess.Popen(
            _command(one, store),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stderr is not None
        self._lines: IO[str] = self._process.stderr
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def stop(self, number: int) -> None:
        """Pass on a signal: it finishes its step and writes a checkpoint."""
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> None:
        self._process.wait()
        self._reader.join()
        self._lines.close()

    def _read(self) -> None:
        for line in self._lines:
            if found := _EPOCH.match(line):
                self.epoch, self.teacher = int(found[1]), ""
            elif found := _TEACHER.match(line):
                self.teacher = found[1]
            else:
                self.message = line.strip()


def _command(one: Standing, store: Store) -> list[str]:
    """The command that starts or resumes a run."""
    run = [f"--resume={one.id}"] if one.resumable else flags(one.planned.settings)
    return [sys.executable, "-m", "dgviz", "train", *run, f"--runs={store.root}"]


def train_all(store: Store, planned: Sequence[PlannedRun], jobs: int) -> list[Standing]:
    """Train every planned run that is not done yet, and return the standings, all done.

    A run that ended early goes on from its checkpoint. One that another process trains is waited
    for.

    Args:
        jobs: the number of runs trained at once.

    Raises:
        Failure: a run failed in another way than by diverging.
        Interrupted: a signal stopped the runs; each has written a checkpoint.
    """
    working: dict[Settings, _Process] = {}
    with _stopped_at_the_end(working), signals.noted() as request, _shown() as show:
        while request.number is None:
            for key, process in list(working.items()):
                if process.ended:
                    process.wait()
                    del working[key]
                    _check(store, process)
            found = standings(planned, store.records())
            show(found, list(working.values()))
            if all(one.done for one in found):
                return found
            for one in found:
                key = compared(one.planned.settings)
                waits = one.missing or one.resumable
                if waits and len(working) < jobs and key not in working:
                    working[key] = _Process(one, store)
            time.sleep(_POLL_SECONDS)
        for process in working.values():
            process.stop(request.number)
        for process in working.values():
            process.wait()
    done = sum(one.done for one in standings(planned, store.records()))
    raise signals.Interrupted(
        request.number,
        f"Stopped with {done} of {len(planned)} runs done. The same command goes on from here.",
    )


def _check(store: Store, process: _Process) -> None:
    """Check that a run whose process has ended is done.

    Raises:
        Failure: it is not.
    """
    planned = process.standing.planned
    [one] = standings([planned], store.records())
    if not one.done:
        raise Failure(f"{_name(planned)} could not be trained. {process.message}", 1)


@contextlib.contextmanager
def _stopped_at_the_end(working: dict[Settings, _Process]) -> Iterator[None]:
    """Leave no process behind after an error or a second signal."""
    try:
        yield
    finally:
        for process in working.values():
            if not process.ended:
                process.kill()
        for process in working.values():
            process.wait()


@contextlib.contextmanager
def _shown() -> Iterator[_Show]:
    if not sys.stderr.isatty():
        yield _Show(None)
        return
    with tqdm(unit="epoch", dynamic_ncols=True) as bar:
        yield _Show(bar)


class _Show:
    """Shows the progress on stderr: a bar in a terminal, otherwise a line for each finished run."""

    def __init__(self, bar: tqdm | None) -> None:
        self._bar = bar
        self._began = time.monotonic()
        self._first: float | None = None
        self._listed: set[str] | None = None

    def __call__(self, found: Sequence[Standing], working: Sequence[_Process]) -> None:
        reached = {compared(p.standing.planned.settings): p.epoch for p in working}
        total, done = 0, 0.0
        for one in found:
            settings = one.planned.settings
            total += settings.epochs
            done += reached.get(compared(settings), one.share * settings.epochs)
        if self._first is None:
            self._first = done
        if self._bar is not None:
            # What was done before does not count for the speed.
            self._bar.initial = int(self._first)
            self._bar.total = total
            self._bar.n = int(done)
            finished = sum(one.done for one in found)
            teachers = "".join(f", teacher: {p.teacher}" for p in working if p.teacher)
            self._bar.set_description(f"{finished} of {len(found)} runs{teachers}", refresh=False)
            self._bar.refresh()
        else:
            self._print_new(found, total, done)

    def _print_new(self, found: Sequence[Standing], total: float, done: float) -> None:
        all_done = {one.id: one for one in found if one.done}
        # Two planned runs may be the same run.
        number = sum(one.done for one in found)
        if self._listed is None:
            self._listed = set(all_done)
            print(f"{number} of {len(found)} runs are done.", file=sys.stderr, flush=True)
        new = all_done.keys() - self._listed
        self._listed |= new
        for before_last, run_id in reversed(list(enumerate(new))):
            print(
                f"{number - before_last} of {len(found)}{self._left(total, done)}: "
                f"{_outcome(all_done[run_id])}",
                file=sys.stderr,
                flush=True,
            )

    def _left(self, total: float, done: float) -> str:
        assert self._first is not None
        if done <= self._first or done >= total:
            return ""
        seconds = (time.monotonic() - self._began) / (done - self._first) * (total - done)
        return f", about {duration(seconds)} left"


def _name(planned: PlannedRun) -> str:
    ratio = "" if planned.ratio is None else f" at r {planned.ratio:g}"
    return f"{METHODS[planned.method].title}{ratio}, seed {planned.seed}"


def _outcome(one: Standing) -> str:
    if one.result is None:
        return f"{_name(one.planned)} diverged"
    accuracy = one.result.figures.get("validation_accuracy")
    return f"{_name(one.planned)}, validation accuracy {percent(accuracy)}"
