"""Measures of the masks of a network: connections, MACs, parameters, units and pixels in use.

All are counted from the masks alone, and locally: a unit whose inputs are all dead units is not
itself counted as dead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


class Connections(Protocol):
    """The connections of one layer.

    Attributes:
        name: unique in the network.
        mask: bool (out, in), True where a connection is active.
        source: the layer whose units are its inputs; "" for the image.
    """

    @property
    def name(self) -> str: ...
    @property
    def mask(self) -> Tensor: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class Measures:
    """The scalars of one network.

    Attributes:
        active_weights: active connections, all layers together.
        total_weights: all connections: the paper's 203k.
        active_ratio: the paper's r, active connections of all layers over all, in [0, 1].
        macs: multiply-accumulates for one input through the masked net, one for each active
            connection. A perfect sparse kernel would do this many; a real one need not be faster.
        dense_macs: the same with every connection active.
        parameters: numbers to store after pruning: active weights, and the biases that are used:
            those of the output units and of every hidden unit with an active output. A hidden unit
            with an active output and no active input is the constant relu(b), which could be folded
            into the next layer's biases; its bias and weights are counted all the same, and so are
            active weights into a unit with no active output. Gates and the positions of active
            weights are not counted.
        dense_parameters: all weights and all biases of the same net without gates.
        dead_hidden_units: units of all hidden layers without an active input, whose value is the
            constant relu(b), or without an active output.
        pixels_in_use: inputs with at least one active connection into the first layer.
    """

    active_weights: int
    total_weights: int
    active_ratio: float
    macs: int
    dense_macs: int
    parameters: int
    dense_parameters: int
    dead_hidden_units: int
    pixels_in_use: int


def measure(layers: Sequence[Connections]) -> Measures:
    """Compute all measures.

    Args:
        layers: in any order and number. A layer that is not the source of another is an output.

    Raises:
        ValueError: When a mask is not a bool matrix, a name is used twice, a source is missing, or
            the number of inputs of a layer is not its source's number of units.
    """
    masks = _arrays(layers)
    active = sum(_count(mask) for mask in masks.values())
    total = sum(mask.size for mask in masks.values())
    # The units with an active output, for each layer and, under "", for the image.
    read: dict[str, npt.NDArray[np.bool_]] = {}
    for layer in layers:
        used = np.asarray(masks[layer.name].any(0))
        read[layer.source] = read[layer.source] | used if layer.source in read else used
    hidden = {name: mask.any(1) for name, mask in masks.items() if name in read}
    outputs = sum(len(mask) for name, mask in masks.items() if name not in read)
    return Measures(
        active_weights=active,
        total_weights=total,
        active_ratio=active / total,
        macs=active,
        dense_macs=total,
        parameters=active + sum(_count(read[name]) for name in hidden) + outputs,
        dense_parameters=total + sum(len(mask) for mask in masks.values()),
        dead_hidden_units=sum(_count(~(fed & read[name])) for name, fed in hidden.items()),
        pixels_in_use=_count(read[""]),
    )


def always_zero_pixels(images: Tensor) -> Tensor:
    """Pixels that are 0 in every image: bool, shape (pixels,).

    Cross-entropy gives their gates no gradient, so these gates carry no information on importance.

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


def _arrays(layers: Sequence[Connections]) -> dict[str, np.ndarray]:
    """Check the masks; return NumPy views, whose bool reductions are ten times as fast."""
    masks = {layer.name: layer.mask for layer in layers}
    if not masks or len(masks) < len(layers):
        raise ValueError("There must be one layer or more, each with a name of its own.")
    if any(mask.dtype != torch.bool or mask.ndim != 2 for mask in masks.values()):
        raise ValueError("Masks must be bool tensors of shape (out, in).")
    widths = {name: len(mask) for name, mask in masks.items()}
    for layer in layers:
        # All layers on the image must have the same number of inputs.
        inputs = layer.mask.shape[1]
        if not layer.source:
            widths.setdefault("", inputs)
        if widths.get(layer.source) != inputs:
            raise ValueError(
                f"Layer {layer.name!r} has {inputs} inputs, and its source {layer.source!r} has "
                f"{widths.get(layer.source, 'no')} units."
            )
    return {name: mask.cpu().numpy() for name, mask in masks.items()}


def _count(bools: npt.ArrayLike) -> int:
    # A Python int, because JSON does not accept NumPy's.
    return int(np.count_nonzero(bools))
