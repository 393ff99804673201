"""Masks as bits, eight connections a byte; without torch."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


def packed(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """The bits of a mask, row by row: connection k is bit k % 8 of byte k // 8, bit 0 the lowest.

    Args:
        mask: of any shape; n connections take ceil(n / 8) bytes, the last one filled with zeros.
    """
    return np.packbits(mask, bitorder="little")


def unpacked(bits: npt.NDArray[np.uint8], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """The mask of this shape whose bits these are.

    Raises:
        ValueError: there are more or fewer bytes than such a mask takes.
    """
    if bits.shape != (length(shape),):
        raise ValueError(f"A mask of shape {shape} takes {length(shape)} bytes, not {bits.shape}.")
    return np.unpackbits(bits, count=math.prod(shape), bitorder="little").view(bool).reshape(shape)


def length(shape: tuple[int, ...]) -> int:
    """How many bytes the bits of a mask of this shape take."""
    return -(-math.prod(shape) // 8)
