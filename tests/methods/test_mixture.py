"""The mixture of experts against the equations of Jacobs et al. 1991, in plain loops."""

from __future__ import annotations

from typing import Any

import plain
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


def test_the_probability_of_a_class_is_that_of_the_mixture() -> None:
    method = built(**{"mixture.experts": 2})
    router, *views = method.layers()
    names = ["expert 1", "expert 2", "expert 1 output", "expert 2 output"]
    assert [layer.name for layer in views] == names
    assert [tuple(layer.weight.shape) for layer in views] == [(4, 6), (4, 6), (3, 4), (3, 4)]
    images = plain.images(5)
    for image, found, shares in zip(
        images.tolist(), method.model(images), method.routing(images), strict=True
    ):
        gates = plain.softmax(plain.apply(router, image))
        assert shares.tolist() == pytest.approx(gates)
        answers = [plain.softmax(output) for output in plain.expert_outputs(method, image)]
        assert found.exp().tolist() == pytest.approx(plain.weighted(gates, answers), abs=1e-6)


def test_every_connection_is_used_for_every_image() -> None:
    method = built()
    all_weights = sum(layer.weight.numel() for layer in method.layers())
    assert all_weights == 4 * (2 * 6 + 3 * 2) + 4 * 6
    assert method.cost(torch.rand(3, 6)).tolist() == [all_weights] * 3


def test_all_experts_together_have_as_many_weights_as_a_dense_network() -> None:
    method = build(Settings(method="mixture"), (784, 256, 10))
    experts = sum(layer.weight.numel() for layer in method.layers() if layer.name != "router")
    assert experts == 784 * 256 + 256 * 10
