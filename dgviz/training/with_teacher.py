"""Training with the teacher of distillation, which is trained first if the run has one."""

from __future__ import annotations

from collections.abc import Iterator

from dgviz.data.split import Splits
from dgviz.methods.method import Method
from dgviz.settings import Settings
from dgviz.training import loop
from dgviz.training.checkpoint import Checkpoint
from dgviz.training.knobs import Knobs
from dgviz.training.snapshot import Snapshot
from dgviz.training.teacher import Show, teacher_answers


def train(
    settings: Settings,
    data: Splits,
    *,
    knobs: Knobs | None = None,
    checkpoint: Checkpoint | None = None,
    method: Method | None = None,
    show_teacher: Show = lambda epoch, epochs: None,
) -> Iterator[Snapshot]:
    """Train and yield a `Snapshot` before the first step and after every step, as `loop.train`.

    With `distillation`, as in the presets `compact-20k` and `compact-10k`, the call trains the
    teacher before it returns, once for each seed and set of images on this machine. That takes
    minutes.

    Args:
        settings, data, knobs, method: see `loop.train`.
        checkpoint: the same; one that has the teacher's answers needs no teacher.
        show_teacher: see `Show`.

    Raises:
        TrainingDiverged, SettingsError, CheckpointError: see `loop.train`.
    """
    answers = checkpoint.answers if checkpoint else None
    if answers is None:
        answers = teacher_answers(settings, data, show_teacher)
    return loop.train(
        settings, data, knobs=knobs, checkpoint=checkpoint, method=method, answers=answers
    )
