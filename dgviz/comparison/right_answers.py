"""Which test images a network gets right, and what it answers for the others."""

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


def right_answers(given: Classes, labels: Classes) -> tuple[bytes, bytes] | None:
    """Which test images are right, and the classes given to the others: few bytes for all images.

    Args:
        given, labels: the given and the right classes, shape (n,).

    Returns:
        A bit for each image, 1 if it is right, in ceil(n / 8) bytes: the first image is in the
        highest bit, and the last bits are 0. And a byte for each wrong image, in order: the given
        class. None if the classes are not of the same images.
    """
    if given.shape != labels.shape:
        return None
    right = given == labels
    return np.packbits(right).tobytes(), given[~right].tobytes()


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
