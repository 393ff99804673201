"""The hard concrete distribution compared with its equations and with random samples."""

import math

import pytest
import torch
from torch.nn import functional

from dgviz.data.split import Splits
from dgviz.knobs_in_effect import Clock, KnobsInEffect
from dgviz.methods.l0 import L0
from dgviz.settings import Settings
from dgviz.training.loop import train

SIZES = (30, 20, 5)


def built(gates: str = "weight", temperature: float = 2 / 3) -> L0:
    own = (("l0.gates", gates), ("l0.temperature", temperature))
    torch.manual_seed(0)
    return L0(Settings(method="l0", own=own), SIZES)


def in_effect(beta: float = 3.0, frozen: bool = False) -> KnobsInEffect:
    return KnobsInEffect(
        beta=beta, tau=0.5, learning_rate=0.01, label_smoothing=0.0, gates_frozen=frozen
    )


def cumulative(value: float, log_alpha: float, temperature: float) -> float:
    """P(z <= value) for 0 <= value < 1: equations 2 and 10 of the paper, by hand."""
    s = (value + 0.1) / 1.2
    return 1 / (1 + math.exp(-(temperature * math.log(s / (1 - s)) - log_alpha)))


@pytest.mark.parametrize("temperature", [0.3, 2 / 3, 1.5])
@pytest.mark.parametrize("log_alpha", [-2.0, 0.0, 1.4])
def test_draws_have_the_papers_distribution(log_alpha: float, temperature: float) -> None:
    layer = built(temperature=temperature)._layers[0]
    layer.log_alpha.data.fill_(log_alpha)
    draws = torch.cat([layer.sampled().detach().flatten() for _ in range(200)])
    assert float(draws.min()) == 0 and float(draws.max()) == 1
    for value in (0.0, 0.25, 0.5, 0.9):
        share = float((draws <= value).float().mean())
        # Six standard errors of 120,000 draws.
        assert share == pytest.approx(cumulative(value, log_alpha, temperature), abs=0.009)
    active_probs = float(layer.active_probs(layer.log_alpha.detach())[0, 0])
    assert active_probs == pytest.approx(1 - cumulative(0.0, log_alpha, temperature), abs=1e-6)


@pytest.mark.parametrize(("gates", "shape"), [("weight", (20, 30)), ("input", (1, 30))])
def test_the_penalty_is_beta_times_the_mean_expected_weight(
    gates: str, shape: tuple[int, int]
) -> None:
    method = built(gates)
    assert tuple(method._layers[0].log_alpha.shape) == shape
    expected = 0.0
    for layer in method._layers:
        for row in range(layer.weight.shape[0]):
            for column in range(layer.weight.shape[1]):
                alpha = layer.log_alpha.expand_as(layer.weight)[row, column]
                expected += 1 - cumulative(0.0, float(alpha.detach()), 2 / 3)
    penalty = float(method.penalty(in_effect()).detach())
    assert penalty == pytest.approx(3.0 * expected / 700, rel=1e-5)


def test_gates_start_near_the_papers_dropout_rates() -> None:
    for layer, rate in zip(built()._layers, (0.2, 0.5), strict=True):
        mean = float(layer.log_alpha.detach().mean())
        assert mean == pytest.approx(math.log((1 - rate) / rate), abs=0.01)


def test_evaluation_uses_equation_13_on_the_averages() -> None:
    method = built()
    layer = method._layers[0]
    layer.average_log_alpha.normal_(0, 3)
    view = method.layers()[0]
    gate = (torch.sigmoid(layer.average_log_alpha) * 1.2 - 0.1).clamp(0, 1)
    assert torch.equal(view.mask, gate > 0) and 0 < int(view.mask.sum()) < 600
    assert torch.allclose(view.weight * view.mask, layer.average_weight * gate)
    x = torch.rand(4, 30)
    expected = functional.linear(x, layer.average_weight * gate, layer.average_bias)
    assert torch.allclose(layer.eval()(x), expected, atol=1e-6)


def test_averages_are_means_at_first_and_exponential_later() -> None:
    method = built()
    layer, optimiser = method._layers[0], method.make_optimiser()
    seen = []
    for step in range(1, 6):
        layer.weight.data.add_(0.5)
        method.after_step(optimiser, Clock(step, 0, 0.1))
        seen.append(layer.weight.detach().clone())
    assert torch.allclose(layer.average_weight, torch.stack(seen).mean(0), atol=1e-6)
    before = layer.average_weight.clone()
    method.after_step(optimiser, Clock(50_000, 0, 0.5))
    assert torch.allclose(layer.average_weight, 0.999 * before + 0.001 * seen[-1], atol=1e-6)


def test_only_the_gates_learn_at_the_rate_of_their_own(tiny: Splits) -> None:
    """Adam's first step is as long as the learning rate, wherever there is a gradient."""
    own = (("l0.rate", 8.0),)
    settings = Settings(method="l0", hidden=5, learning_rate=0.01, device="cpu", own=own)
    snapshots = train(settings, tiny)
    method = next(snapshots).method
    before = {name: value.clone() for name, value in method.model.named_parameters()}
    next(snapshots)
    for name, value in method.model.named_parameters():
        step = float((value - before[name]).abs().max().detach())
        assert step == pytest.approx(0.08 if "log_alpha" in name else 0.01, rel=1e-3)


def test_log_alpha_stays_in_its_range_and_frozen_gates_have_no_gradient() -> None:
    method = built()
    layer = method._layers[0]
    layer.log_alpha.data.fill_(9.0)
    method.after_step(method.make_optimiser(), Clock(1, 0, 0.1))
    assert float(layer.log_alpha.detach().max()) == pytest.approx(math.log(100))
    x, y = torch.rand(8, 30), torch.arange(8) % 5
    method.gradients(x, y, in_effect(frozen=True), Clock(1, 0, 0.1))
    assert layer.log_alpha.grad is None and layer.weight.grad is not None


def test_a_network_of_input_gates_closes_whole_columns() -> None:
    method = built("input")
    method._layers[0].average_log_alpha[0, :7] = -5
    mask = method.layers()[0].mask
    assert not bool(mask[:, :7].any()) and bool(mask[:, 7:].all())


def test_masks_do_not_change_once_gates_are_frozen() -> None:
    method = built()
    optimiser = method.make_optimiser()
    x, y = torch.rand(8, 30), torch.arange(8) % 5
    for layer in method._layers:
        layer.log_alpha.data.normal_(0, 3)
    masks = []
    for step in range(5, 9):
        method.gradients(x, y, in_effect(frozen=True), Clock(step, 0, 0.5))
        optimiser.step()
        method.after_step(optimiser, Clock(step + 1, 0, 0.5))
        masks.append([view.mask for view in method.layers()])
    for view, layer in zip(method.layers(), method._layers, strict=True):
        assert torch.equal(view.mask, torch.sigmoid(layer.log_alpha) * 1.2 - 0.1 > 0)
    assert all(
        torch.equal(a, b) for later in masks[1:] for a, b in zip(masks[0], later, strict=True)
    )
