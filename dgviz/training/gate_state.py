"""The gates of a network between two steps, with each figure of them computed at most once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from dgviz.gates.measures import Measures, measure
from dgviz.methods.method import LayerView, Method
from dgviz.training import mask_bits

TAU_STEPS = 200


class GateState:
    """What log, recording and display read of the gates; valid until the method's next step.

    Each attribute is computed when it is first asked for, and most steps ask for none.

    Attributes:
        preview: whether the masks are the scores above tau, so that another tau can be previewed.
    """

    def __init__(self, method: Method) -> None:
        self._method = method
        self.preview = bool(method.settings.spec.preview)

    @cached_property
    def layers(self) -> list[LayerView]:
        """The network as an inference uses it."""
        return self._method.layers()

    @property
    def masks(self) -> list[Tensor]:
        """One boolean (out, in) tensor a layer: the connections that an inference uses."""
        return [layer.mask for layer in self.layers]

    @property
    def scores(self) -> list[Tensor] | None:
        """One (out, in) tensor a layer, in [0, 1]; None for a method without scores."""
        scores = [layer.score for layer in self.layers if layer.score is not None]
        return scores if len(scores) == len(self.layers) else None

    @cached_property
    def mean_score(self) -> float | None:
        """Over all connections; None for a method without scores."""
        if self.scores is None:
            return None
        return sum(float(s.sum()) for s in self.scores) / sum(s.numel() for s in self.scores)

    @cached_property
    def measures(self) -> Measures:
        """What the masks amount to."""
        return measure(self.layers)

    @cached_property
    def packed_masks(self) -> list[Tensor]:
        """The masks as they are recorded and drawn: `mask_bits.packed` of each layer."""
        return [torch.from_numpy(mask_bits.packed(mask.cpu().numpy())) for mask in self.masks]

    @cached_property
    def packed_scores(self) -> list[Tensor] | None:
        """The scores as they are recorded and drawn: `score_bytes` of each layer."""
        return None if self.scores is None else [score_bytes(layer) for layer in self.scores]

    @cached_property
    def score_counts(self) -> list[int] | None:
        """Number of connections with each score byte, from 0 to 200; None without scores."""
        if self.packed_scores is None:
            return None
        layers = [layer.numpy().ravel() for layer in self.packed_scores]
        counts = sum(np.bincount(layer, minlength=TAU_STEPS + 1) for layer in layers)
        return np.asarray(counts).tolist()


def score_bytes(scores: Tensor) -> Tensor:
    """How many of k/200, k = 0 to 199, lie below each score: uint8, of the shape of `scores`.

    ceil(200 p) says the same in exact arithmetic. In float32 its product rounds, and a probability
    beside a step of the tau slider would land on the wrong side of it; so compare as the mask does.
    """
    # In NumPy: its comparison and its bytes take half as long as PyTorch's. In one buffer: memory
    # that is written for the first time is slow, and pushes out what training needs.
    exact = scores.cpu().numpy()
    steps = np.float32(TAU_STEPS)
    nearest = exact * steps
    np.rint(nearest, out=nearest)
    counted = nearest.astype(np.uint8)
    np.divide(nearest, steps, out=nearest)
    counted += exact > nearest
    return torch.from_numpy(counted)
