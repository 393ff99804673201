"""The gates of a network between two steps, with each figure of them computed at most once."""

from __future__ import annotations

from functools import cached_property

from torch import Tensor

from dgviz.baselines import Method
from dgviz.gates.measures import Measures, measure


class GateState:
    """What log, recording and display read of the gates; valid until the method's next step.

    Each attribute is computed when it is first asked for, and most steps ask for none.
    """

    def __init__(self, method: Method) -> None:
        self._method = method

    @cached_property
    def probs(self) -> list[Tensor]:
        """One (out, in) tensor a layer, in [0, 1]; all ones where there are no gates."""
        return [probs.detach() for probs in self._method.gate_probs()]

    @cached_property
    def masks(self) -> list[Tensor]:
        """One boolean (out, in) tensor a layer: the connections that an inference uses."""
        return self._method.hard_masks()

    @cached_property
    def measures(self) -> Measures:
        """What the masks amount to."""
        return measure(self.masks)
