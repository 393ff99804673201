"""Long curves drawn with fewer points, so that a page or a report of any run stays small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Item = TypeVar("Item")

MOST_POINTS = 2000
"""Of a curve: the paper's run has 501, and few screens have as many pixels beside each other."""

MOST_MARKS = 200


def thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """A curve of at most `MOST_POINTS` points that keeps its ends and every peak.

    Each stretch between the ends gives its lowest and its highest point, in order.

    Args:
        x, y: finite, shape (n,).
    """
    if len(x) <= MOST_POINTS:
        return x, y
    stretches = np.array_split(np.arange(1, len(x) - 1), MOST_POINTS // 2 - 1)
    lowest = [stretch[y[stretch].argmin()] for stretch in stretches]
    highest = [stretch[y[stretch].argmax()] for stretch in stretches]
    kept = np.unique([0, *lowest, *highest, len(x) - 1])
    return x[kept], y[kept]


def spread_out(items: Sequence[Item], most: int) -> Sequence[Item]:
    """At most so many of them: the first, the last, and others evenly between."""
    if len(items) <= most:
        return items
    return [items[i] for i in np.linspace(0, len(items) - 1, most).round().astype(int)]
