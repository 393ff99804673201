"""Gate probabilities as bytes ceil(200 p), from 0 to 200, as in `web/core/gates.js`."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

LEVELS = 201

Gates = npt.NDArray[np.uint8]


def cutoff(tau: float) -> int:
    """The largest byte of a probability not above `tau`, which is k/200 in [0, 1]."""
    return math.floor(200 * tau + 1e-9)


def active(gates: Gates, tau: float) -> npt.NDArray[np.bool_]:
    """The mask at threshold `tau`, with the shape of `gates`; exact if tau is k/200."""
    return gates > cutoff(tau)
