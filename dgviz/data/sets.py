"""Load a data set of the catalogue into memory, as tensors."""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dgviz import environment
from dgviz.data import embedded
from dgviz.data.catalogue import DATASETS, DataError, Entry
from dgviz.data.download import download
from dgviz.data.torchvision_import import import_datasets

_READERS = {
    "fashion_mnist": "FashionMNIST",
    "kmnist": "KMNIST",
    "cifar10": "CIFAR10",
    "cifar100": "CIFAR100",
}

_Half = tuple[Tensor, Tensor]

# The errors of torchvision's readers for a missing, truncated or wrong file; their messages do not
# help a user. CIFAR's files are pickles: the reader compares the MD5 of every file with the
# published one before it unpickles any, so a wrong pickle is refused and never run.
_UNREADABLE = (
    RuntimeError,
    AssertionError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    pickle.UnpicklingError,
)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in memory, n training and m test images of c × h × w pixels.

    Attributes:
        name: its key in `DATASETS`.
        title: its name as the authors write it.
        train_images: uint8 (n, c*h*w) in 0..255, each image flattened channel first.
        train_labels: int64 (n,), each in 0..len(classes)-1.
        test_images: uint8 (m, c*h*w), likewise.
        test_labels: int64 (m,), likewise.
        image_shape: (c, h, w).
        classes: the name of class k at position k.
        source: the authors, and where it is published.
        licence: the terms stated by the authors.
    """

    name: str
    title: str
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    image_shape: tuple[int, int, int]
    classes: tuple[str, ...]
    source: str
    licence: str

    @property
    def input_size(self) -> int:
        """Number of values of one image: the width of a network's input layer."""
        return self.train_images.shape[1]


def load(name: str, cache: str | Path | None = None) -> Dataset:
    """Load a data set, downloading it first if it is neither embedded nor in the cache.

    Args:
        name: a key of `DATASETS`.
        cache: the folder for downloads; by default DGVIZ_CACHE, else the user's cache folder. MNIST
            needs none.

    Raises:
        ValueError: there is no data set of that name.
        DataError: it cannot be downloaded, stored or read.
    """
    if name not in DATASETS:
        raise ValueError(f"There is no data set {name!r}; choose one of {', '.join(DATASETS)}.")
    entry = DATASETS[name]
    if name == "mnist":
        train, test = (_checked(*half, entry) for half in embedded.read_mnist())
    else:
        folder = _folder_of(name, cache)
        if not _is_there(folder):
            download(reader_of(name), entry.title, folder)
        train, test = _read(name, folder)
    return Dataset(
        name=name,
        title=entry.title,
        train_images=train[0],
        train_labels=train[1],
        test_images=test[0],
        test_labels=test[1],
        image_shape=entry.image_shape,
        classes=entry.classes,
        source=entry.source,
        licence=entry.licence,
    )


def reader_of(name: str) -> Any:
    """The torchvision class that downloads and reads a data set that is not embedded."""
    return getattr(import_datasets(), _READERS[name])


def _folder_of(name: str, cache: str | Path | None) -> Path:
    """The folder in the cache where torchvision looks for this data set."""
    root = cache or environment.cache_folder()
    reader = reader_of(name)
    return Path(root).expanduser() / getattr(reader, "base_folder", reader.__name__)


def _is_there(folder: Path) -> bool:
    try:
        return folder.exists()
    except OSError:
        # The cache cannot be read: the error of the download will say why.
        return False


def _read(name: str, folder: Path) -> tuple[_Half, _Half]:
    """Read the training and the test half of the data set in `folder`."""
    entry, reader = DATASETS[name], reader_of(name)
    try:
        halves = (reader(folder.parent, train=half) for half in (True, False))
        train, test = (_checked(half.data, half.targets, entry) for half in halves)
    except OSError as error:
        raise DataError(
            f"The copy of {entry.title} in {folder} cannot be read ({error.strerror or error}): "
            "make it readable, or set DGVIZ_CACHE to another folder."
        ) from error
    except _UNREADABLE as error:
        raise DataError(
            f"The copy of {entry.title} in {folder} is damaged or incomplete: "
            "delete that folder and try again to download it."
        ) from error
    return train, test


def _checked(images: Any, labels: Any, entry: Entry) -> _Half:
    """One half of a data set as (uint8 (n, pixels), int64 (n,)).

    torchvision checks only that the file can be parsed: a label out of range would cause an index
    error during training.

    Args:
        images: n grey images as (n, h, w), or coloured ones as (n, h, w, c).
        labels: n integers.

    Raises:
        ValueError: the images or labels do not fit the catalogue entry.
    """
    images = torch.as_tensor(images)
    labels = torch.as_tensor(labels, dtype=torch.int64)
    images = images.unsqueeze(1) if images.ndim == 3 else images.permute(0, 3, 1, 2)
    fits = (
        images.dtype == torch.uint8
        and images.shape[1:] == entry.image_shape
        and labels.shape == images.shape[:1]
        and len(labels) > 0
        and 0 <= int(labels.min()) <= int(labels.max()) < len(entry.classes)
    )
    if not fits:
        raise ValueError(f"images {tuple(images.shape)}, labels {tuple(labels.shape)} do not fit")
    return images.reshape(len(images), entry.input_size), labels
