"""Masks as bits, eight connections in a byte. Needs no torch."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


def packed(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """The bits of a mask, row by row: connection k is bit k % 8 of byte k // 8, bit 0 the lowest.

    Args:
        mask: of any shape; n connections take ceil(n / 8) bytes, and unused bits are 0.
    """
    return np.packbits(mask, bitorder="little")


def unpacked(bits: npt.NDArray[np.uint8], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """The mask of this shape with these bits: the inverse of `packed`.

    Raises:
        ValueError: the number of bytes does not fit the shape.
    """
    if bits.shape != (length(shape),):
        raise ValueError(f"A mask of shape {shape} takes {length(shape)} bytes, not {bits.shape}.")
    return np.unpackbits(bits, count=math.prod(shape), bitorder="little").view(bool).reshape(shape)


def length(shape: tuple[int, ...]) -> int:
    """Number of bytes for the bits of a mask of this shape."""
    return -(-math.prod(shape) // 8)
