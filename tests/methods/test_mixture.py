"""The mixture of experts against the equations of Jacobs et al. 1991, in plain loops."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from dgviz.methods.method import build
from dgviz.methods.mixture import Mixture
from dgviz.settings import Settings

SIZES = (6, 8, 3)


def built(**knobs: Any) -> Mixture:
    method = build(Settings(method="mixture", own=tuple(knobs.items())), SIZES)
    assert isinstance(method, Mixture)
    return method


def softmax(values: list[float]) -> list[float]:
    exponentials = [math.exp(value) for value in values]
    return [one / sum(exponentials) for one in exponentials]


def test_the_probability_of_a_class_is_that_of_the_mixture() -> None:
    method = built(**{"mixture.experts": 2})
    images = torch.rand(5, 6, generator=torch.Generator().manual_seed(1))
    views = {layer.name: layer for layer in method.layers()}
    assert list(views) == ["router", "expert 1", "expert 2", "expert 1 output", "expert 2 output"]
    logits = method.model(images)
    for image, found, shares in zip(images, logits, method.routing(images), strict=True):
        router = views["router"]
        gates = softmax((router.weight @ image + router.bias).tolist())
        assert shares.tolist() == pytest.approx(gates)
        expected = [0.0] * 3
        for gate, name in zip(gates, method.routes, strict=True):
            first, second = views[name], views[f"{name} output"]
            assert first.weight.shape == (4, 6) and second.source == name
            hidden = (first.weight @ image + first.bias).relu()
            answer = softmax((second.weight @ hidden + second.bias).tolist())
            expected = [sum_ + gate * p for sum_, p in zip(expected, answer, strict=True)]
        assert found.exp().tolist() == pytest.approx(expected, abs=1e-6)


def test_every_connection_is_used_for_every_image() -> None:
    method = built()
    all_weights = sum(layer.weight.numel() for layer in method.layers())
    assert all_weights == 4 * (2 * 6 + 3 * 2) + 4 * 6
    assert method.cost(torch.rand(3, 6)).tolist() == [all_weights] * 3


def test_its_weights_are_as_many_as_those_of_a_dense_network() -> None:
    sizes = (784, 256, 10)
    method = build(Settings(method="mixture"), sizes)
    experts = sum(layer.weight.numel() for layer in method.layers() if layer.name != "router")
    assert experts == 784 * 256 + 256 * 10
