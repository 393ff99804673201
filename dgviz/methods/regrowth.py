"""Sparse networks that drop small weights and grow others: what RigL and GraNet share.

They begin with a random mask. A layer's number of active weights is in proportion to the sum of its
numbers of inputs and outputs, so that small layers are denser (Erdős-Rényi: Mocanu et al. 2018).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from dgviz.methods.event import Event
from dgviz.methods.masked import MaskedLinear, MaskedMLP, largest


def erdos_renyi(shapes: Sequence[tuple[int, int]], active: int) -> list[int]:
    """Distribute a number of active weights over layers, in proportion to fan-in plus fan-out.

    A layer that would have more weights active than it has is dense, and the others share the rest.

    Args:
        shapes: (out, in) of each layer.
        active: at most the number of all weights.

    Returns:
        The number of each layer; they add up to `active`.
    """
    dense: set[int] = set()
    while True:
        sparse = [i for i in range(len(shapes)) if i not in dense]
        rest = active - sum(math.prod(shapes[i]) for i in dense)
        scale = rest / sum(sum(shapes[i]) for i in sparse) if sparse else 0.0
        full = {i for i in sparse if scale * sum(shapes[i]) > math.prod(shapes[i])}
        if not full:
            break
        dense |= full
    counts = [
        math.prod(shape) if i in dense else int(scale * sum(shape))
        for i, shape in enumerate(shapes)
    ]
    # What rounding has left over.
    counts[sparse[0] if sparse else 0] += active - sum(counts)
    return counts


def mask_at_random(method: MaskedMLP, counts: Sequence[int]) -> None:
    """Leave this many connections of each layer active, at places drawn by the method."""
    for linear, count in zip(method.linears, counts, strict=True):
        drawn = torch.rand(linear.mask.shape, generator=method.generator)
        linear.use(largest(drawn, count))


def cosine(start: float, part: float) -> float:
    """Half a cosine from `start` down to 0, at a part of its way in [0, 1]."""
    return start * (1 + math.cos(math.pi * part)) / 2


def regrow(linear: MaskedLinear, share: float, optimiser: torch.optim.Optimizer) -> int:
    """Drop a share of the active weights, and grow as many where the gradient is largest.

    The smallest weights are dropped. Of all places that are closed then, those with the largest
    gradient of the last batch are grown. A grown weight begins at 0, with moments of 0; one that
    has just been dropped keeps its value and moments.

    Args:
        share: of the active weights, in [0, 1]; no more are dropped than there are closed places.

    Returns:
        The number of weights that were dropped and not grown again. As many others were grown.
    """
    active = linear.active
    dropped = min(round(share * active), linear.mask.numel() - active)
    if not dropped:
        return 0
    assert linear.weight.grad is not None
    kept = largest(linear.magnitudes(), active - dropped)
    # -1 is less than any gradient's magnitude.
    grown = largest(linear.weight.grad.abs().masked_fill_(kept, -1), dropped)
    opened = grown & ~linear.mask
    changed = (kept | grown) ^ linear.mask
    linear.use(kept | grown)
    for moment in optimiser.state[linear.weight].values():
        if moment.shape == changed.shape:
            moment.masked_fill_(changed, 0)
    return int(opened.sum())


def grown_event(grown: int, method: MaskedMLP) -> Event:
    """The event of a change by which this many weights were dropped and as many grown."""
    return Event(
        "dropped and grown",
        f"{grown:,} small weights dropped and {grown:,} others grown, "
        f"{method.active:,} of {method.total:,} are active",
    )
