"""Which test images only one of two networks gets right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dgviz.runs import digits
from dgviz.runs.layout import LARGEST_DIGITS
from dgviz.runs.snapshot_blob import arrays, inflated
from dgviz.runs.snapshots import SnapshotError
from dgviz.runs.store import Store

Classes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
"""Numbers of test images, ascending, from 0."""


@dataclass(frozen=True, eq=False)
class Agreement:
    """How two networks answer the same test images.

    Attributes:
        both, neither: the number of images that both, or neither, get right.
        only_first, only_second: the images that only one of them gets right.
    """

    both: int
    neither: int
    only_first: Places
    only_second: Places

    @property
    def p_value(self) -> float:
        """The probability of a split of the images that only one gets right that is at least as
        uneven as this one, if both networks are equally good: McNemar's exact test, two-sided."""
        first, second = len(self.only_first), len(self.only_second)
        n, few = first + second, min(first, second)
        tail = sum(math.comb(n, k) for k in range(few + 1)) / 2**n
        return min(1.0, 2 * tail)


def compare(first: Classes, second: Classes, labels: Classes) -> Agreement:
    """Compare the classes that two networks give the same images.

    Args:
        first, second: the given classes, shape (n,).
        labels: the right classes, shape (n,).

    Raises:
        ValueError: the shapes differ.
    """
    if not first.shape == second.shape == labels.shape:
        raise ValueError("The classes must be of the same images.")
    a, b = first == labels, second == labels
    return Agreement(
        both=int((a & b).sum()),
        neither=int((~a & ~b).sum()),
        only_first=np.flatnonzero(a & ~b),
        only_second=np.flatnonzero(b & ~a),
    )


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
