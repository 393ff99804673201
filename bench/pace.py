"""How fast a run in another process goes, by the reports that the server gets of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from bench.helper import PATIENCE
from dgviz.live.hub import Run


@dataclass(frozen=True)
class Span:
    """The steps from `start` (done) to `stop`: wall-clock and processor seconds they took."""

    start: int
    stop: int
    seconds: float
    cpu_seconds: float

    @property
    def steps_per_second(self) -> float:
        return (self.stop - self.start) / self.seconds

    @property
    def steps_per_cpu_second(self) -> float:
        return (self.stop - self.start) / self.cpu_seconds


class Pace:
    """The steps of a run, each with the moment and the processor time at which it was reported."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._heard: list[tuple[int, float, float]] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        with self._run.watch(self._note):
            yield

    def _note(self) -> None:
        step = self._run.progress["step"]
        process = self._run.process
        if process is None or not step or (self._heard and step <= self._heard[-1][0]):
            return
        try:
            spent = psutil.Process(process.pid).cpu_times()
        except psutil.Error:
            return
        self._heard.append((step, time.perf_counter(), spent.user + spent.system))

    def over(self, seconds: float) -> Span:
        """Listen that long, and on until there are steps to speak of.

        Raises:
            RuntimeError: the run has ended or stands still.
        """
        self._heard.clear()
        deadline = time.perf_counter() + PATIENCE
        time.sleep(seconds)
        # Processor time is counted in hundredths of a second: two reports may show none of it.
        while len(self._heard) < 2 or self._heard[-1][2] <= self._heard[0][2]:
            if self._run.ended or time.perf_counter() > deadline:
                raise RuntimeError(f"The streamed run is {self._run.phase}. {self._run.reason}")
            time.sleep(0.05)
        first, last = self._heard[0], self._heard[-1]
        return Span(first[0], last[0], last[1] - first[1], last[2] - first[2])
