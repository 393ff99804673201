"""How large a network is before and after, in each form. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from safetensors.numpy import save

from dgviz.compaction.forms import FORMS, arrays
from dgviz.compaction.network import CompactNetwork

DENSE, GATED = "dense, before", "gated, before"
"""The names of the rows for the network before it is compacted."""


@dataclass(frozen=True)
class Size:
    """The size of a network in one form. All are counts of what the form really holds.

    Attributes:
        parameters: its weights and biases, all float32; zeros and padding count, because the form
            stores them. Positions do not count here, but in the bytes.
        zeros: how many of the weights are exactly 0: closed connections that the form stores all
            the same, or padding.
        macs: multiply-accumulates for one image: one for each stored weight, a zero included,
            because the form multiplies by it. Additions of biases are not counted.
        memory: bytes of the arrays: 4 for each parameter, 2 or 4 for each position, among them the
            pixels that are read unless all are. Activations are not counted.
        disk: bytes of a safetensors file with these arrays, its header included, not compressed.
    """

    parameters: int
    zeros: int
    macs: int
    memory: int
    disk: int


def size(network: CompactNetwork, form: str) -> Size:
    """The size of a network in a form of `FORMS`."""
    stored = arrays(network, form)
    weights = [part for name, part in stored.items() if name.endswith(".weight")]
    macs = sum(weight.size for weight in weights)
    return Size(
        parameters=macs + sum(len(layer.bias) for layer in network.layers),
        zeros=macs - sum(int(np.count_nonzero(weight)) for weight in weights),
        macs=macs,
        memory=sum(part.nbytes for part in stored.values()),
        disk=len(save(stored)),
    )


def sizes(gated: CompactNetwork, compact: CompactNetwork) -> dict[str, Size]:
    """The sizes on the way from dense to compact, by the name of the row.

    - `DENSE`: the network with every connection open.
    - `GATED`: the same with closed connections as zeros. It takes as much, and its arrays are
      multiplied in full.
    - "compact, …": the pruned network in each form of `FORMS`.

    Args:
        gated: the network before it is pruned, with its masks applied.
        compact: the same after pruning.
    """
    before = size(gated, "dense")
    after = {f"compact, {form}": size(compact, form) for form in FORMS}
    return {DENSE: replace(before, zeros=0), GATED: before, **after}


def smallest(found: Mapping[str, Size]) -> str:
    """The name of the row that takes least memory; of equal ones the first."""
    return min(found, key=lambda name: found[name].memory)
