"""The limit of the fan-in: which connections stay, and what the fixed fan-in form then stores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_networks import networks

from dgviz.compaction.equal_fan_in import fan_ins, with_fan_in
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune
from dgviz.compaction.sizes import size


def a_network(*weights: list[list[float]]) -> CompactNetwork:
    layers = [
        CompactLayer(np.array(weight, np.float32), np.zeros(len(weight), np.float32))
        for weight in weights
    ]
    inputs = len(weights[0][0])
    return CompactNetwork(np.arange(inputs), inputs, tuple(layers))


# Two units that live, with four connections and with one, and one without a way to a class.
UNEVEN = a_network([[1, -4, 3, 2], [0, 0, 5, 0], [9, 9, 9, 0]], [[1, 1, 0], [2, 0, 0]])


def test_each_unit_keeps_its_largest_weights() -> None:
    kept = with_fan_in(UNEVEN, 2)
    assert kept.layers[0].weight.tolist() == [[0, -4, 3, 0], [0, 0, 5, 0], [9, 9, 0, 0]]
    assert kept.layers[1] is UNEVEN.layers[1]
    assert size(prune(UNEVEN), "fixed fan-in").zeros == 3 + 1
    assert size(prune(kept), "fixed fan-in").zeros == 1 + 1


def test_the_mean_counts_the_units_that_pruning_leaves() -> None:
    # 4 and 1 connections: 2.5, which is rounded to the even number.
    expected = with_fan_in(UNEVEN, 2)
    found = with_fan_in(UNEVEN, "mean")
    for one, other in zip(found.layers, expected.layers, strict=True):
        assert np.array_equal(one.weight, other.weight)


@given(networks(), st.integers(1, 7))
def test_only_the_largest_of_each_unit_are_left(network: CompactNetwork, limit: int) -> None:
    if not all(layer.connections for layer in prune(network).layers[:-1]):
        with pytest.raises(ValueError, match="no fan-in to limit"):
            with_fan_in(network, limit)
        return
    found = with_fan_in(network, limit)
    assert found.layers[-1] is network.layers[-1]
    for before, after in zip(network.layers[:-1], found.layers[:-1], strict=True):
        open_now = after.weight != 0
        assert np.array_equal(after.weight[open_now], before.weight[open_now])
        assert np.array_equal(fan_ins(after), np.minimum(fan_ins(before), limit))
        for row, kept in zip(before.weight, open_now, strict=True):
            assert np.abs(row[kept]).min(initial=np.inf) >= np.abs(row[~kept]).max(initial=0)
    # A unit of a deeper network may keep only connections from constant units.
    if len(network.layers) == 2:
        assert prune(found).widths[1:] == prune(network).widths[1:]
