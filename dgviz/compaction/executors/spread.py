"""A pruned network whose first layer has a column for every input again. Needs no torch."""

from __future__ import annotations

import numpy as np

from dgviz.compaction.network import CompactLayer, CompactNetwork


def spread(network: CompactNetwork) -> CompactNetwork:
    """The same function; pixels that are not read have zeros.

    A sparse form does not store these zeros, and needs no copy of the pixels in use.
    """
    first, *others = network.layers
    weight = np.zeros((len(first.bias), network.inputs), np.float32)
    weight[:, network.pixels] = first.weight
    layers = (CompactLayer(weight, first.bias), *others)
    return CompactNetwork(np.arange(network.inputs), network.inputs, layers)
