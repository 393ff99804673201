"""A network without its gates: a chain of linear layers that reads some of the pixels. No torch.

This is what pruning gives, what exports write and what executors run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class CompactLayer:
    """A linear layer, x ↦ W x + b.

    Attributes:
        weight: W, float32 (out, in). The weight of a closed connection is exactly 0, and a weight
            of exactly 0 counts as a closed connection. Both sizes may be 0.
        bias: b, float32 (out,).

    Raises:
        ValueError: dtypes or shapes are others, or a number is not finite.
    """

    weight: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.weight.ndim != 2 or self.bias.shape != self.weight.shape[:1]:
            raise ValueError(
                "A layer has a weight of shape (out, in) and a bias of shape (out,), "
                f"not {self.weight.shape} and {self.bias.shape}."
            )
        for numbers in (self.weight, self.bias):
            if numbers.dtype != np.float32:
                raise ValueError(f"A layer has float32 weights and biases, not {numbers.dtype}.")
            if not np.isfinite(numbers).all():
                raise ValueError("A layer has a weight or a bias that is not finite.")

    @property
    def connections(self) -> int:
        """Number of weights that are not 0."""
        return int(np.count_nonzero(self.weight))


@dataclass(frozen=True, eq=False)
class CompactNetwork:
    """A chain of layers with ReLU between them.

    Attributes:
        pixels: int64 (p,), ascending: which of the image's inputs the first layer reads. It may
            read none: then the logits are the same for every image.
        inputs: number of inputs of an image, the channels of its pixels counted separately.
        layers: at least one, input side first; the last one has a unit for each class.

    Raises:
        ValueError: the pixels are no ascending places among the inputs, or a layer has another
            number of inputs than the pixels or units before it.
    """

    pixels: npt.NDArray[np.int64]
    inputs: int
    layers: tuple[CompactLayer, ...]

    def __post_init__(self) -> None:
        if self.pixels.ndim != 1 or self.pixels.dtype != np.int64:
            kind = f"{self.pixels.dtype} of shape {self.pixels.shape}"
            raise ValueError(f"The pixels must be int64 of shape (n,), not {kind}.")
        bounded = np.concatenate([[-1], self.pixels, [self.inputs]])
        if (np.diff(bounded) <= 0).any():
            raise ValueError(f"The pixels must ascend and lie in 0..{self.inputs - 1}.")
        if not self.layers:
            raise ValueError("A network has one layer or more.")
        for before, layer in zip(self.widths, self.layers, strict=False):
            if layer.weight.shape[1] != before:
                raise ValueError(
                    f"A layer with {layer.weight.shape[1]} inputs cannot follow {before} "
                    "pixels or units."
                )

    @property
    def widths(self) -> tuple[int, ...]:
        """Number of pixels that are read, of units of each hidden layer, and of classes."""
        return (len(self.pixels), *(len(layer.bias) for layer in self.layers))

    @property
    def connections(self) -> int:
        """Number of weights that are not 0."""
        return sum(layer.connections for layer in self.layers)

    def logits(self, images: Floats) -> Floats:
        """The logits (n, classes), computed plainly in the precision of the images.

        Args:
            images: float32 or float64 (n, inputs) in [0, 1], with all inputs, also unread ones.

        Raises:
            ValueError: the images are no floats of this shape.
        """
        if images.ndim != 2 or images.shape[1] != self.inputs or images.dtype.kind != "f":
            kind = f"{images.dtype} of shape {images.shape}"
            raise ValueError(f"Images must be floats of shape (n, {self.inputs}), not {kind}.")
        first, *others = self.layers
        values: Floats = images[:, self.pixels] @ first.weight.T + first.bias
        for layer in others:
            values = np.maximum(values, 0) @ layer.weight.T + layer.bias
        return values
