"""What a set of hard masks amounts to: how many connections, MACs, parameters, units, pixels.

All is counted from the masks alone, and locally: a unit fed only by dead units is not itself called
dead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


@dataclass(frozen=True)
class Measures:
    """The scalars of one set of masks.

    Attributes:
        active_weights: live connections, all layers together.
        total_weights: connections, live or not: the paper's 203k.
        active_ratio: the paper's r, live connections of all layers over all, in [0, 1].
        active_ratio_by_layer: the same for each layer by itself.
        macs: multiply-accumulates for one input through the masked net, one for each live
            connection. It is what a perfect sparse kernel would do, and no promise of speed; biases
            are additions.
        dense_macs: the same with every gate open.
        parameters: numbers to keep after pruning: live weights, and the biases that something
            reads. Those are the biases of the output units and of every hidden unit with a live
            output. A hidden unit with a live output and no live input is the constant relu(b),
            which could be folded into the next layer's biases; its bias and weights are counted all
            the same, and so are live weights into a unit with no live output. Gates and the
            positions of live weights are not counted.
        parameters_without_biases: the live weights alone. The paper counts like this.
        dense_parameters: all weights and all biases of the same net without gates.
        dead_hidden_units: units of all hidden layers without a live input, whose answer is the
            constant relu(b), or without a live output, which nothing reads.
        pixels_in_use: inputs with at least one live connection into the first layer.
    """

    active_weights: int
    total_weights: int
    active_ratio: float
    active_ratio_by_layer: tuple[float, ...]
    macs: int
    dense_macs: int
    parameters: int
    parameters_without_biases: int
    dense_parameters: int
    dead_hidden_units: int
    pixels_in_use: int


def measure(masks: Sequence[Tensor]) -> Measures:
    """All scalars at once, each connection counted once.

    Args:
        masks: One bool tensor for each layer, input side first, shape (out, in), True where a
            connection is live (its gate open); each layer's `out` is the next one's `in`.

    Raises:
        ValueError: When `masks` is anything else.
    """
    layers = _arrays(masks)
    live_by_layer = [_count(layer) for layer in layers]
    live, total = sum(live_by_layer), sum(layer.size for layer in layers)
    # Of the pixels, then of each hidden layer's units.
    with_output = [layer.any(0) for layer in layers]
    with_input = [layer.any(1) for layer in layers[:-1]]
    read = sum(_count(units) for units in with_output[1:])
    hidden = zip(with_input, with_output[1:], strict=True)
    return Measures(
        active_weights=live,
        total_weights=total,
        active_ratio=live / total,
        active_ratio_by_layer=tuple(
            count / layer.size for count, layer in zip(live_by_layer, layers, strict=True)
        ),
        macs=live,
        dense_macs=total,
        parameters=live + read + len(layers[-1]),
        parameters_without_biases=live,
        dense_parameters=total + sum(len(layer) for layer in layers),
        dead_hidden_units=sum(_count(~(inputs & outputs)) for inputs, outputs in hidden),
        pixels_in_use=_count(with_output[0]),
    )


def always_zero_pixels(images: Tensor) -> Tensor:
    """Pixels that are 0 in every image: bool, shape (pixels,).

    Cross-entropy gives their gates no gradient, so their gates tell nothing about importance.

    Args:
        images: Shape (n, pixels), uint8, n at least 1.

    Raises:
        ValueError: When `images` is anything else.
    """
    if images.dtype != torch.uint8 or images.ndim != 2 or len(images) == 0:
        raise ValueError(
            "images must be uint8 of shape (n, pixels) with n at least 1, "
            f"not {images.dtype} of shape {tuple(images.shape)}."
        )
    return images.amax(0) == 0


def _arrays(masks: Sequence[Tensor]) -> list[np.ndarray]:
    """The masks checked and as NumPy views, whose bool reductions are ten times PyTorch's speed."""
    if not masks or any(mask.dtype != torch.bool or mask.ndim != 2 for mask in masks):
        raise ValueError("masks must be bool tensors of shape (out, in), one for each layer.")
    if any(before.shape[0] != after.shape[1] for before, after in pairwise(masks)):
        shapes = [tuple(mask.shape) for mask in masks]
        raise ValueError(f"Each mask's out must be the next one's in, not {shapes}.")
    return [mask.cpu().numpy() for mask in masks]


def _count(bools: npt.ArrayLike) -> int:
    # A plain int: NumPy's own is not one, and JSON would refuse it.
    return int(np.count_nonzero(bools))
