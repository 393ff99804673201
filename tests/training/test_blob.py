"""Blobs: their layout, and the refusal of truncated and foreign ones."""

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError

from dgviz.training.blob import finite, pack, unpack


def test_the_layout_is_the_one_that_the_browser_reads() -> None:
    """It is a u64 length, a JSON header, and data with offsets from the header's end."""
    blob = pack({"b": torch.arange(3).byte(), "a": torch.ones(2, 2).half().t()}, {"n": 1})
    (length,) = struct.unpack("<Q", blob[:8])
    header = json.loads(blob[8 : 8 + length])
    assert json.loads(header.pop("__metadata__")["dgviz"]) == {"n": 1}
    assert {name: (entry["dtype"], entry["shape"]) for name, entry in header.items()} == {
        "b": ("U8", [3]),
        "a": ("F16", [2, 2]),
    }
    start, end = header["b"]["data_offsets"]
    assert np.frombuffer(blob[8 + length :][start:end], np.uint8).tolist() == [0, 1, 2]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values)
def test_finite_leaves_only_values_that_json_accepts(value: Any) -> None:
    cleaned = finite(value)
    assert json.loads(json.dumps(cleaned, allow_nan=False)) == cleaned


def test_finite_changes_only_numbers_that_are_not_finite() -> None:
    value = {"a": [1, 2.5, math.nan, (math.inf, "nan")], "b": {"c": -math.inf}, "d": True}
    assert finite(value) == {"a": [1, 2.5, None, [None, "nan"]], "b": {"c": None}, "d": True}


@given(st.data())
def test_a_cut_blob_is_refused(data: st.DataObject) -> None:
    blob = pack({"gates.0": torch.zeros(4, 6, dtype=torch.uint8)}, {"channel": "gates"})
    with pytest.raises(SafetensorError):
        unpack(blob[: data.draw(st.integers(0, len(blob) - 1))])


@pytest.mark.parametrize("blob", [b"", b"hello", b"\xff" * 64, b"\0" * 64])
def test_a_foreign_blob_is_refused(blob: bytes) -> None:
    with pytest.raises(SafetensorError):
        unpack(blob)
