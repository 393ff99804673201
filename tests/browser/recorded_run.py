"""A run trained and recorded in this process, for pages that need one and not how it came."""

from __future__ import annotations

from dgviz.environment import runs_folder
from dgviz.runs.recording.session import TrainingSession
from dgviz.runs.store import Store, new_run_id
from dgviz.settings import Settings
from dgviz.training.knobs import Knobs


def record(settings: Settings, *moves: tuple[int, str, float]) -> str:
    """Its id; the servers of the tests have it in their directory.

    Args:
        moves: the step, the knob and its new value.
    """
    run_id = new_run_id()
    session = TrainingSession.new(Store(runs_folder()), run_id, settings, parent=None)
    knobs = Knobs(settings)
    for move in moves:
        knobs.plan(*move)
    for snapshot in session.snapshots(knobs):
        last = snapshot
    session.end("finished", snapshot=last)
    return run_id
