"""How far a trial of a sweep is that was begun and is not done."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dgviz.runs.layout import CARD
from dgviz.runs.record import Record
from dgviz.settings import Settings
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.result import has_file


class Reached(NamedTuple):
    """What a trial has trained, up to its last checkpoint.

    Attributes:
        settings: of the trial.
        epochs: that it has trained.
        part: of all of its epochs, from 0 to 1.
        at: when that was written, in nanoseconds since 1970.
    """

    settings: Settings
    epochs: float
    part: float
    at: int


def reached(trial: Path, before: Reached | None = None) -> Reached | None:
    """What the trial in this folder has trained.

    Args:
        before: what it had at the last look; its files are read again if they have changed.

    Returns:
        None if that is not known, or counts no more: because the trial has a result, also a
        damaged one, or has finished without one. Then it is trained again from the beginning.
    """
    try:
        at = (trial / CARD).stat().st_mtime_ns
    except OSError:
        return None
    # The process of one that has trained all epochs may have ended meanwhile.
    if before and before.at == at and before.part < 1:
        return before
    # First, because it takes less than to read the record.
    if has_file(trial):
        return None
    record = Record(trial)
    if record.settings is None:
        return None
    if record.phase == "finished" and not SweepFolder(trial.parent).is_in_training(trial.name):
        return None
    epochs = min(record.epoch, record.epochs)
    return Reached(record.settings, epochs, epochs / record.epochs, at)
