"""Remove from a network what never changes its logits. Needs no torch."""

from __future__ import annotations

import numpy as np

from dgviz.compaction.network import CompactLayer, CompactNetwork


def prune(network: CompactNetwork) -> CompactNetwork:
    """The same function of an image, without dead hidden units and unused pixels.

    - A hidden unit without incoming connections is the constant relu(b). What it adds to the units
      of the next layer is added to their biases, and it is removed.
    - A hidden unit without outgoing connections, or a pixel, is removed.

    Removals can make other units dead, but only these: without a constant unit, units after it may
    be constant, and without an unread unit, units before it may be unread. So one pass forward and
    one backward find all of them. The classes always stay, also if their logits are constant; a
    hidden layer may have no units left, and the network no pixels.

    Biases are summed in float64 and rounded once to float32. All other numbers stay the same.
    """
    layers = network.layers
    # Forward: which of the values that each layer reads depend on the image, and what the others
    # are; each layer's biases with what constant units add.
    varies = [np.ones(len(network.pixels), bool)]
    constants = np.zeros(len(network.pixels))
    biases = []
    for layer in layers:
        fixed = ~varies[-1]
        biases.append(layer.bias + layer.weight[:, fixed] @ constants[fixed])
        varies.append((layer.weight[:, ~fixed] != 0).any(1))
        constants = np.maximum(biases[-1], 0)
    # Backward: which units of each layer are read.
    kept = []
    read = np.ones(len(layers[-1].bias), bool)
    for layer, bias, varying in reversed(list(zip(layers, biases, varies[:-1], strict=True))):
        columns = varying & (layer.weight[read] != 0).any(0)
        kept.append(
            CompactLayer(layer.weight[np.ix_(read, columns)], bias[read].astype(np.float32))
        )
        read = columns
    return CompactNetwork(network.pixels[read], network.inputs, tuple(reversed(kept)))
