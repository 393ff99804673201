"""Networks in plain loops over Python numbers, to compare methods with their equations."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from dgviz.methods.method import LayerView, Method


def images(count: int, pixels: int = 6) -> Tensor:
    return torch.rand(count, pixels, generator=torch.Generator().manual_seed(1))


def shuffled(method: Method) -> None:
    """Give every parameter random values, also those that start at 0."""
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in method.model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))


def apply(layer: LayerView, x: Sequence[float]) -> list[float]:
    rows = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
    return [math.fsum(w * v for w, v in zip(row, x, strict=True)) + bias for row, bias in rows]


def relu(values: Sequence[float]) -> list[float]:
    return [max(0.0, value) for value in values]


def softmax(values: Sequence[float]) -> list[float]:
    exponentials = [math.exp(value) for value in values]
    return [one / math.fsum(exponentials) for one in exponentials]


def weighted(weights: Sequence[float], rows: Sequence[Sequence[float]]) -> list[float]:
    """The sum of the rows, each times its weight."""
    columns = zip(*rows, strict=True)
    return [math.fsum(w * v for w, v in zip(weights, c, strict=True)) for c in columns]


def expert_outputs(method: Method, x: Sequence[float]) -> list[list[float]]:
    """The output of each expert for an image."""
    views = {layer.name: layer for layer in method.layers()}
    assert all(views[f"{name} output"].source == name for name in method.routes)
    return [apply(views[f"{name} output"], relu(apply(views[name], x))) for name in method.routes]
