"""The test images beside the runs: a page shows them without torch, and without their owner."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from dgviz.data.catalogue import DATASETS
from dgviz.runs.files import clear_left_overs, is_folder, read_file, write_whole
from dgviz.runs.layout import LARGEST_DIGITS

_FOLDER = ".data"


def folder(root: Path) -> Path:
    """Where they lie below the runs directory `root`."""
    return root / _FOLDER


def path_of(root: Path, dataset: str) -> Path:
    """Where those of one data set lie.

    A zlib-compressed safetensors blob: `images` uint8 (n, inputs), `labels` uint8 (n,).
    """
    assert dataset in DATASETS
    return folder(root) / f"{dataset}.safetensors.zz"


def keep(root: Path, dataset: str, pack: Callable[[], bytes]) -> None:
    """Write the test images, compressed, if they are not there yet.

    Raises:
        OSError: they cannot be written.
    """
    if read(root, dataset) is None:
        place = folder(root)
        place.mkdir(exist_ok=True)
        if not is_folder(place):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
        write_whole(path_of(root, dataset), pack())


def read(root: Path, dataset: str) -> bytes | None:
    """The compressed blob; None if no run on this data set has been recorded."""
    if not is_folder(folder(root)):
        return None
    try:
        return read_file(path_of(root, dataset), LARGEST_DIGITS)
    except OSError:
        return None


def sweep(root: Path) -> None:
    """Remove what a kill has left while the images were written."""
    if is_folder(folder(root)):
        clear_left_overs(folder(root))
