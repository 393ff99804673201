"""How much the connections of two networks overlap in the first layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
"""Active connections of the first layer, shape (units, pixels)."""


@dataclass(frozen=True)
class Overlap:
    """The Jaccard index of two masks: connections active in both over those active in one or both.

    Attributes:
        index: in [0, 1]; None if no connection of either is active.
        by_chance: about the index of two random masks with as many active connections.
    """

    index: float | None
    by_chance: float | None


def overlap(first: Mask, second: Mask) -> Overlap:
    """The overlap of two masks of the same shape.

    Two networks begin with other weights for another seed, so only masks of the same seed, or
    pixels, can be expected to overlap more than by chance.

    Raises:
        ValueError: the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError("The masks must be of equally large layers.")
    a, b, both = (int(np.count_nonzero(mask)) for mask in (first, second, first & second))
    if not (either := a + b - both):
        return Overlap(None, None)
    p, q = a / first.size, b / second.size
    return Overlap(both / either, p * q / (p + q - p * q))


def overlaps(masks: Sequence[Mask | None]) -> list[list[Overlap | None]]:
    """The overlap of each mask with each; None where one is not known or has another shape."""

    def of(a: Mask | None, b: Mask | None) -> Overlap | None:
        fit = a is not None and b is not None and a.shape == b.shape
        return overlap(a, b) if fit and a is not None and b is not None else None

    # Each pair is compared once.
    half = [[of(a, b) for b in masks[: i + 1]] for i, a in enumerate(masks)]
    numbers = range(len(masks))
    return [[half[max(i, j)][min(i, j)] for j in numbers] for i in numbers]
