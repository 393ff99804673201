"""How long trials take, measured in no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from dgviz.sweeps import pace


@contextmanager
def _threads(number: int) -> Iterator[Callable[..., Iterator[Any]]]:
    with ThreadPoolExecutor(number) as executor:
        yield executor.map


def measure_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure one step of each, on the data of this process: in threads instead of processes."""
    monkeypatch.setattr(pace, "_WARM_UP_SECONDS", 0.0)
    monkeypatch.setattr(pace, "_SECONDS", 0.0)
    monkeypatch.setattr(pace, "_processes", _threads)
