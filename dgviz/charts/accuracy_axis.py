"""The start of the accuracy axis; `web/live/accuracy_axis.js` computes the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEEP_SHARE = 0.25
"""The share of a run, at most one epoch, that may begin below the axis."""


def accuracy_floor(lines: Sequence[tuple[Floats, Floats]]) -> float:
    """The start of the axis, in %, below the later part of every line.

    The first epoch of a line, or the first quarter of a shorter one, may begin below the axis. It
    rises so steeply that the rest of the line would look flat on an axis that includes it.

    Args:
        lines: for each line the epochs (n,), ascending, and the accuracies (n,), fractions, NaN
            where nothing was measured.
    """
    reached = [accuracy for line in lines for accuracy in _settled(*line)]
    if not reached:
        return 0
    lowest = max(0.0, 100 * min(reached) - 1)
    step = 1 if lowest >= 90 else 5 if lowest >= 60 else 10
    return lowest // step * step


def _settled(epoch: Floats, accuracy: Floats) -> list[float]:
    """The accuracies after the steep rise, always including the newest."""
    measured = np.isfinite(epoch) & np.isfinite(accuracy)
    if not measured.any():
        return []
    begin = min(1.0, _STEEP_SHARE * float(epoch[measured][-1]))
    return [float(value) for value in accuracy[measured & (epoch >= begin)]]
