"""Long curves drawn with fewer points, so that a page or a report of any run stays small."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Item = TypeVar("Item")

MOST_POINTS = 2000
"""Of a curve: the paper's run has 501, and few screens have as many pixels beside each other."""

MOST_MARKS = 200


def thinned(x: Floats, y: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """A curve of at most `most` points that keeps its ends and every peak.

    Each stretch between the ends gives its lowest and its highest point, in order.

    Args:
        x, y: finite, shape (n,).
        most: at least 4.
    """
    if len(x) <= most:
        return x, y
    stretches = most // 2 - 1
    edges = 1 + np.arange(stretches + 1) * (len(x) - 2) // stretches
    lowest = [start + y[start:end].argmin() for start, end in pairwise(edges)]
    highest = [start + y[start:end].argmax() for start, end in pairwise(edges)]
    kept = np.unique([0, *lowest, *highest, len(x) - 1])
    return x[kept], y[kept]


def spread_out(items: Sequence[Item], most: int) -> Sequence[Item]:
    """At most so many of them: the first, the last, and others evenly between."""
    if len(items) <= most:
        return items
    places = np.linspace(0, len(items) - 1, most)
    # Halves upwards: NumPy's own rounding, to even, would take other marks than the browser does.
    return [items[i] for i in np.floor(places + 0.5).astype(int)]
