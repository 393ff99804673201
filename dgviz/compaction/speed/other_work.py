"""How busy the machine is with other work while something is measured."""

from __future__ import annotations

import time
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]


class _Reading(NamedTuple):
    """Seconds, each from some start: of the clock, and of work on all cores."""

    clock: float
    machine: float
    own: float


class OtherWork:
    """The work of other processes of this machine, from now on."""

    def __init__(self) -> None:
        self._before = _read()

    def cores(self) -> float:
        """How many cores they have kept busy until now, in the mean; at least 0."""
        now, before = _read(), self._before
        clock, machine, own = (a - b for a, b in zip(now, before, strict=True))
        return max(0.0, machine - own) / clock if clock > 0 else 0.0


def _read() -> _Reading:
    total = psutil.cpu_times()._asdict()
    # Guests are counted as user time too, and waiting for a disk is no work.
    idle = ("idle", "iowait", "guest", "guest_nice")
    machine = sum(seconds for kind, seconds in total.items() if kind not in idle)
    return _Reading(time.monotonic(), machine, time.process_time())
