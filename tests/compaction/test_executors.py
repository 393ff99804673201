"""Every executor computes the logits of the network, whatever is left of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from made_up_networks import networks

from dgviz.compaction.executors.executor import EXECUTORS, Executor, Images
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune

EACH = pytest.mark.parametrize("executor", EXECUTORS.values(), ids=EXECUTORS)


def random_network(*widths: int, kept: float = 0.2, seed: int = 0) -> CompactNetwork:
    numbers = np.random.default_rng(seed)
    layers = []
    for before, after in pairwise(widths):
        weight = numbers.normal(size=(after, before)) * (numbers.random((after, before)) < kept)
        layers.append(
            CompactLayer(weight.astype(np.float32), numbers.normal(size=after).astype(np.float32))
        )
    return CompactNetwork(np.arange(widths[0]), widths[0], tuple(layers))


def random_images(network: CompactNetwork, n: int) -> Images:
    """Images of which most pixels are 0."""
    numbers = np.random.default_rng(n)
    inked = numbers.random((n, network.inputs)) < 0.3
    return (numbers.random(inked.shape) * inked).astype(np.float32)


def check(executor: Executor, network: CompactNetwork, n: int, threads: int = 1) -> None:
    logits = executor.prepare(network, prune(network), threads)
    images = random_images(network, n)
    # More than once, because an executor may keep buffers.
    for _ in range(2):
        found = logits(images)
        assert found.shape == (n, network.widths[-1]) and found.dtype == np.float32
        np.testing.assert_allclose(found, network.logits(images), rtol=1e-4, atol=1e-5)


@EACH
@settings(max_examples=10, deadline=None)
@given(network=networks())
def test_any_small_network(executor: Executor, network: CompactNetwork) -> None:
    for n in (1, 9):
        check(executor, network, n)


@EACH
def test_batches_that_fill_no_tile_and_fan_ins_that_fill_no_group(executor: Executor) -> None:
    network = random_network(50, 37, 19, 10)
    for n in (1, 2, 31, 33, 200):
        check(executor, network, n)
    check(executor, random_network(50, 10), 40)


@EACH
def test_a_batch_is_shared_out_among_threads(executor: Executor) -> None:
    check(executor, random_network(50, 37, 10), 321, threads=2)


@EACH
@pytest.mark.parametrize("kept", [0, 1])
def test_no_connection_and_all(executor: Executor, kept: int) -> None:
    check(executor, random_network(30, 20, 10, kept=kept), 3)


@EACH
def test_one_unit(executor: Executor) -> None:
    check(executor, random_network(6, 1, 1, kept=1), 3)


def test_dense_is_the_first_and_saves_nothing() -> None:
    first = next(iter(EXECUTORS.values()))
    assert (first.name, first.saves, first.packages) == ("dense", "nothing", ())


def test_a_missing_module_is_named() -> None:
    executor = Executor("x", "x", "x", "units", "no_such_module:x", ("numpy", "no_such_module"))
    assert executor.missing == ("no_such_module",)
    with pytest.raises(ImportError):
        network = random_network(3, 2)
        executor.prepare(network, network, 1)
