"""What gate bytes mean, as in `web/core/gates.js`: a byte is ceil(200 p), from 0 to 200."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

LEVELS = 201

Gates = npt.NDArray[np.uint8]


def cutoff(tau: float) -> int:
    """A connection is kept at threshold `tau` in [0, 1] exactly when its byte exceeds this."""
    return math.floor(200 * tau + 1e-9)


def kept(gates: Gates, tau: float) -> npt.NDArray[np.bool_]:
    """The hard mask at threshold `tau` in [0, 1], of the shape of `gates`."""
    return gates > cutoff(tau)
