"""Measure a recorded run's network at many thresholds. Imports torch: for workers and commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from dgviz.compaction.gated import gated_network
from dgviz.compaction.pruning import prune
from dgviz.compaction.recorded import OpenedRun, open_run
from dgviz.compaction.tau_curve import TauCurve, TauPoint
from dgviz.runs.contents import RunsError
from dgviz.settings import KNOBS
from dgviz.training.evaluate import score

Report = Callable[[float], None]


def tau_curve(folder: Path, report: Report = lambda done: None) -> TauCurve:
    """Measure accuracy on all validation images, and size, at every stop of τ's slider.

    Recorded snapshots have no such curve, and that of a live run is of a few images only.

    Args:
        folder: the folder of the run.
        report: called with the finished part of the work, in [0, 1].

    Raises:
        RunsError: the run cannot be compacted, its method has no threshold, or its checkpoint
            cannot be used.
        DataError: the data set cannot be loaded.
    """
    return curve_of(open_run(folder), report)


def curve_of(opened: OpenedRun, report: Report = lambda done: None) -> TauCurve:
    """The curve of a run's network; afterwards the network has another threshold.

    Args:
        report: called with the finished part of the work, in [0, 1].

    Raises:
        RunsError: its method has no threshold.
    """
    spec = opened.settings.spec
    if not spec.preview:
        raise RunsError(f"Run {opened.run} has no threshold: it was trained with {spec.title}.")
    method, labels = opened.found.method, opened.data.validation_labels
    images = opened.data.validation_images.float().div_(255)
    # At an end of training under a schedule of tau, its threshold may lie between two stops.
    taus = sorted({*KNOBS["tau"].stops, opened.found.tau})
    points = []
    with _one_thread():
        for done, tau in enumerate(taus, start=1):
            method.set_tau(tau)
            network = prune(gated_network(method.layers()))
            accuracy = score(method, images, labels)[0] if len(labels) else None
            points.append(TauPoint(tau, accuracy, network.connections, network.widths))
            report(done / len(taus))
    return TauCurve(opened.found.step, opened.found.tau, len(labels), tuple(points))


@contextmanager
def _one_thread() -> Iterator[None]:
    """The products are small: beside a training run, more threads only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
