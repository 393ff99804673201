"""The check finds a network that is not the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dgviz.compaction.check import Check, accuracy, check, logits
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune

NUMBERS = np.random.default_rng(0)
IMAGES = NUMBERS.integers(0, 256, (1200, 6), np.uint8)


def a_layer(out: int, inputs: int) -> CompactLayer:
    weight = NUMBERS.normal(size=(out, inputs)) * (NUMBERS.random((out, inputs)) < 0.4)
    return CompactLayer(weight.astype(np.float32), NUMBERS.normal(size=out).astype(np.float32))


GATES = CompactNetwork(np.arange(6), 6, (a_layer(9, 6), a_layer(3, 9)))
OWN = logits(GATES, IMAGES, np.float32)


def shifted(network: CompactNetwork, by: float) -> CompactNetwork:
    """The network with another bias of its first class."""
    *others, last = network.layers
    bias = last.bias + np.array([by, 0, 0], np.float32)
    return replace(network, layers=(*others, replace(last, bias=bias)))


def test_a_pruned_network_passes() -> None:
    found = check(GATES, prune(GATES), IMAGES, OWN)
    assert found.passed and found.images == 1200 and found.different_predictions == 0
    assert found.difference < 1e-6 > found.difference_float32 and found.scale >= 1


def test_another_bias_is_found() -> None:
    small = check(GATES, shifted(prune(GATES), 1e-4), IMAGES, OWN)
    assert not small.passed and small.difference == pytest.approx(1e-4, rel=0.1)
    large = check(GATES, shifted(prune(GATES), 100), IMAGES, OWN)
    assert large.different_predictions == (OWN.argmax(1) != 0).sum() > 0


def test_another_program_of_the_run_is_found() -> None:
    own = OWN.copy()
    own[-1, 0] += 0.1
    found = check(GATES, prune(GATES), IMAGES, own)
    assert found.difference < 1e-6 and not found.passed


@pytest.mark.parametrize("broken", ["difference", "difference_float32"])
def test_what_is_no_number_does_not_pass(broken: str) -> None:
    good = Check(1, 0.0, 0.0, 1.0, 0)
    assert good.passed and not replace(good, **{broken: float("nan")}).passed
    own = np.where(np.eye(1200, 3, dtype=bool), np.float32(np.nan), OWN)
    assert not check(GATES, GATES, IMAGES, own).passed


def test_accuracy_is_the_fraction_of_right_classes() -> None:
    labels = OWN.argmax(1)
    assert accuracy(OWN, labels) == 1
    labels[:300] = (labels[:300] + 1) % 3
    assert accuracy(OWN, labels) == 0.75
