"""The test images beside the runs: a page shows them without torch, and without their owner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dgviz.data.catalogue import DATASETS
from dgviz.runs.contents import LARGEST_ARRAYS
from dgviz.runs.files import clear_left_overs, read_file, write_whole

FOLDER = ".data"


def path_of(root: Path, dataset: str) -> Path:
    """Where the test images of a data set lie below the runs directory `root`.

    A zlib-compressed safetensors blob: `images` uint8 (n, inputs), `labels` uint8 (n,).
    """
    assert dataset in DATASETS
    return root / FOLDER / f"{dataset}.safetensors.zz"


def keep(root: Path, dataset: str, pack: Callable[[], bytes]) -> None:
    """Write the test images, compressed, if they are not there yet.

    Raises:
        OSError: they cannot be written.
    """
    path = path_of(root, dataset)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        clear_left_overs(path.parent)
        write_whole(path, pack())


def read(root: Path, dataset: str) -> bytes | None:
    """The compressed blob; None if no run on this data set has been recorded."""
    try:
        return read_file(path_of(root, dataset), LARGEST_ARRAYS)
    except OSError:
        return None
