"""Small data files made by the tests, in the layouts that torchvision reads."""

import hashlib
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Array = np.ndarray[Any, np.dtype[np.uint8]]


def idx_bytes(array: Array) -> bytes:
    """An IDX file: two zeros, type 8 (uint8), the number of dimensions, each one's size, data."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def idx_files(train: tuple[Array, Array], test: tuple[Array, Array]) -> dict[str, bytes]:
    """The four files of an MNIST-like set of images (n, 28, 28) and labels (n,)."""
    return {
        f"{half}-{kind}-ubyte": idx_bytes(array)
        for half, (images, labels) in (("train", train), ("t10k", test))
        for kind, array in (("images-idx3", images), ("labels-idx1", labels))
    }


def grey(n: int, seed: int, classes: int = 10) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return (
        rng.integers(0, 256, (n, 28, 28), dtype=np.uint8),
        rng.integers(0, classes, n, dtype=np.uint8),
    )


def write_grey(folder: Path, train: tuple[Array, Array], test: tuple[Array, Array]) -> None:
    raw = folder / "raw"
    raw.mkdir(parents=True)
    for name, content in idx_files(train, test).items():
        (raw / name).write_bytes(content)


def cifar_batch(images: Array, labels: list[int], key: str) -> bytes:
    """A CIFAR batch: a pickled dict of images (n, 3072), channel first, and a list of labels."""
    return pickle.dumps({"data": images, key: labels})


def publish(monkeypatch: pytest.MonkeyPatch, reader: Any, files: dict[str, bytes]) -> None:
    """Make a CIFAR class expect the MD5s of `files`: "test*" is the test set, "*meta" the names."""
    sums = {name: hashlib.md5(content).hexdigest() for name, content in files.items()}
    (meta,) = [name for name in files if name.endswith("meta")]
    tests = [[name, md5] for name, md5 in sums.items() if name.startswith("test")]
    trains = [[n, md5] for n, md5 in sums.items() if n != meta and not n.startswith("test")]
    monkeypatch.setattr(reader, "train_list", trains)
    monkeypatch.setattr(reader, "test_list", tests)
    monkeypatch.setattr(reader, "meta", {**reader.meta, "filename": meta, "md5": sums[meta]})
