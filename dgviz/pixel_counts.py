"""The pixels of an image by their connections: in use, unused or always blank."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class PixelCounts:
    """The connections of every pixel of an image; the channels of a colour image are added up.

    Attributes:
        active: active connections, shape (height, width).
        blank: True for always-blank pixels, which are 0 in every channel of every training image.
        total: the number of connections of a pixel, active or closed.
    """

    active: npt.NDArray[np.int64]
    blank: npt.NDArray[np.bool_]
    total: int

    @property
    def in_use(self) -> npt.NDArray[np.bool_]:
        """True for pixels with ink and an active connection, shape (height, width)."""
        return ~self.blank & (self.active > 0)

    @property
    def unused(self) -> npt.NDArray[np.bool_]:
        """True for pixels with ink and no active connection, shape (height, width)."""
        return ~self.blank & (self.active == 0)


def count_pixels(
    mask: npt.NDArray[np.bool_],
    image_shape: Sequence[int] | None = None,
    always_zero: npt.NDArray[np.generic] | None = None,
) -> PixelCounts:
    """Count the active connections of each pixel.

    Args:
        mask: of the first layer, shape (units, channels * height * width), channel first.
        image_shape: (channels, height, width); if it is unknown or does not fit, a square or a
            single row is used.
        always_zero: shape (inputs,), true where the input is 0 in every training image.
    """
    units, inputs = mask.shape
    channels, height, width = _shape(image_shape, inputs)
    per_input = mask.sum(axis=0)
    blank = np.zeros(inputs, dtype=bool)
    if always_zero is not None and len(always_zero) == inputs:
        blank = always_zero.astype(bool)
    as_images = (channels, height, width)
    return PixelCounts(
        active=per_input.reshape(as_images).sum(axis=0),
        blank=np.logical_and.reduce(blank.reshape(as_images)),
        total=units * channels,
    )


def _shape(image_shape: Sequence[int] | None, inputs: int) -> tuple[int, int, int]:
    if image_shape is not None and len(image_shape) == 3 and math.prod(image_shape) == inputs:
        channels, height, width = image_shape
        return channels, height, width
    side = math.isqrt(inputs)
    return (1, side, side) if side * side == inputs else (1, 1, inputs)
