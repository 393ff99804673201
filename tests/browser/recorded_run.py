"""A run that is trained and recorded in this process, for tests that only need a recorded run."""

from __future__ import annotations

from dgviz.environment import runs_folder
from dgviz.runs.recording.session import TrainingSession
from dgviz.runs.store import Store, new_run_id
from dgviz.settings import Settings
from dgviz.training.knobs import Knobs


def record(settings: Settings, *changes: tuple[int, str, float]) -> str:
    """Record a run in the directory of the tests' servers; return its id.

    Args:
        changes: changes of knobs: the step, the knob and its new value.
    """
    run_id = new_run_id()
    session = TrainingSession.new(Store(runs_folder()), run_id, settings, parent=None)
    knobs = Knobs(settings)
    for change in changes:
        knobs.plan(*change)
    for snapshot in session.snapshots(knobs):
        last = snapshot
    session.end("finished", snapshot=last)
    return run_id
