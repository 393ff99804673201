"""The network of a recorded run as its checkpoint has it, in the float32 precision of training."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from dgviz.data.sets import Dataset
from dgviz.data.split import Splits
from dgviz.knobs_in_effect import Clock, in_effect
from dgviz.methods.method import Method, build
from dgviz.runs.files import read_file
from dgviz.runs.layout import CHECKPOINT, LARGEST_CHECKPOINT
from dgviz.settings import Settings
from dgviz.training.checkpoint import CheckpointError, restore_model, unpack_checkpoint


class Restored(NamedTuple):
    """The network of a run after a step.

    Attributes:
        method: on the CPU, with the threshold in effect.
        step, epoch: of the checkpoint.
        tau: the threshold in effect; without a meaning for a method that has none.
        answers: the teacher's for the training images (t, classes); None without a teacher.
    """

    method: Method
    step: int
    epoch: float
    tau: float
    answers: Tensor | None


def restore_run(folder: Path, settings: Settings, dataset: Dataset, data: Splits) -> Restored:
    """Load the network of a run's checkpoint.

    Args:
        folder: the folder of the run.
        settings: those at the start of the run.
        dataset, data: those of the settings.

    Raises:
        CheckpointError: the checkpoint is missing or cannot be used.
    """
    try:
        checkpoint = unpack_checkpoint(read_file(folder / CHECKPOINT, LARGEST_CHECKPOINT))
    except OSError as problem:
        raise CheckpointError(f"The checkpoint cannot be read: {problem.strerror}.") from problem
    checkpoint.check_answers(len(data.train_labels), len(dataset.classes))
    method = build(settings, (dataset.input_size, settings.hidden_units, len(dataset.classes)))
    restore_model(checkpoint, method.model)
    steps_per_epoch = -(-len(data.train_labels) // settings.batch_size)
    # Use the threshold of the last step, as the loop does when it resumes from a checkpoint.
    before = Clock.before(settings, max(0, checkpoint.step - 1), settings.epochs * steps_per_epoch)
    tau = in_effect(settings, checkpoint.knobs, before).tau
    method.set_tau(tau)
    epoch = checkpoint.step / steps_per_epoch
    return Restored(method, checkpoint.step, epoch, tau, checkpoint.answers)
