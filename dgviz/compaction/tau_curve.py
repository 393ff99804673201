"""How accuracy and size of a run's network depend on τ. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TauPoint:
    """The network at one threshold.

    Attributes:
        tau: the threshold.
        accuracy: on the validation images, in [0, 1]; None without validation images.
        connections: number of active connections once dead units and unused pixels are removed.
        widths: of the network that is left then: pixels, hidden units, classes.
    """

    tau: float
    accuracy: float | None
    connections: int
    widths: tuple[int, ...]


@dataclass(frozen=True)
class TauCurve:
    """A run's network at many thresholds.

    Attributes:
        step: of the checkpoint.
        own: the threshold in effect.
        images: number of validation images.
        points: ascending in τ; the threshold in effect is one of them.
    """

    step: int
    own: float
    images: int
    points: tuple[TauPoint, ...]
