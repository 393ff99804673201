"""How far a trial of a sweep is that was begun and is not done."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dgviz.runs.layout import CARD
from dgviz.runs.record import Record
from dgviz.sweeps.result import RESULT


class Reached(NamedTuple):
    """What a trial has trained, up to its last checkpoint.

    Attributes:
        epochs: that it has trained.
        part: of all of its epochs, from 0 to 1.
        at: when that was written, in nanoseconds since 1970.
    """

    epochs: float
    part: float
    at: int


def reached(trial: Path, before: Reached | None = None) -> Reached | None:
    """What the trial in this folder has trained.

    Args:
        before: what it had at the last look; its files are read again if they have changed.

    Returns:
        None if that is not known, or counts no more: because the trial is done, or has a damaged
        result.
    """
    try:
        at = (trial / CARD).stat().st_mtime_ns
    except OSError:
        return None
    if before and before.at == at:
        return before
    record = Record(trial)
    if not record.epochs or (trial / RESULT).exists():
        return None
    epochs = min(record.epoch, record.epochs)
    return Reached(epochs, epochs / record.epochs, at)
