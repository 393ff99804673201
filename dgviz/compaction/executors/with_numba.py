"""Executors that use numba: they put weights into arrays for `kernels`, and share out a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from dgviz.compaction.executors import kernels
from dgviz.compaction.executors.executor import Images, Logits
from dgviz.compaction.forms import CsrLayer, FanInLayer, csr, fan_in
from dgviz.compaction.network import CompactNetwork

Kernel = Callable[[Images, Images], None]
"""Writes the logits of images (n, inputs) into an array (n, classes)."""

_TILES = (32, 64, 128)
"""The sizes of a tile. In tiles of 128 images the pixels still fit into a common second cache."""

_FEW = 8
"""So many images one at a time take as long as a tile of 32."""

_WORTH_A_THREAD = 64
"""Images; handing over fewer takes longer than it saves."""


def inked_columns(network: CompactNetwork, threads: int) -> Logits:
    """Dense columns of the pixels that are not 0 in an image."""
    first = np.ascontiguousarray(network.layers[0].weight.T)
    kernel = partial(kernels.inked_columns, _pixels(network), first, *_later_layers(network))
    return _shared_out(kernel, network, threads)


def sparse_inked_columns(network: CompactNetwork, threads: int) -> Logits:
    """Sparse columns of the pixels that are not 0 in an image."""
    weight = network.layers[0].weight
    pixels, rows = np.nonzero(weight.T)
    kernel = partial(
        kernels.sparse_inked_columns,
        _pixels(network),
        np.searchsorted(pixels, np.arange(len(weight.T) + 1)).astype(np.uint32),
        rows.astype(np.uint32),
        weight[rows, pixels],
        *_later_layers(network),
    )
    return _shared_out(kernel, network, threads)


def csr_tiles(network: CompactNetwork, threads: int) -> Logits:
    """Sparse rows, for tiles of images."""
    layers = [csr(layer) for layer in network.layers]
    fan_ins = [np.count_nonzero(layer.weight, axis=1) for layer in network.layers]
    return _tiles(network, layers, fan_ins, threads)


def fixed_fan_in(network: CompactNetwork, threads: int) -> Logits:
    """The same number of weights a unit: one image at a time, or sparse rows for many images."""
    layers = [fan_in(layer) for layer in network.layers]
    many = _tiles(network, layers, [np.full(*layer.weight.shape) for layer in layers], threads)
    first = layers[0]
    # A network without pixels has no columns.
    inputs = _pixels(network)[first.columns.T] if first.columns.size else first.columns.T
    kernel = partial(
        kernels.fixed_fan_in,
        np.ascontiguousarray(inputs, np.uint32),
        np.ascontiguousarray(first.weight.T),
        *_later_layers(network),
    )
    few = _shared_out(kernel, network, 1)
    return lambda images: few(images) if len(images) < _FEW else many(images)


def _tiles(
    network: CompactNetwork,
    layers: Sequence[CsrLayer | FanInLayer],
    fan_ins: Sequence[npt.NDArray[np.int64]],
    threads: int,
) -> Logits:
    """The kernel `csr_tiles` for layers whose units have `fan_ins` weights each."""
    starts = np.cumsum(np.concatenate([[0], *fan_ins]))
    arrays = (
        _pixels(network),
        starts.astype(np.uint32),
        np.concatenate([layer.columns.ravel() for layer in layers]).astype(np.uint32),
        np.concatenate([layer.weight.ravel() for layer in layers]),
        np.array(network.widths[1:]),
        np.concatenate([layer.bias for layer in layers]),
    )

    def kernel(images: Images, out: Images) -> None:
        tile = next((size for size in _TILES if size >= len(images)), _TILES[-1])
        kernels.csr_tiles(*arrays, tile, images, out)

    return _shared_out(kernel, network, threads)


def _pixels(network: CompactNetwork) -> npt.NDArray[np.uint32]:
    return network.pixels.astype(np.uint32)


def _later_layers(network: CompactNetwork) -> tuple[npt.NDArray[Any], ...]:
    """The arguments `widths`, `rest` and `biases` of the kernels."""
    layers = network.layers
    rest = [layer.weight.ravel() for layer in layers[1:]]
    return (
        np.array(network.widths[1:]),
        np.concatenate([np.empty(0, np.float32), *rest]),
        np.concatenate([layer.bias for layer in layers]),
    )


def _shared_out(kernel: Kernel, network: CompactNetwork, threads: int) -> Logits:
    """Run the kernel on parts of a large batch in as many threads."""
    classes = network.widths[-1]
    pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def logits(images: Images) -> Images:
        n = len(images)
        out = np.empty((n, classes), np.float32)
        parts = min(threads, n // _WORTH_A_THREAD)
        if pool is None or parts < 2:
            kernel(images, out)
            return out
        edges = [n * part // parts for part in range(parts + 1)]
        pieces = [slice(*edge) for edge in pairwise(edges)]
        for done in [pool.submit(kernel, images[piece], out[piece]) for piece in pieces]:
            done.result()
        return out

    return logits
