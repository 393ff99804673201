"""Random networks for property tests, with empty rows and columns, one unit, or nothing left."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from dgviz.compaction.network import CompactLayer, CompactNetwork


@st.composite
def networks(draw: st.DrawFn) -> CompactNetwork:
    """A network with one to four layers, in which anything from all to no connections is left."""
    widths = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    layers = []
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    for before, after in pairwise(widths):
        kept = numbers.random((after, before)) < draw(st.sampled_from([0, 0.1, 0.3, 0.7, 1]))
        # Whole rows and columns, so that dead units are common.
        kept[numbers.random(after) < draw(st.sampled_from([0, 0.3]))] = False
        kept[:, numbers.random(before) < draw(st.sampled_from([0, 0.3]))] = False
        weight = np.where(kept, numbers.normal(size=kept.shape), 0)
        bias = numbers.normal(size=after)
        layers.append(CompactLayer(weight.astype(np.float32), bias.astype(np.float32)))
    return CompactNetwork(np.arange(widths[0]), widths[0], tuple(layers))
