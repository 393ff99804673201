"""The limit of the fan-in: which connections stay, and what the fixed fan-in form then stores."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

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


def views(network: CompactNetwork, score: list[list[float]] | None = None) -> list[Any]:
    """The layers of a network, the first one with these scores; closed weights are 7."""
    return [
        SimpleNamespace(
            name=str(i),
            source=str(i - 1) if i else "",
            weight=np.where(layer.weight != 0, layer.weight, np.float32(7)),
            bias=layer.bias,
            mask=layer.weight != 0,
            score=None if i or score is None else np.array(score, np.float32),
        )
        for i, layer in enumerate(network.layers)
    ]


# Two units that live, with four connections and with one, and one without a way to a class.
UNEVEN = a_network([[1, -4, 3, 2], [0, 0, 5, 0], [9, 9, 9, 0]], [[1, 1, 0], [2, 0, 0]])


def test_each_unit_keeps_its_largest_weights() -> None:
    kept = with_fan_in(views(UNEVEN), 2)
    assert kept.layers[0].weight.tolist() == [[0, -4, 3, 0], [0, 0, 5, 0], [9, 9, 0, 0]]
    assert np.array_equal(kept.layers[1].weight, UNEVEN.layers[1].weight)
    assert size(prune(UNEVEN), "fixed fan-in").zeros == 3 + 1
    assert size(prune(kept), "fixed fan-in").zeros == 1 + 1


def test_the_mean_counts_the_units_that_pruning_leaves() -> None:
    # 4 and 1 connections: 2.5, which is rounded to the even number.
    expected = with_fan_in(views(UNEVEN), 2)
    found = with_fan_in(views(UNEVEN), "mean")
    for one, other in zip(found.layers, expected.layers, strict=True):
        assert np.array_equal(one.weight, other.weight)


def test_a_unit_with_fewer_gets_those_with_the_highest_scores() -> None:
    # The last pixel is read by no unit that lives.
    uneven = a_network([[1, -4, 3, 2, 0], [0, 0, 5, 0, 0], [9, 9, 9, 0, 9]], [[1, 1, 0]])
    scores = [[0.9] * 5, [0.1, 0.3, 0.9, 0.2, 0.4], [0.5] * 5]

    def rows(limit: int) -> list[list[float]]:
        found: list[list[float]] = (
            with_fan_in(views(uneven, scores), limit).layers[0].weight.tolist()
        )
        return found

    assert rows(3) == [[0, -4, 3, 2, 0], [0, 7, 5, 7, 0], [9, 9, 9, 0, 0]]
    assert rows(1) == [[0, -4, 0, 0, 0], [0, 0, 5, 0, 0], [9, 0, 0, 0, 0]]
    # No unit gets more than the one with most of them has.
    assert rows(5) == [[1, -4, 3, 2, 0], [7, 7, 5, 7, 0], [9, 9, 9, 0, 9]]


@given(networks(), st.integers(1, 7))
def test_only_the_largest_of_each_unit_are_left(network: CompactNetwork, limit: int) -> None:
    for layer, following in pairwise(network.layers):
        if not ((layer.weight != 0).any(1) & (following.weight != 0).any(0)).any():
            with pytest.raises(ValueError, match="no fan-in to limit"):
                with_fan_in(views(network), limit)
            return
    found = with_fan_in(views(network), limit)
    assert np.array_equal(found.layers[-1].weight, network.layers[-1].weight)
    for before, after in zip(network.layers[:-1], found.layers[:-1], strict=True):
        open_now = after.weight != 0
        assert np.array_equal(after.weight[open_now], before.weight[open_now])
        assert np.array_equal(fan_ins(after), np.minimum(fan_ins(before), limit))
        for row, kept in zip(before.weight, open_now, strict=True):
            assert np.abs(row[kept]).min(initial=np.inf) >= np.abs(row[~kept]).max(initial=0)
    # A unit of a deeper network may keep only connections from constant units.
    if len(network.layers) == 2:
        assert prune(found).widths[1:] == prune(network).widths[1:]
