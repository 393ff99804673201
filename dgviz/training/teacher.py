"""The teacher of distillation (Hinton et al. 2015), and its answers for the training images.

The teacher is a dense network of 512 hidden units, trained with dropout on the same images. Its
answers depend on the settings and the images alone: the images are the same in every epoch, so the
teacher answers once for each, and a student needs none of its time afterwards.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import torch
from filelock import FileLock, Timeout
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from dgviz.data.split import Splits
from dgviz.environment import cache_folder
from dgviz.gates.distillation import TEMPERATURE
from dgviz.settings import Settings
from dgviz.training.loop import train

Show = Callable[[int | None, int], None]
"""Is called while a teacher is trained, with its finished epochs, first 0, and their number. The
former is None while another process trains the teacher, and this one waits for it."""

_OF_STUDENT = ("dataset", "validation", "seed", "device", "threads")
_CHUNK = 1000
_VERSION = 1
"""Raise it when teachers with equal settings learn other numbers: kept answers are then unused."""
_LONGEST_WAIT = 600.0
"""Seconds to wait for the teacher of another process: longer than one takes, but for a process that
hangs, or a lock that another machine has left on a disk without locks."""


def teacher_settings(settings: Settings) -> Settings:
    """The settings of the teacher of a run."""
    return Settings.from_dict(
        {
            "method": "dropout",
            "hidden": 512,
            "dropout.input": 0.2,
            "dropout.hidden": 0.5,
            # With 20, a student of 20,000 weights had 0.2 points less on the validation images.
            "epochs": 40,
            "learning_rate_schedule": "cosine",
            "freeze_at": 0.5,
            **{name: settings[name] for name in _OF_STUDENT},
        }
    )


def teacher_answers(
    settings: Settings, data: Splits, show: Show = lambda epoch, epochs: None
) -> Tensor | None:
    """The teacher's answers, softmax(logits / T), for all training images: (t, classes), CPU.

    The teacher is trained, unless this machine has done so before. If another process is training
    it, its answers are waited for.

    Returns:
        None for a run without a teacher.
    """
    if not settings.distillation:
        return None
    teacher = teacher_settings(settings)
    file = cache_folder() / "teachers" / f"{_key(teacher, data)}.safetensors"
    logits = _read(file, len(data.train_labels))
    if logits is None:
        with _one_process(file, lambda: show(None, teacher.epochs)):
            logits = _read(file, len(data.train_labels))
            if logits is None:
                logits = _trained(teacher, data, show)
                _write(file, logits)
    return torch.softmax(logits / TEMPERATURE, 1)


@contextmanager
def _one_process(file: Path, wait: Callable[[], None]) -> Iterator[None]:
    """One process at a time is in the block, so that a teacher is trained once.

    The system releases the lock when its process ends in any way. After `_LONGEST_WAIT`, or where
    nothing can be locked, the process goes on alone.

    Args:
        wait: is called if another process is in its block.
    """
    lock = FileLock(file.with_suffix(".lock"))
    with ExitStack() as held:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(lock.acquire(timeout=0))
        except Timeout:
            wait()
            with suppress(OSError):
                held.enter_context(lock.acquire(timeout=_LONGEST_WAIT))
        except OSError:
            pass
        yield


@torch.no_grad()
def _logits(model: torch.nn.Module, images: Tensor) -> Tensor:
    model.eval()
    return torch.cat([model(some.float().div_(255)) for some in images.split(_CHUNK)]).cpu()


def _trained(teacher: Settings, data: Splits, show: Show) -> Tensor:
    for snapshot in train(teacher, data):
        epoch, within = divmod(snapshot.step, snapshot.steps_per_epoch)
        if not within:
            show(epoch, snapshot.epochs)
        model = snapshot.method.model
    return _logits(model, data.train_images.to(next(model.parameters()).device))


def _key(teacher: Settings, data: Splits) -> str:
    """A name for the answers of a teacher, with these versions, for these images."""
    facts = json.dumps([_VERSION, teacher.as_dict(), torch.__version__], sort_keys=True)
    digest = hashlib.blake2b(facts.encode(), digest_size=16)
    for tensor in (data.train_images, data.train_labels):
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def _read(file: Path, images: int) -> Tensor | None:
    """The logits in a file; None if there are none for so many images."""
    try:
        logits = load_file(file)["logits"]
    except (OSError, SafetensorError, KeyError):
        return None
    fits = logits.ndim == 2 and len(logits) == images and logits.dtype == torch.float32
    return logits if fits and bool(torch.isfinite(logits).all()) else None


def _write(file: Path, logits: Tensor) -> None:
    """Keep the logits for other runs; without room, the next run trains the teacher again."""
    with (
        suppress(OSError, SafetensorError),
        tempfile.TemporaryDirectory(dir=file.parent, prefix=".new-") as folder,
    ):
        save_file({"logits": logits.contiguous()}, Path(folder, file.name))
        Path(folder, file.name).replace(file)
