"""Which test images a network gets right."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dgviz.runs import digits
from dgviz.runs.layout import LARGEST_DIGITS
from dgviz.runs.snapshot_blob import arrays, inflated
from dgviz.runs.snapshots import SnapshotError
from dgviz.runs.store import Store

Classes = npt.NDArray[np.uint8]


def right_answers(given: Classes, labels: Classes) -> bytes | None:
    """A bit for each test image, 1 if it is right; the first image is in the highest bit.

    Args:
        given, labels: the given and the right classes, shape (n,).

    Returns:
        ceil(n / 8) bytes, the last bits 0; None if the classes are not of the same images.
    """
    return np.packbits(given == labels).tobytes() if given.shape == labels.shape else None


def right_classes(store: Store, dataset: str) -> Classes | None:
    """The right classes of the test images; None if the store does not have the images."""
    packed = digits.read(store.root, dataset)
    if packed is None:
        return None
    try:
        tensors, _ = arrays(inflated(packed, LARGEST_DIGITS))
    except SnapshotError:
        return None
    labels: npt.NDArray[Any] | None = tensors.get("labels")
    return labels if labels is not None and labels.dtype == np.uint8 else None
