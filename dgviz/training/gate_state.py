"""The gates of a network between two steps; each of their figures is computed at most once."""

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
    """The gates, for log, recording and display; valid until the method's next step.

    Attributes are computed at their first use, because most steps use none.

    Attributes:
        preview: whether connections with a score above tau are active, so that other values of tau
            can be previewed.
    """

    def __init__(self, method: Method) -> None:
        self._method = method
        self.preview = bool(method.settings.spec.preview)

    @cached_property
    def layers(self) -> list[LayerView]:
        """The network's layers as an inference uses them."""
        return self._method.layers()

    @property
    def masks(self) -> list[Tensor]:
        """The mask of each layer, bool (out, in): True for active connections."""
        return [layer.mask for layer in self.layers]

    @property
    def on_image(self) -> Tensor:
        """The masks of all layers whose inputs are the pixels, one below the other."""
        return torch.cat([layer.mask for layer in self.layers if not layer.source])

    @property
    def scores(self) -> list[Tensor] | None:
        """The scores of each layer, (out, in) in [0, 1]; None for a method without scores."""
        scores = [layer.score for layer in self.layers if layer.score is not None]
        return scores if len(scores) == len(self.layers) else None

    @cached_property
    def mean_score(self) -> float | None:
        """The mean score of all connections; None for a method without scores."""
        if self.scores is None:
            return None
        return sum(float(s.sum()) for s in self.scores) / sum(s.numel() for s in self.scores)

    @cached_property
    def measures(self) -> Measures:
        """The measures of the masks."""
        return measure(self.layers)

    @cached_property
    def packed_masks(self) -> list[Tensor]:
        """The masks in the recorded form: `mask_bits.packed` of each layer."""
        return [torch.from_numpy(mask_bits.packed(mask.cpu().numpy())) for mask in self.masks]

    @cached_property
    def packed_scores(self) -> list[Tensor] | None:
        """The scores in the recorded form: `score_bytes` of each layer."""
        return None if self.scores is None else [score_bytes(layer) for layer in self.scores]

    @cached_property
    def score_counts(self) -> list[int] | None:
        """Number of connections with each score byte, from 0 to 200; None without scores."""
        if self.packed_scores is None:
            return None
        # PyTorch takes a quarter of the time of NumPy, which converts the bytes first.
        layers = [layer.flatten() for layer in self.packed_scores]
        counts = [torch.bincount(layer, minlength=TAU_STEPS + 1) for layer in layers]
        return torch.stack(counts).sum(0).tolist()


def score_bytes(scores: Tensor) -> Tensor:
    """How many of k/200, k = 0 to 199, lie below each score: uint8, of the shape of `scores`.

    In exact arithmetic that is ceil(200 p). In float32 the product is rounded, so a probability
    close to a slider step could land on the wrong side; therefore compare as the mask does.
    """
    # In NumPy, which takes half as long as PyTorch. In one buffer: the first write to new memory is
    # slow, and evicts training data from the cache.
    exact = scores.cpu().numpy()
    steps = np.float32(TAU_STEPS)
    nearest = exact * steps
    np.rint(nearest, out=nearest)
    counted = nearest.astype(np.uint8)
    np.divide(nearest, steps, out=nearest)
    counted += exact > nearest
    return torch.from_numpy(counted)
