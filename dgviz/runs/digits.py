"""The test images, stored beside the runs: a page shows them without torch."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from dgviz.data.catalogue import DATASETS
from dgviz.runs.files import is_folder, read_file, remove_partial_writes, write_whole
from dgviz.runs.layout import LARGEST_DIGITS

_FOLDER = ".data"


def folder(root: Path) -> Path:
    """The folder of the test images in the runs directory `root`."""
    return root / _FOLDER


def path_of(root: Path, dataset: str) -> Path:
    """The file with the test images of one data set.

    A zlib-compressed safetensors blob: `images` uint8 (n, inputs), `labels` uint8 (n,).
    """
    assert dataset in DATASETS
    return folder(root) / f"{dataset}.safetensors.zz"


def save(root: Path, dataset: str, pack: Callable[[], bytes]) -> None:
    """Write the compressed test images if the file does not exist yet.

    Raises:
        OSError: the file cannot be written.
    """
    if read(root, dataset) is None:
        place = folder(root)
        place.mkdir(exist_ok=True)
        if not is_folder(place):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
        write_whole(path_of(root, dataset), pack())


def read(root: Path, dataset: str) -> bytes | None:
    """The compressed test images; None if no run on this data set has been recorded."""
    if not is_folder(folder(root)):
        return None
    try:
        return read_file(path_of(root, dataset), LARGEST_DIGITS)
    except OSError:
        return None


def remove_leftovers(root: Path) -> None:
    """Remove temporary files of a process that was killed while it wrote the images."""
    if is_folder(folder(root)):
        remove_partial_writes(folder(root))
