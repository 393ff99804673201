"""The gates of a network between two steps, with each figure of them computed at most once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from dgviz.gates.measures import Measures, measure
from dgviz.methods.method import LayerView, Method

TAU_STEPS = 200


class GateState:
    """What log, recording and display read of the gates; valid until the method's next step.

    Each attribute is computed when it is first asked for, and most steps ask for none.
    """

    def __init__(self, method: Method) -> None:
        self._method = method
        self._shown = bool(method.settings.spec.preview)

    @cached_property
    def layers(self) -> list[LayerView]:
        """The network as an inference uses it."""
        return self._method.layers()

    @cached_property
    def probs(self) -> list[Tensor]:
        """One (out, in) tensor a layer, in [0, 1]; all ones where there are no gates."""
        return [
            layer.score if layer.score is not None and self._shown else layer.mask.float()
            for layer in self.layers
        ]

    @property
    def masks(self) -> list[Tensor]:
        """One boolean (out, in) tensor a layer: the connections that an inference uses."""
        return [layer.mask for layer in self.layers]

    @cached_property
    def mean_score(self) -> float | None:
        """Over all connections; None for a method without scores."""
        scores = [layer.score for layer in self.layers if layer.score is not None]
        if len(scores) < len(self.layers):
            return None
        return sum(float(score.sum()) for score in scores) / sum(s.numel() for s in scores)

    @cached_property
    def measures(self) -> Measures:
        """What the masks amount to."""
        return measure(self.layers)

    @cached_property
    def bytes(self) -> list[Tensor]:
        """The probabilities as they are recorded and drawn: `gate_bytes` of each layer."""
        return [gate_bytes(probs) for probs in self.probs]


def gate_bytes(probs: Tensor) -> Tensor:
    """How many of k/200, k = 0 to 199, lie below each probability: uint8, of the shape of `probs`.

    ceil(200 p) says the same in exact arithmetic. In float32 its product rounds, and a probability
    beside a step of the slider would land on the wrong side of it; so compare as the mask does.
    """
    # In NumPy: its comparison and its bytes take half as long as PyTorch's. In one buffer: memory
    # that is written for the first time is slow, and pushes out what training needs.
    exact = probs.cpu().numpy()
    steps = np.float32(TAU_STEPS)
    nearest = exact * steps
    np.rint(nearest, out=nearest)
    counted = nearest.astype(np.uint8)
    np.divide(nearest, steps, out=nearest)
    counted += exact > nearest
    return torch.from_numpy(counted)
