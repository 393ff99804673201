"""Pruning compared with one that removes a single unit at a time until nothing changes."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from made_up_networks import networks

from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune


def chain(*layers: tuple[list[list[float]], list[float]]) -> CompactNetwork:
    built = tuple(
        CompactLayer(np.array(weight, np.float32), np.array(bias, np.float32))
        for weight, bias in layers
    )
    inputs = built[0].weight.shape[1]
    return CompactNetwork(np.arange(inputs), inputs, built)


def literally(network: CompactNetwork) -> CompactNetwork:
    """Remove one dead unit or unread pixel after another, in float64."""
    pixels = network.pixels
    weights = [layer.weight.astype(np.float64) for layer in network.layers]
    biases = [layer.bias.astype(np.float64) for layer in network.layers]

    def remove_one() -> bool:
        nonlocal pixels
        for i in range(len(weights) - 1):
            for unit in range(len(biases[i])):
                constant = not weights[i][unit].any()
                if constant or not weights[i + 1][:, unit].any():
                    if constant:
                        biases[i + 1] += weights[i + 1][:, unit] * max(biases[i][unit], 0)
                    weights[i] = np.delete(weights[i], unit, 0)
                    biases[i] = np.delete(biases[i], unit)
                    weights[i + 1] = np.delete(weights[i + 1], unit, 1)
                    return True
        for pixel in range(len(pixels)):
            if not weights[0][:, pixel].any():
                pixels = np.delete(pixels, pixel)
                weights[0] = np.delete(weights[0], pixel, 1)
                return True
        return False

    while remove_one():
        pass
    layers = [
        CompactLayer(weight.astype(np.float32), bias.astype(np.float32))
        for weight, bias in zip(weights, biases, strict=True)
    ]
    return CompactNetwork(pixels, network.inputs, tuple(layers))


ALL_OFF = chain(([[0, 0], [0, 0]], [1, -1]), ([[0, 0], [0, 0], [0, 0]], [1, 2, 3]))
CONSTANT = chain(([[0, 0], [0, 0]], [1, -1]), ([[2, 5], [0, 0], [1, 1]], [1, 2, 3]))
ONE_UNIT = chain(([[0, 3], [0, 0]], [1, -1]), ([[2, 5], [0, 0], [1, 1]], [1, 2, 3]))


@given(networks())
@example(ALL_OFF)
@example(CONSTANT)
@example(ONE_UNIT)
def test_it_equals_removing_one_at_a_time(network: CompactNetwork) -> None:
    pruned, expected = prune(network), literally(network)
    assert pruned.pixels.tolist() == expected.pixels.tolist()
    for layer, same in zip(pruned.layers, expected.layers, strict=True):
        assert np.array_equal(layer.weight, same.weight)
        assert np.allclose(layer.bias, same.bias, rtol=1e-6, atol=1e-6)


@given(networks())
@example(ALL_OFF)
@example(CONSTANT)
@example(ONE_UNIT)
def test_the_logits_stay_the_same(network: CompactNetwork) -> None:
    images = np.random.default_rng(0).random((20, network.inputs))
    before, after = network.logits(images), prune(network).logits(images)
    assert np.abs(before - after).max() <= 1e-6 * max(1, np.abs(before).max())


@given(networks())
def test_nothing_is_left_to_remove(network: CompactNetwork) -> None:
    pruned = prune(network)
    again = prune(pruned)
    assert again.widths == pruned.widths
    assert pruned.widths[-1] == network.widths[-1]
    for layer in pruned.layers[:-1]:
        assert (layer.weight != 0).any(1).all()
    for layer in pruned.layers:
        assert (layer.weight != 0).any(0).all()


def test_with_every_gate_off_the_biases_are_left() -> None:
    pruned = prune(ALL_OFF)
    assert pruned.widths == (0, 0, 3)
    assert pruned.logits(np.ones((2, 2))).tolist() == [[1, 2, 3]] * 2


def test_a_constant_unit_is_added_to_the_next_biases() -> None:
    pruned = prune(CONSTANT)
    assert pruned.widths == (0, 0, 3)
    assert pruned.layers[-1].bias.tolist() == [3, 2, 4]


def test_one_unit_and_one_pixel_stay() -> None:
    pruned = prune(ONE_UNIT)
    assert pruned.widths == (1, 1, 3) and pruned.pixels.tolist() == [1]
    assert pruned.layers[0].weight.tolist() == [[3]]
    assert pruned.layers[1].weight.tolist() == [[2], [0], [1]]
