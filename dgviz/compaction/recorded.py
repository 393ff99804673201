"""Compact the network of a recorded run. Imports torch, so it runs in a worker or a command.

Weights, biases and masks come from the run's checkpoint, which has them exactly as training left
them, in float32. The run's snapshots would not do: their weights have 8 bits, or 11 at the end, and
their gate probabilities are bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from dgviz.compaction.check import accuracy, check, logits
from dgviz.compaction.equal_fan_in import with_fan_in
from dgviz.compaction.fine_tuning import FixedMask, fine_tune
from dgviz.compaction.gated import gated_network
from dgviz.compaction.network import CompactNetwork, Floats
from dgviz.compaction.pruning import prune
from dgviz.compaction.recipe import AS_TRAINED, Recipe
from dgviz.compaction.result import Compaction, Stage, obstacle
from dgviz.data.sets import load
from dgviz.data.split import Splits, split
from dgviz.methods.method import Method
from dgviz.runs.contents import RunsError
from dgviz.runs.record import Record
from dgviz.runs.recording.restored import Restored, restore_run
from dgviz.settings import Settings
from dgviz.training.checkpoint import CheckpointError

_CHUNK = 1000


def compact_run(
    folder: Path, recipe: Recipe = AS_TRAINED, report: Callable[[float], None] = lambda done: None
) -> Compaction:
    """Compact the network of a run's checkpoint, and check it on all test images.

    Args:
        folder: the folder of the run.
        recipe: what is done to the network first. The result's has no threshold if it is the one
            in effect, because it changes nothing.
        report: called with the finished part of the work, in [0, 1].

    Raises:
        RunsError: the run cannot be compacted, or its checkpoint cannot be used.
        DataError: the data set cannot be loaded.
    """
    opened = open_run(folder, recipe)
    return compact_opened(opened, opened.in_short(recipe), report)


def compact_opened(
    opened: OpenedRun, recipe: Recipe, report: Callable[[float], None] = lambda done: None
) -> Compaction:
    """Compact the network of an opened run; afterwards it has the threshold of the recipe.

    Raises:
        RunsError: the network cannot be compacted.
    """
    run, settings, data, found = opened
    stages = []
    titles = (AS_TRAINED.title, *recipe.steps)
    try:
        for title, method in zip(titles, _methods(found, recipe, data, report), strict=True):
            gated = gated_network(method.layers())
            network = prune(gated)
            measured = _accuracies(partial(_own_logits, method), data)
            stages.append(Stage(title, network.connections, *measured))
    except ValueError as unusable:
        raise RunsError(f"Run {run} cannot be compacted. {unusable}") from unusable
    tau = found.tau if recipe.tau is None else recipe.tau
    test_accuracy, validation_accuracy = _accuracies(partial(_compact_logits, network), data)
    checked = check(gated, network, data.test_images.numpy(), _own_logits(method, data.test_images))
    report(1)
    return Compaction(
        run=run,
        step=found.step,
        epoch=found.epoch,
        tau=tau if settings.spec.preview else None,
        recipe=recipe,
        stages=tuple(stages),
        gated=gated,
        network=network,
        test_accuracy=test_accuracy,
        validation_accuracy=validation_accuracy,
        check=checked,
    )


class OpenedRun(NamedTuple):
    """A run that can be compacted.

    Attributes:
        run: its id.
        settings: those at its start.
        data: its images.
        found: the network of its checkpoint.
    """

    run: str
    settings: Settings
    data: Splits
    found: Restored

    def in_short(self, recipe: Recipe) -> Recipe:
        """The same without a threshold that is in effect anyhow."""
        return replace(recipe, tau=None) if recipe.tau == self.found.tau else recipe


def open_run(folder: Path, recipe: Recipe = AS_TRAINED) -> OpenedRun:
    """Load the network of a run's checkpoint, and its data.

    Raises:
        RunsError: it cannot be compacted by the recipe, or its checkpoint cannot be used.
        DataError: the data set cannot be loaded.
    """
    record = Record(folder)
    settings = record.settings
    if (problem := obstacle(record, recipe)) or settings is None:
        raise RunsError(problem)
    dataset = load(settings.dataset)
    data = split(dataset, settings.validation, settings.seed)
    try:
        found = restore_run(folder, settings, dataset, data)
    except CheckpointError as damaged:
        raise RunsError(f"Run {record.id} cannot be compacted. {damaged}") from damaged
    if not found.step:
        raise RunsError(f"Run {record.id} has not been trained yet: its checkpoint is of step 0.")
    return OpenedRun(record.id, settings, data, found)


def _methods(
    found: Restored, recipe: Recipe, data: Splits, report: Callable[[float], None]
) -> Iterator[Method]:
    """The network of a run as trained, and after each of `recipe.steps`.

    Raises:
        ValueError: a step is not possible; the message is a sentence.
    """
    method = found.method
    yield method
    settings = method.settings
    if recipe.tau is not None:
        method.set_tau(recipe.tau)
        yield method
    if recipe.fan_in is not None:
        limited = with_fan_in(method.layers(), recipe.fan_in)
        yield (method := FixedMask(settings, limited))
    if recipe.epochs:
        gated = gated_network(method.layers())
        yield fine_tune(gated, settings, data, recipe.epochs, found.answers, report)


def _accuracies(program: Callable[[Tensor], Floats], data: Splits) -> tuple[float, float | None]:
    """Test and validation accuracy of a program; the latter is None without validation images.

    Args:
        program: computes logits (n, classes) for images, uint8 (n, inputs).
    """
    test = accuracy(program(data.test_images), data.test_labels.numpy())
    if not len(data.validation_labels):
        return test, None
    return test, accuracy(program(data.validation_images), data.validation_labels.numpy())


@torch.no_grad()
def _own_logits(method: Method, images: Tensor) -> Floats:
    """The logits (n, classes) that the method itself computes for images, uint8 (n, inputs)."""
    model = method.model.eval()
    return torch.cat([model(some.float().div_(255)) for some in images.split(_CHUNK)]).numpy()


def _compact_logits(network: CompactNetwork, images: Tensor) -> Floats:
    return logits(network, images.numpy(), np.float32)
