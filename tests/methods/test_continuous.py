"""Continuous sparsification compared with its equations, computed number by number."""

import math

import pytest
import torch

from dgviz.knobs_in_effect import Clock, KnobsInEffect
from dgviz.methods.continuous import ContinuousSparsification
from dgviz.methods.method import build
from dgviz.settings import Settings

SIZES = (6, 5, 3)


def built(start: float = 0.05, end: float = 200.0) -> ContinuousSparsification:
    own = (("continuous.start", start), ("continuous.temperature", end))
    method = build(Settings(method="continuous", own=own), SIZES)
    assert isinstance(method, ContinuousSparsification)
    return method


def with_random_scores(method: ContinuousSparsification) -> None:
    generator = torch.Generator().manual_seed(1)
    for layer in method._layers:
        layer.score.data.normal_(generator=generator)


def in_effect(beta: float = 3.0, frozen: bool = False) -> KnobsInEffect:
    return KnobsInEffect(
        beta=beta, tau=0.5, learning_rate=0.01, label_smoothing=0.0, gates_frozen=frozen
    )


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    return torch.rand(8, 6, generator=torch.Generator().manual_seed(2)), torch.arange(8) % 3


@pytest.mark.parametrize("training", [True, False])
def test_a_layer_computes_with_soft_gates_in_training_and_hard_ones_in_evaluation(
    training: bool,
) -> None:
    method = built(start=0.3)
    with_random_scores(method)
    method.gradients(*batch(), in_effect(), Clock(0, 0, 0.5))
    method.model.train(training)
    layer, x = method._layers[0], batch()[0]
    weight, bias, score = (p.tolist() for p in (layer.weight, layer.bias, layer.score))
    temperature = 200**0.5
    for image, outputs in zip(x.tolist(), layer(x).tolist(), strict=True):
        for j, output in enumerate(outputs):
            expected = bias[j]
            for i, pixel in enumerate(image):
                s = score[j][i]
                gate = sigmoid(temperature * s) if training else float(s > 0)
                expected += pixel * weight[j][i] * gate / sigmoid(0.3)
            assert output == pytest.approx(expected, abs=1e-4)


def test_at_first_every_weight_counts_in_full() -> None:
    method, dense = built(), build(Settings(method="dense"), SIZES)
    x = batch()[0]
    assert torch.allclose(method.model(x), dense.model(x), atol=1e-6)
    assert all(bool(layer.mask.all()) for layer in method.layers())


def test_the_temperature_rises_from_1_by_equal_factors() -> None:
    method = built(end=81.0)
    progress = (0.0, 0.25, 0.5, 0.75, 1.0)
    assert [method.temperature(t) for t in progress] == pytest.approx([1, 3, 9, 27, 81])
    method.gradients(*batch(), in_effect(), Clock(0, 0, 0.5))
    assert all(float(layer.temperature) == pytest.approx(9) for layer in method._layers)


def test_the_penalty_is_beta_times_the_mean_gate() -> None:
    method = built()
    with_random_scores(method)
    method.gradients(*batch(), in_effect(), Clock(0, 0, 0.25))
    gates = [
        sigmoid(200**0.25 * s) for layer in method._layers for s in layer.score.flatten().tolist()
    ]
    mean = sum(gates) / len(gates)
    assert float(method.penalty(in_effect(3.0)).detach()) == pytest.approx(3 * mean, rel=1e-5)
    scores = torch.cat([view.score.flatten() for view in method.layers() if view.score is not None])
    assert scores.tolist() == pytest.approx(gates, rel=1e-5)


def test_an_inference_multiplies_by_weights_whose_gate_is_1() -> None:
    method = built(start=0.3)
    with_random_scores(method)
    for view, layer in zip(method.layers(), method._layers, strict=True):
        assert torch.equal(view.mask, layer.score > 0)
        assert torch.allclose(view.weight, layer.weight / sigmoid(0.3))


def test_frozen_gates_stay_and_weights_train_on() -> None:
    method = built()
    optimiser = method.make_optimiser()
    before = [layer.score.detach().clone() for layer in method._layers]
    weights = [layer.weight.detach().clone() for layer in method._layers]
    for step in range(3):
        method.gradients(*batch(), in_effect(frozen=True), Clock(step, 0, 0.9))
        optimiser.step()
    for layer, score, weight in zip(method._layers, before, weights, strict=True):
        assert torch.equal(layer.score, score) and not torch.equal(layer.weight, weight)
