"""MNIST, from the four gzipped files inside the package, without network or cache.

They are read without torchvision, whose import takes longer than reading them.
"""

import hashlib
import zlib
from pathlib import Path

import torch
from torch import Tensor

from dgviz.data.catalogue import DataError

Half = tuple[Tensor, Tensor]
"""Images, uint8 (n, 28, 28) in 0..255, and labels, int64 (n,) in 0..9."""

FOLDER = Path(__file__).parent / "mnist"
"""The folder of the four files, each as NAME.gz."""

CHECKSUMS = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
"""MD5 of each published file, unpacked."""

_GZIP = 16 + zlib.MAX_WBITS
_IMAGES_HEADER, _LABELS_HEADER = 16, 8
"""Bytes before the data, with their number of dimensions and their sizes."""
_LARGEST_FILE = _IMAGES_HEADER + 60_000 * 28 * 28
_REINSTALL = "Reinstall dgviz to get a sound copy."


def read_mnist(folder: Path = FOLDER) -> tuple[Half, Half]:
    """Unpack MNIST and check it.

    Args:
        folder: has the four files of `CHECKSUMS`, each as NAME.gz.

    Returns:
        (train, test), of 60,000 and 10,000 images.

    Raises:
        DataError: a file is missing or damaged.
    """
    return _half(folder, "train"), _half(folder, "t10k")


def _half(folder: Path, name: str) -> Half:
    images = _values(_unpack(folder, f"{name}-images-idx3-ubyte"), _IMAGES_HEADER)
    labels = _values(_unpack(folder, f"{name}-labels-idx1-ubyte"), _LABELS_HEADER)
    return images.view(-1, 28, 28), labels.long()


def _values(content: bytes, header: int) -> Tensor:
    """The uint8 values of an IDX file. Its sizes need no check, as its checksum is right."""
    # A copy, because a tensor needs memory that may be written.
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=header)


def _unpack(folder: Path, name: str) -> bytes:
    """The content of folder/NAME.gz, checked against the published MD5."""
    path = folder / f"{name}.gz"
    try:
        # A buffer of the largest file's size, which zlib need not grow, saves a third of the time.
        content = zlib.decompress(path.read_bytes(), _GZIP, _LARGEST_FILE)
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror or error}). {_REINSTALL}"
        ) from error
    except zlib.error as error:
        raise DataError(
            f"{path} is damaged: it cannot be unpacked ({error}), and its content should have "
            f"the MD5 {CHECKSUMS[name]}. {_REINSTALL}"
        ) from error
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != CHECKSUMS[name]:
        raise DataError(
            f"{path} is damaged: its MD5 is {found}, expected {CHECKSUMS[name]}. {_REINSTALL}"
        )
    return content
