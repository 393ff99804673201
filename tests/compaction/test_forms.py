"""The forms of a layer: each gives back the layer, and its arrays are what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from made_up_networks import networks

from dgviz.compaction.forms import FORMS, arrays, csr, fan_in
from dgviz.compaction.network import CompactLayer, CompactNetwork

WEIGHT = np.array([[0, 2, 0, 3], [0, 0, 0, 0], [4, 0, 0, 0]], np.float32)
LAYER = CompactLayer(WEIGHT, np.array([1, 2, 3], np.float32))


def empty(out: int, inputs: int) -> CompactLayer:
    return CompactLayer(np.zeros((out, inputs), np.float32), np.ones(out, np.float32))


@given(networks())
def test_csr_and_fixed_fan_in_give_back_the_layer(network: CompactNetwork) -> None:
    for layer in network.layers:
        for form in (csr, fan_in):
            again = form(layer).dense()
            assert np.array_equal(again.weight, layer.weight)
            assert np.array_equal(again.bias, layer.bias)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (3, 2)])
def test_layers_without_weights_have_every_form(shape: tuple[int, int]) -> None:
    layer = empty(*shape)
    for form in (csr, fan_in):
        stored = form(layer)
        assert stored.weight.size == 0 and np.array_equal(stored.dense().weight, layer.weight)


def test_csr_by_hand() -> None:
    stored = csr(LAYER)
    assert stored.weight.tolist() == [2, 3, 4]
    assert stored.columns.tolist() == [1, 3, 0]
    assert stored.starts.tolist() == [0, 2, 2, 3]


def test_fixed_fan_in_by_hand() -> None:
    stored = fan_in(LAYER)
    assert stored.weight.tolist() == [[2, 3], [0, 0], [4, 0]]
    assert stored.columns.tolist() == [[1, 3], [0, 0], [0, 0]]


def test_positions_are_as_small_as_they_can_be() -> None:
    for inputs, expected in ((2**16, np.uint16), (2**16 + 1, np.int32)):
        layer = empty(1, inputs)
        layer.weight[0, -1] = 1
        for form in (csr, fan_in):
            assert form(layer).columns.dtype == expected
            assert np.array_equal(form(layer).dense().weight, layer.weight)


def test_starts_are_as_small_as_they_can_be() -> None:
    full = CompactLayer(np.ones((2**8, 2**8), np.float32), np.ones(2**8, np.float32))
    assert csr(full).starts.dtype == np.int32 and csr(full).starts[-1] == 2**16
    full.weight[0, 0] = 0
    assert csr(full).starts.dtype == np.uint16 and csr(full).starts[-1] == 2**16 - 1


def test_arrays_have_names_as_in_a_file() -> None:
    network = CompactNetwork(np.array([0, 1, 3, 4]), 5, (LAYER, empty(2, 3)))
    expected = {"pixels", *(f"layers.{i}.{name}" for i in (0, 1) for name in ("weight", "bias"))}
    assert arrays(network, "dense").keys() == expected
    for i in (0, 1):
        expected |= {f"layers.{i}.columns", f"layers.{i}.starts"}
    assert arrays(network, "CSR").keys() == expected
    whole = CompactNetwork(np.arange(4), 4, (LAYER,))
    assert all("pixels" not in arrays(whole, form) for form in FORMS)
