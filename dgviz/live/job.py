"""What a training process is asked to do. Both sides import it, and it imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dgviz.settings import Settings


@dataclass(frozen=True)
class Job:
    """One run and where it is recorded.

    Attributes:
        parent: the run that this one was started from, if any.
        resume: go on from the folder's last checkpoint, with the settings that lie there.
    """

    run_id: str
    settings: Settings
    runs_root: Path
    quota_bytes: int
    parent: str | None = None
    resume: bool = False
