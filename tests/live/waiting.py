"""Helpers that wait for conditions instead of a fixed time, and settings of short runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psutil

from dgviz.settings import Settings

TINY = Settings(hidden=8, epochs=2, validation=0, batch_size=6000, device="cpu")
"""20 steps, 10 in an epoch."""

ENDLESS = TINY.with_changes(epochs=1000, batch_size=100)
"""600 steps in an epoch; takes minutes."""


def until(condition: Callable[[], Any], seconds: float = 100.0, what: str = "") -> Any:
    """The first true value of `condition()`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what or condition}"
        time.sleep(0.005)
    return value


def gone(pid: int) -> bool:
    """Whether a process has ended, or is a zombie that its parent has not waited for."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def metrics(run: Any) -> list[dict[str, Any]]:
    return [entry for entry in run.log if entry["kind"] == "metrics"]


def moves(run: Any) -> list[dict[str, Any]]:
    return [entry for entry in run.log if entry["kind"] == "knob"]


def entries(*values: Any) -> list[dict[str, Any]]:
    """Log entries that differ in these values."""
    return [{"kind": "metrics", "value": value} for value in values]
