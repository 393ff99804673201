"""Where the axis of accuracy begins; `web/live/accuracy_axis.js` does the same in the browser."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEEP_SHARE = 0.25
"""The share of a run that may rise too steeply to be drawn; a whole epoch at most."""


def accuracy_floor(lines: Sequence[tuple[Floats, Floats]]) -> float:
    """The bottom of the axis, in %: below the newest part of every line.

    A line's first epoch, or the first quarter of a shorter line, may begin below the axis: it
    rises so steeply that with it in sight the rest would be flat.

    Args:
        lines: each the epochs (n,), ascending, and the accuracies (n,), fractions; NaN where
            nothing was measured.
    """
    reached = [accuracy for line in lines for accuracy in _settled(*line)]
    if not reached:
        return 0
    lowest = max(0.0, 100 * min(reached) - 1)
    step = 1 if lowest >= 90 else 5 if lowest >= 60 else 10
    return lowest // step * step


def _settled(epoch: Floats, accuracy: Floats) -> list[float]:
    """The accuracies after the steep rise; the newest is always among them."""
    measured = np.isfinite(epoch) & np.isfinite(accuracy)
    if not measured.any():
        return []
    begin = min(1.0, _STEEP_SHARE * float(epoch[measured][-1]))
    return [float(value) for value in accuracy[measured & (epoch >= begin)]]
