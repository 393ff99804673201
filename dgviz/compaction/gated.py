"""The network of gated layers, with the masks applied and nothing removed. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dgviz.compaction.network import CompactLayer, CompactNetwork


class GatedLayer(Protocol):
    """One layer as an inference uses it, such as `methods.method.LayerView`.

    Attributes:
        name: unique in the network.
        weight: (out, in), an array or a tensor on the CPU without a gradient.
        bias: (out,).
        mask: bool (out, in), the connections that an inference uses.
        source: the name of the layer whose units are its inputs; "" for the image.
    """

    @property
    def name(self) -> str: ...
    @property
    def weight(self) -> npt.ArrayLike: ...
    @property
    def bias(self) -> npt.ArrayLike: ...
    @property
    def mask(self) -> npt.ArrayLike: ...
    @property
    def source(self) -> str: ...


def is_chain(layers: Sequence[GatedLayer]) -> bool:
    """Whether the inputs of each layer are the units of the layer before it."""
    names = [layer.name for layer in layers]
    return [layer.source for layer in layers] == ["", *names[:-1]]


def gated_network(layers: Sequence[GatedLayer]) -> CompactNetwork:
    """The network that these layers are: it reads all inputs, and keeps all units.

    Args:
        layers: a chain, input side first. Weights keep their float32 values; those of connections
            that are not in the mask become 0.

    Raises:
        ValueError: the layers are no chain, or have numbers that are not finite.
    """
    if not is_chain(layers):
        raise ValueError("The inputs of each layer must be the units of the layer before it.")
    # A product with the mask would give -0, and NaN for a closed connection that is not finite.
    arrays = [
        CompactLayer(
            np.where(np.asarray(layer.mask), np.asarray(layer.weight), np.float32(0)),
            np.asarray(layer.bias).copy(),
        )
        for layer in layers
    ]
    inputs = arrays[0].weight.shape[1]
    return CompactNetwork(np.arange(inputs), inputs, tuple(arrays))
