"""The job of a training process. The server imports this module too, so it imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dgviz.settings import Settings


@dataclass(frozen=True)
class Job:
    """One run and where it is recorded.

    Attributes:
        quota_bytes: the most disk space for all runs together.
        parent: the id of the run that this one was started from, if any.
        resume: whether to go on from the last checkpoint in the run's folder.
    """

    run_id: str
    settings: Settings
    runs_root: Path
    quota_bytes: int
    parent: str | None = None
    resume: bool = False
