"""Run the faithfulness test on a recorded run. Imports torch."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from dgviz.data.sets import Dataset, load
from dgviz.data.split import Splits, split
from dgviz.gates.measures import always_zero_pixels
from dgviz.runs.contents import RunsError
from dgviz.runs.faithfulness.deletion import (
    Accuracies,
    Network,
    accuracies,
    amounts,
    area,
    by_gradient,
    by_ink,
    by_path_weight,
    by_retention,
    network_of,
    random_rankings,
)
from dgviz.runs.faithfulness.findings import Curves, Findings, obstacle
from dgviz.runs.record import Record
from dgviz.runs.recording.restored import restore_run
from dgviz.settings import Settings
from dgviz.training import machine
from dgviz.training.checkpoint import CheckpointError

MOST_IMAGES = 5000
"""Images that are tested, the first ones of a larger validation split."""
DRAWS = 10
"""Number of random rankings; their areas differ by a few thousandths."""

_NO_BASELINE = (
    "No dense baseline of this run, with the same seed and data, is recorded and finished."
)


def examine(
    folder: Path, baseline: Path | None, report: Callable[[float], None] = lambda done: None
) -> Findings:
    """Test the network of a run's checkpoint on its validation split, on one thread.

    Args:
        folder: the folder of the run.
        baseline: the folder of a finished dense run with the same seed and data, if there is one.
        report: called with the finished fraction of the work.

    Raises:
        RunsError: the run cannot be tested, or its checkpoint cannot be used.
        DataError: the data set cannot be loaded.
    """
    began = time.monotonic()
    # Other runs may be training at the same time, and float sums depend on the thread count.
    torch.set_num_threads(1)
    record = Record(folder)
    settings = record.settings
    if (problem := obstacle(record)) or settings is None:
        raise RunsError(problem)
    dataset = load(settings.dataset)
    data = split(dataset, settings.validation, settings.seed)
    try:
        found = restore_run(folder, settings, dataset, data)
    except CheckpointError as damaged:
        raise RunsError(str(damaged)) from damaged
    net = network_of(found.method)
    gradients, baseline_problem = _gradients_of(net, settings, baseline, dataset, data)
    images, labels = data.validation_images[:MOST_IMAGES], data.validation_labels[:MOST_IMAGES]
    channels = dataset.image_shape[0]
    always_zero = always_zero_pixels(data.train_images)
    pixels = dataset.input_size // channels

    counts_differ = _counts_differ(net, always_zero, channels)
    rankings = {}
    if counts_differ:
        rankings["retention"] = [by_retention(net, always_zero, channels)]
    rankings["path"] = [by_path_weight(net, always_zero, channels)]
    if gradients is not None:
        rankings["gradient"] = [by_gradient(gradients, images, labels, always_zero, channels)]
    rankings["ink"] = [by_ink(data.train_images, always_zero, channels)]
    rankings["random"] = random_rankings(pixels, DRAWS, settings.seed)
    removed = amounts(pixels)
    measured = accuracies(net, images, labels, rankings, removed, channels=channels, report=report)
    return Findings(
        run=record.id,
        step=found.step,
        epoch=found.epoch,
        seed=settings.seed,
        counts_differ=counts_differ,
        images=len(labels),
        pixels=pixels,
        always_zero=int(always_zero.view(channels, -1).all(0).sum()),
        draws=DRAWS,
        baseline=baseline.name if baseline and not baseline_problem else "",
        baseline_problem=baseline_problem,
        removed=tuple(removed),
        curves=tuple(_curves(name, removed, of) for name, of in measured.items()),
        seconds=time.monotonic() - began,
        hardware=machine.hardware("cpu", 1),
        versions=machine.versions(),
    )


def _counts_differ(net: Network, always_zero: Tensor, channels: int) -> bool:
    """Whether the number of active connections can rank the pixels that are not always blank."""
    counts = net.active.sum(0).view(channels, -1).sum(0)
    return len(counts[~always_zero.view(channels, -1).all(0)].unique()) > 1


def _gradients_of(
    net: Network, settings: Settings, baseline: Path | None, dataset: Dataset, data: Splits
) -> tuple[Network | None, str]:
    """The dense network for the gradient, or None and why there is none."""
    dense = settings.baseline()
    if dense is None:
        return net, ""
    if baseline is None:
        return None, _NO_BASELINE
    try:
        return network_of(restore_run(baseline, dense, dataset, data).method), ""
    except CheckpointError as problem:
        return None, f"The dense baseline {baseline.name} cannot be used: {problem}"


def _curves(ranking: str, removed: list[int], found: Accuracies) -> Curves:
    """Mean and spread over the draws of a ranking."""
    deletion_areas, insertion_areas = area(removed, found.deletion), area(removed, found.insertion)
    ddof = 1 if len(deletion_areas) > 1 else 0
    return Curves(
        ranking=ranking,
        deletion=tuple(found.deletion.mean(0).tolist()),
        insertion=tuple(found.insertion.mean(0).tolist()),
        deletion_spread=tuple(found.deletion.std(0, ddof=ddof).tolist()),
        insertion_spread=tuple(found.insertion.std(0, ddof=ddof).tolist()),
        deletion_area=float(deletion_areas.mean()),
        insertion_area=float(insertion_areas.mean()),
        deletion_area_spread=float(np.std(deletion_areas, ddof=ddof)),
        insertion_area_spread=float(np.std(insertion_areas, ddof=ddof)),
    )
