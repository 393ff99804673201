"""Short runs that do everything that a long one does: their knobs, and their training."""

from __future__ import annotations

from typing import Any

from dgviz.methods.catalogue import METHODS
from dgviz.runs.recording.session import TrainingSession
from dgviz.training.knobs import Knobs
from dgviz.training.snapshot import Snapshot


def quick(method: str) -> dict[str, Any]:
    """The intervals of steps of a method, each as short as possible, and a ratio that can learn.

    A learning rate of gates is that of weights, because short runs have a high one.
    """
    spec = METHODS[method]
    short: dict[str, float] = {k.name: 2 for k in spec.knobs if k.name.endswith(".every")}
    short |= {knob.name: 1 for knob in spec.knobs if knob.name.endswith(".rate")}
    return short | ({spec.target: 0.4} if spec.target else {})


def train(session: TrainingSession, last_step: int | None = None) -> Snapshot:
    """Train to a step or to the end, and return the last snapshot."""
    snapshot = None
    for snapshot in session.snapshots(Knobs(session.settings)):
        if snapshot.step == last_step:
            break
    assert snapshot is not None
    return snapshot
