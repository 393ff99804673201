"""Noisy top-k routing against the equations of Shazeer et al. 2017, in plain loops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plain
import pytest
import torch
from test_conformance import CLOCK, IN_EFFECT

from dgviz.methods.method import build
from dgviz.methods.topk import TopK, squared_variation
from dgviz.settings import Settings

SIZES = (6, 8, 3)
PIXELS, CLASSES, EXPERTS = 6, 3, 4


def built(chosen: int = 2, **knobs: Any) -> TopK:
    own = {"topk.chosen": chosen, **knobs}
    method = build(Settings(method="topk", own=tuple(own.items())), SIZES)
    assert isinstance(method, TopK)
    return method


def gates_of(values: Sequence[float], k: int) -> list[float]:
    """Equations 3 and 5: the softmax of the k largest values, with -∞ for the others."""
    largest = sorted(values, reverse=True)[:k]
    exponentials = [math.exp(value) if value in largest else 0.0 for value in values]
    return [one / math.fsum(exponentials) for one in exponentials]


def noise_scale(value: float) -> float:
    """s(x), with the least value that the authors' code adds."""
    return math.log1p(math.exp(value)) + 0.01


def normal(value: float) -> float:
    """The distribution function Φ of the standard normal distribution."""
    return (1 + math.erf(value / math.sqrt(2))) / 2


def noisy_values(method: TopK, images: torch.Tensor) -> list[list[tuple[float, float, float]]]:
    """For each image and expert c(x), H(x) and s(x), with the noise of the generator's seed 5."""
    model = method.model
    clean = (images @ model.router.weight.T + model.router.bias).tolist()
    raw = (images @ model.noise.weight.T + model.noise.bias).tolist()
    noise = torch.randn(len(images), EXPERTS, generator=torch.Generator().manual_seed(5)).tolist()
    return [
        [(c, c + e * noise_scale(r), noise_scale(r)) for c, e, r in zip(*row, strict=True)]
        for row in zip(clean, noise, raw, strict=True)
    ]


@pytest.mark.parametrize("chosen", [1, 2])
def test_in_training_the_chosen_experts_are_those_with_the_largest_noisy_values(
    chosen: int,
) -> None:
    method = built(chosen)
    plain.shuffled(method)
    images = plain.images(7)
    method.generator.manual_seed(5)
    found = method.model(images)
    for image, values, logits in zip(
        images.tolist(), noisy_values(method, images), found, strict=True
    ):
        gates = gates_of([h for _, h, _ in values], chosen)
        expected = plain.weighted(gates, plain.expert_outputs(method, image))
        assert logits.tolist() == pytest.approx(expected, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("chosen", [1, 2])
def test_in_evaluation_there_is_no_noise(chosen: int) -> None:
    method = built(chosen)
    plain.shuffled(method)
    method.model.eval()
    images, router = plain.images(7), method.layers()[0]
    for image, logits, shares in zip(
        images.tolist(), method.model(images), method.routing(images), strict=True
    ):
        gates = gates_of(plain.apply(router, image), chosen)
        assert sum(gate > 0 for gate in gates) == chosen
        assert shares.tolist() == pytest.approx(gates, abs=1e-6)
        expected = plain.weighted(gates, plain.expert_outputs(method, image))
        assert logits.tolist() == pytest.approx(expected, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("chosen", [1, 2])
def test_importance_and_load_are_those_of_the_paper(chosen: int) -> None:
    method = built(chosen, **{"topk.importance": 0.3, "topk.load": 0.2})
    plain.shuffled(method)
    images = plain.images(7)
    method.generator.manual_seed(5)
    method.model(images)
    importance, load = [0.0] * EXPERTS, [0.0] * EXPERTS
    for values in noisy_values(method, images):
        gates = gates_of([h for _, h, _ in values], chosen)
        for i, (c, _, s) in enumerate(values):
            importance[i] += gates[i]
            others = sorted((h for j, (_, h, _) in enumerate(values) if j != i), reverse=True)
            load[i] += normal((c - others[chosen - 1]) / s)
    assert method.model.importance.tolist() == pytest.approx(importance, rel=1e-4)
    assert method.model.load.tolist() == pytest.approx(load, rel=1e-4, abs=1e-6)

    def variation(values: list[float]) -> float:
        mean = math.fsum(values) / EXPERTS
        return math.fsum((value - mean) ** 2 for value in values) / EXPERTS / mean**2

    expected = 0.3 * variation(importance) + 0.2 * variation(load)
    assert float(method.penalty(IN_EFFECT).detach()) == pytest.approx(expected, rel=1e-4)


def test_a_router_without_noise_has_finite_gradients() -> None:
    method = built()
    plain.shuffled(method)
    with torch.no_grad():
        method.model.noise.weight.zero_()
        method.model.noise.bias.fill_(-60.0)
    result = method.gradients(plain.images(8), torch.arange(8) % 3, IN_EFFECT, CLOCK)
    assert result.loss.isfinite()
    for parameter in method.model.parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all()


def test_an_even_load_has_no_loss() -> None:
    assert float(squared_variation(torch.full((4,), 3.0))) == 0
    assert float(squared_variation(torch.tensor([4.0, 0, 0, 0]))) == pytest.approx(3)


def test_at_the_start_the_router_knows_nothing_and_its_noise_spreads_the_images() -> None:
    method = built()
    assert method.model.router(plain.images(3)).abs().sum() == 0
    method.generator.manual_seed(0)
    method.model(plain.images(2000))
    assert method.model.importance.tolist() == pytest.approx([500] * 4, rel=0.1)


def test_only_the_balancing_losses_train_the_router_of_a_single_expert() -> None:
    method = built(1, **{"topk.importance": 0, "topk.load": 0})
    method.gradients(plain.images(8), torch.arange(8) % 3, IN_EFFECT, CLOCK)
    router = method.model.router.weight.grad
    assert router is not None and not router.any()
    method = built(2, **{"topk.importance": 0, "topk.load": 0})
    method.gradients(plain.images(8), torch.arange(8) % 3, IN_EFFECT, CLOCK)
    router = method.model.router.weight.grad
    assert router is not None and router.any()


@pytest.mark.parametrize("chosen", [1, 2])
def test_an_image_needs_the_router_and_its_experts(chosen: int) -> None:
    method = built(chosen)
    width = 8 // EXPERTS
    expected = PIXELS * EXPERTS + chosen * (PIXELS * width + width * CLASSES)
    assert method.cost(plain.images(3)).tolist() == [expected] * 3
