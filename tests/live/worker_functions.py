"""Functions that a test's worker processes run instead of `run_worker`. They import no test."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dgviz.live.worker_entry import run_worker


def train_on_noise(*arguments: Any) -> None:
    """Train on noise with the shape of MNIST: reading MNIST takes longer than a short run."""
    import torch

    from dgviz.data.catalogue import DATASETS
    from dgviz.data.sets import Dataset
    from dgviz.runs.recording import session

    def noise(name: str) -> Dataset:
        generator = torch.Generator().manual_seed(0)
        images = torch.randint(0, 256, (600, 784), dtype=torch.uint8, generator=generator)
        labels = torch.arange(600) % 10
        entry = DATASETS[name]
        return Dataset(
            name=name,
            title=entry.title,
            train_images=images.repeat(100, 1),
            train_labels=labels.repeat(100),
            test_images=images,
            test_labels=labels,
            image_shape=entry.image_shape,
            classes=entry.classes,
            source="",
            licence="",
        )

    session.load = noise  # type: ignore[assignment]
    run_worker(*arguments)


def wait_for_a_command(connection: Connection, job: Any) -> None:
    """Run without torch, until the first command."""
    connection.send(("phase", "running"))
    connection.recv()
    connection.send(("ended", ("stopped", "")))


def wait_for_the_teacher(*arguments: Any) -> None:
    """Train on noise with a teacher that never ends."""
    from dgviz.training import with_teacher

    def teach(settings: Any, data: Any, show: Any) -> None:
        show(12, 40)
        signal.pause()

    with_teacher.teacher_answers = teach  # type: ignore[assignment]
    train_on_noise(*arguments)


def download_from(url: str, cache: Path, *arguments: Any) -> None:
    """Train after downloading KMNIST from this address."""
    from dgviz.data.sets import reader_of

    os.environ |= {"no_proxy": "*", "DGVIZ_CACHE": str(cache)}
    reader_of("kmnist").mirrors = [url]
    run_worker(*arguments)


def ignore_hangups(*arguments: Any) -> None:
    """Train with SIGHUP ignored, as under `nohup`."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    train_on_noise(*arguments)
