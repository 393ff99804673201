"""Masks as bits: packing and unpacking, in the order that the browser reads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgviz.training.mask_bits import length, packed, unpacked


def test_connections_are_packed_from_the_lowest_bit() -> None:
    mask = np.zeros((2, 5), dtype=bool)
    mask[0, 0] = mask[0, 3] = mask[1, 4] = True
    assert packed(mask).tolist() == [0b0000_1001, 0b0000_0010]


@given(st.integers(1, 9), st.integers(1, 19), st.integers(0, 2**31))
def test_a_packed_mask_is_unpacked_unchanged(rows: int, columns: int, seed: int) -> None:
    mask = np.random.default_rng(seed).random((rows, columns)) < 0.5
    bits = packed(mask)
    assert bits.shape == (length(mask.shape),)
    assert np.array_equal(unpacked(bits, mask.shape), mask)


@pytest.mark.parametrize("shape", [(3, 6), (2, 4), (2**30, 2**30)])
def test_bits_of_another_shape_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="takes"):
        unpacked(np.zeros(2, dtype=np.uint8), shape)
