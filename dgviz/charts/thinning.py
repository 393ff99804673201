"""Draw long curves with fewer points, so that every page and report stays small."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Item = TypeVar("Item")

MOST_POINTS = 2000
"""Points of a curve: the paper's run has 501, and few screens are 2,000 pixels wide."""

MOST_MARKS = 200


def thinned(x: Floats, y: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """Thin a curve to at most `most` points, keeping its ends and peaks.

    The curve between the ends is divided into intervals; each keeps its lowest and highest point.

    Args:
        x, y: shape (n,), finite.
        most: at least 4.
    """
    if len(x) <= most:
        return x, y
    intervals = most // 2 - 1
    edges = 1 + np.arange(intervals + 1) * (len(x) - 2) // intervals
    lowest = [start + y[start:end].argmin() for start, end in pairwise(edges)]
    highest = [start + y[start:end].argmax() for start, end in pairwise(edges)]
    kept = np.unique([0, *lowest, *highest, len(x) - 1])
    return x[kept], y[kept]


def spread_out(items: Sequence[Item], most: int) -> Sequence[Item]:
    """At most `most` of the items: the first, the last, and others evenly spaced between them."""
    if len(items) <= most:
        return items
    places = np.linspace(0, len(items) - 1, most)
    # Round halves up, as the browser does; NumPy rounds halves to even.
    return [items[i] for i in np.floor(places + 0.5).astype(int)]
