"""The Switch layer against the equations of Fedus et al. 2021, in plain loops."""

from __future__ import annotations

import math
from typing import Any

import plain
import pytest
import torch
from test_conformance import IN_EFFECT

from dgviz.methods.method import build
from dgviz.methods.switch import Switch
from dgviz.settings import Settings

SIZES = (6, 8, 3)
EXPERTS = 4


def built(**knobs: Any) -> Switch:
    own = {f"switch.{name}": value for name, value in knobs.items()}
    method = build(Settings(method="switch", own=tuple(own.items())), SIZES)
    assert isinstance(method, Switch)
    plain.shuffled(method)
    return method


def probs_of(method: Switch, image: list[float]) -> list[float]:
    return plain.softmax(plain.apply(method.layers()[0], image))


def outputs(method: Switch, images: torch.Tensor, capacity: int) -> list[list[float]]:
    """The logits if each expert takes `capacity` images, the first ones that choose it."""
    _, shortcut, *_ = method.layers()
    found, taken = [], [0] * EXPERTS
    for image in images.tolist():
        probs = probs_of(method, image)
        chosen = probs.index(max(probs))
        taken[chosen] += 1
        share = max(probs) if taken[chosen] <= capacity else 0.0
        answer = plain.expert_outputs(method, image)[chosen]
        found.append(plain.weighted([1.0, share], [plain.apply(shortcut, image), answer]))
    return found


@pytest.mark.parametrize("factor", [1.0, 1.25, 4.0])
def test_a_full_expert_drops_images_in_training_and_none_in_evaluation(factor: float) -> None:
    method = built(capacity=factor, jitter=0)
    images = plain.images(13)
    capacity = math.ceil(factor * 13 / EXPERTS)
    training, evaluation = (outputs(method, images, most) for most in (capacity, 13))
    # The experts are unevenly chosen, so that a low capacity drops some images.
    assert (training == evaluation) == (factor == 4.0)
    for mode, expected in ((True, training), (False, evaluation)):
        method.model.train(mode)
        for found, logits in zip(method.model(images), expected, strict=True):
            assert found.tolist() == pytest.approx(logits, rel=1e-4, abs=1e-5)


def test_a_dropped_image_has_the_shortcut_alone() -> None:
    method = built(capacity=1.0, jitter=0)
    images = plain.images(1).repeat(8, 1)
    shortcut = method.model.shortcut(images[0]).tolist()
    logits = method.model(images)
    assert [row.tolist() == pytest.approx(shortcut) for row in logits] == [False] * 2 + [True] * 6


def test_the_balance_loss_is_that_of_the_paper() -> None:
    method = built(balance=0.3, jitter=0)
    images = plain.images(13)
    method.model(images)
    shares, means = [0.0] * EXPERTS, [0.0] * EXPERTS
    for image in images.tolist():
        probs = probs_of(method, image)
        shares[probs.index(max(probs))] += 1 / 13
        means = [mean + p / 13 for mean, p in zip(means, probs, strict=True)]
    expected = 0.3 * EXPERTS * math.fsum(f * p for f, p in zip(shares, means, strict=True))
    assert float(method.penalty(IN_EFFECT).detach()) == pytest.approx(expected, rel=1e-5)


def test_a_router_that_knows_nothing_has_the_least_balance_loss() -> None:
    method = built(balance=1.0)
    with torch.no_grad():
        method.model.router.weight.zero_()
        method.model.router.bias.zero_()
    method.model(plain.images(8))
    assert float(method.penalty(IN_EFFECT).detach()) == pytest.approx(1)


def test_the_router_has_noise_in_training_only() -> None:
    method = built(jitter=0.25)
    images = plain.images(2000)
    jittered = method.model._jittered(images) / images
    assert 0.75 <= jittered.min() < 0.76 and 1.24 < jittered.max() <= 1.2501
    method.model(images)
    assert not torch.allclose(method.model.probs, method.model.router(images).softmax(1))
    method.model.eval()
    assert torch.equal(method.model(images), method.model(images))


def test_an_image_needs_router_shortcut_and_one_expert() -> None:
    method = built()
    images = plain.images(5)
    expected = 6 * EXPERTS + 6 * 3 + (6 * 2 + 2 * 3)
    assert method.cost(images).tolist() == [expected] * 5
    for image, row in zip(images.tolist(), method.routing(images).tolist(), strict=True):
        probs = probs_of(method, image)
        assert row == [float(p == max(probs)) for p in probs]
