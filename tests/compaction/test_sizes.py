"""Sizes worked by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from made_up_networks import networks
from safetensors.numpy import load, save

from dgviz.compaction.forms import FORMS, arrays
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.compaction.pruning import prune
from dgviz.compaction.sizes import DENSE, GATED, Size, size, sizes, smallest

# Four pixels of which one is unused, three units of which one is dead, two classes.
GATES = CompactNetwork(
    np.arange(4),
    4,
    (
        CompactLayer(
            np.array([[1, 0, 2, 3], [0, 0, 0, 0], [0, 0, 4, 0]], np.float32),
            np.array([1, 2, 3], np.float32),
        ),
        CompactLayer(np.array([[1, 0, 1], [0, 1, 0]], np.float32), np.array([1, 2], np.float32)),
    ),
)


def counts(found: Size) -> tuple[int, int, int, int]:
    return found.parameters, found.zeros, found.macs, found.memory


def test_sizes_by_hand() -> None:
    found = sizes(GATES, prune(GATES))
    assert counts(found[DENSE]) == (18 + 5, 0, 18, 4 * 23)
    assert counts(found[GATED]) == (18 + 5, 11, 18, 4 * 23)
    # 3-2-2: 10 weights and 4 biases, 3 pixels.
    assert counts(found["compact, dense"]) == (10 + 4, 4, 10, 4 * 14 + 2 * 3)
    # 6 weights with a column each, and 3 starts in each layer.
    assert counts(found["compact, CSR"]) == (6 + 4, 0, 6, 4 * 10 + 2 * (3 + 6 + 6))
    # 3 for each of 2 units and 2 for each of 2 classes.
    assert counts(found["compact, fixed fan-in"]) == (10 + 4, 4, 10, 4 * 14 + 2 * (3 + 10))
    assert smallest(found) == "compact, dense"


def test_bytes_on_disk_are_those_of_a_file() -> None:
    for form in FORMS:
        stored = arrays(GATES, form)
        assert size(GATES, form).disk == len(save(stored))
        read = load(save(stored))
        assert all(np.array_equal(read[name], part) for name, part in stored.items())


@given(networks())
def test_compact_forms_are_consistent(network: CompactNetwork) -> None:
    compact = prune(network)
    found = sizes(network, compact)
    for form in FORMS:
        one = found[f"compact, {form}"]
        assert one.macs - one.zeros == compact.connections
    assert found["compact, dense"].macs <= found[DENSE].macs
    assert found["compact, CSR"].zeros == 0


def test_of_equal_sizes_the_first_is_the_smallest() -> None:
    whole = CompactNetwork(
        np.arange(2), 2, (CompactLayer(np.ones((2, 2), np.float32), np.ones(2, np.float32)),)
    )
    assert smallest(sizes(whole, prune(whole))) == DENSE
