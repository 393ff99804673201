"""Limit the fan-in of hidden units, so that the fixed fan-in form needs little padding. No torch.

The form stores as many weights for every unit as the unit with most of them has. Without the
longest rows it is much smaller. The classes keep all their connections: they are few, and they have
about the same number each.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune
from dgviz.compaction.recipe import MEAN


def with_fan_in(network: CompactNetwork, fan_in: int | str) -> CompactNetwork:
    """The same network, in which each hidden unit keeps only so many connections from its inputs.

    It keeps those with the largest absolute weights, and of equal ones the first. A unit with fewer
    connections keeps them all.

    Args:
        fan_in: the number, at least 1; or `MEAN`, for each layer the mean of the units that `prune`
            leaves, rounded. Then the form has about as many weights as the layer had connections.

    Raises:
        ValueError: no connection leads to a class, so that no hidden unit is left.
    """
    living = prune(network).layers[:-1]
    if any(not layer.connections for layer in living):
        raise ValueError(
            "No connection leads from a pixel to a class, so there is no fan-in to limit."
        )
    limits = [
        round(float(fan_ins(layer).mean())) if fan_in == MEAN else int(fan_in) for layer in living
    ]
    *hidden, last = network.layers
    kept = [_strongest(layer, limit) for layer, limit in zip(hidden, limits, strict=True)]
    return replace(network, layers=(*kept, last))


def fan_ins(layer: CompactLayer) -> npt.NDArray[np.int64]:
    """The number of connections of each unit from its inputs, (out,)."""
    return np.count_nonzero(layer.weight, axis=1)


def _strongest(layer: CompactLayer, limit: int) -> CompactLayer:
    order = np.argsort(-np.abs(layer.weight), axis=1, kind="stable")[:, :limit]
    kept = np.zeros_like(layer.weight)
    np.put_along_axis(kept, order, np.take_along_axis(layer.weight, order, axis=1), axis=1)
    return CompactLayer(kept, layer.bias)
