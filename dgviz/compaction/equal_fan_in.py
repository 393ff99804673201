"""Give hidden units an equal fan-in, so that the fixed fan-in form needs little padding. No torch.

The form stores as many weights for every unit as the unit with most of them has. Without the
longest rows it is much smaller. What is padding then costs as much as a weight, so it is used for
further connections, where a method says which ones are the next best. The classes keep all their
connections: they are few, and they have about the same number each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dgviz.compaction.gated import GatedLayer, gated_network
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.recipe import MEAN


class ScoredLayer(GatedLayer, Protocol):
    """A gated layer with its gate probabilities.

    Attributes:
        score: (out, in) in [0, 1]; None if the method has none.
    """

    @property
    def score(self) -> npt.ArrayLike | None: ...


def with_fan_in(layers: Sequence[ScoredLayer], fan_in: int | str) -> CompactNetwork:
    """The network of these layers, in which hidden units have an equal fan-in.

    A unit keeps the connections with the largest absolute weights; of equal ones the first. A unit
    with fewer, but not a dead one, gets those closed connections with the highest scores, with the
    weights that they have. It gets no more than the largest fan-in of the layer, and only from
    inputs that are in use.

    Args:
        layers: a chain, input side first.
        fan_in: the number, at least 1; or `MEAN`, for each layer the mean of its units that have
            both inputs and outputs, rounded. Then the form has about as many weights as the layer
            had connections.

    Raises:
        ValueError: no hidden unit has both inputs and outputs, or a number is not finite.
    """
    network = gated_network(layers)
    *hidden, last = network.layers
    limited = []
    for layer, following, view in zip(hidden, network.layers[1:], layers, strict=False):
        is_open = layer.weight != 0
        living = is_open.any(1) & (following.weight != 0).any(0)
        if not living.any():
            raise ValueError(
                "No hidden unit has an active connection, so there is no fan-in to limit."
            )
        counts = fan_ins(layer)[living]
        limit = round(float(counts.mean())) if fan_in == MEAN else int(fan_in)
        strength = np.where(is_open, 2 + np.abs(layer.weight.astype(np.float64)), -1)
        if view.score is not None:
            in_use = living[:, None] & is_open[living].any(0)
            strength = np.where(in_use & ~is_open, np.asarray(view.score), strength)
        rank = np.argsort(np.argsort(-strength, axis=1, kind="stable"), axis=1)
        width = np.where(is_open, limit, min(limit, int(counts.max())))
        kept = np.where((rank < width) & (strength >= 0), np.asarray(view.weight), np.float32(0))
        limited.append(CompactLayer(kept, layer.bias))
    return replace(network, layers=(*limited, last))


def fan_ins(layer: CompactLayer) -> npt.NDArray[np.int64]:
    """The number of connections of each unit from its inputs, (out,)."""
    return np.count_nonzero(layer.weight, axis=1)
