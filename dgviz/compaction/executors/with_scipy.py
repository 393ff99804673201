"""The executor that uses SciPy."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from dgviz.compaction.executors.executor import Images, Logits
from dgviz.compaction.executors.spread import spread
from dgviz.compaction.network import CompactNetwork


def csr(network: CompactNetwork, threads: int) -> Logits:
    """Products of sparse matrices with the transposed images, on one thread."""
    layers = [(csr_array(of.weight), of.bias[:, None]) for of in spread(network).layers]

    def logits(images: Images) -> Images:
        values = images.T
        for i, (weight, bias) in enumerate(layers):
            if i:
                np.maximum(values, 0, out=values)
            values = weight @ values
            values += bias
        return np.ascontiguousarray(values.T)

    return logits
