"""MNIST, from the four gzipped files inside the package, without network or cache."""

import hashlib
import tempfile
import zlib
from pathlib import Path
from typing import Any

from dgviz.data.catalogue import DataError
from dgviz.data.torchvision_import import import_datasets

datasets = import_datasets()

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
_LARGEST_FILE = 16 + 60_000 * 28 * 28
_REINSTALL = "Reinstall dgviz to get a sound copy."


def read_mnist(folder: Path = FOLDER) -> tuple[Any, Any]:
    """Unpack MNIST, check it, and read it with torchvision.

    Args:
        folder: has the four files of `CHECKSUMS`, each as NAME.gz.

    Returns:
        (train, test), two `torchvision.datasets.MNIST`: `.data` uint8 (n, 28, 28) in 0..255,
        `.targets` int64 (n,) in 0..9; n is 60,000 and 10,000.

    Raises:
        DataError: a file is missing or damaged, or there is no room in the temporary folder.
    """
    try:
        # torchvision reads files only, so they are written for it and removed at once.
        with tempfile.TemporaryDirectory(prefix="dgviz-") as root:
            raw = Path(root, "MNIST", "raw")
            raw.mkdir(parents=True)
            for name in CHECKSUMS:
                (raw / name).write_bytes(_unpack(folder, name))
            return datasets.MNIST(root, train=True), datasets.MNIST(root, train=False)
    except OSError as error:
        raise DataError(
            f"MNIST could not be unpacked into the temporary folder ({error.strerror or error}). "
            "It needs 55 MB there: make room, or set TMPDIR to a folder that has it."
        ) from error


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
