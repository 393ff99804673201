"""Executors that use PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn.functional import linear

from dgviz.compaction.executors.executor import Images, Logits
from dgviz.compaction.executors.spread import spread
from dgviz.compaction.network import CompactNetwork


def dense(network: CompactNetwork, threads: int) -> Logits:
    """Matrix products with all weights. `network` reads all pixels."""
    weights, biases = _tensors(network)
    return _executor(lambda values: _chain(values, weights, biases))


def masked(network: CompactNetwork, threads: int) -> Logits:
    """The same, with the mask applied to the weights at every call."""
    weights, biases = _tensors(network)
    masks = [weight != 0 for weight in weights]

    def logits(values: Tensor) -> Tensor:
        pairs = zip(weights, masks, strict=True)
        return _chain(values, [weight * mask for weight, mask in pairs], biases)

    return _executor(logits)


def compact(network: CompactNetwork, threads: int) -> Logits:
    """Matrix products with the pixels that the network reads."""
    if len(network.pixels) == network.inputs:
        return dense(network, threads)
    weights, biases = _tensors(network)
    pixels = torch.from_numpy(network.pixels)
    return _executor(lambda values: _chain(values.index_select(1, pixels), weights, biases))


def csr(network: CompactNetwork, threads: int) -> Logits:
    """Products of sparse matrices with the transposed images."""
    weights, biases = _tensors(spread(network))
    with warnings.catch_warnings():
        # PyTorch calls its CSR tensors a beta version.
        warnings.simplefilter("ignore", UserWarning)
        sparse = [weight.to_sparse_csr() for weight in weights]
    columns = [bias[:, None] for bias in biases]

    def logits(values: Tensor) -> Tensor:
        values = torch.addmm(columns[0], sparse[0], values.t())
        for weight, bias in zip(sparse[1:], columns[1:], strict=True):
            values = torch.addmm(bias, weight, values.relu_())
        return values.t().contiguous()

    return _executor(logits)


def _tensors(network: CompactNetwork) -> tuple[list[Tensor], list[Tensor]]:
    weights = [torch.from_numpy(layer.weight) for layer in network.layers]
    return weights, [torch.from_numpy(layer.bias) for layer in network.layers]


def _chain(values: Tensor, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> Tensor:
    values = linear(values, weights[0], biases[0])
    for weight, bias in zip(weights[1:], biases[1:], strict=True):
        values = linear(values.relu_(), weight, bias)
    return values


def _executor(logits: Callable[[Tensor], Tensor]) -> Logits:
    def of_images(images: Images) -> Images:
        # CSR products refuse tensors of the inference mode.
        with torch.no_grad():
            found: Images = logits(torch.from_numpy(images)).numpy()
            return found

    return of_images
