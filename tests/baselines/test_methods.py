"""Both methods fulfil the protocol, and a dense run is the same network without its gates."""

import pytest
import torch
from torch.nn import functional

from dgviz.baselines import METHODS, Method
from dgviz.settings import KNOBS, Settings

SIZES = (6, 5, 3)
SHAPES = [(5, 6), (3, 5)]


def build(name: str, seed: int = 0, **changes: object) -> Method:
    torch.manual_seed(seed)
    return METHODS[name](Settings(method=name, **changes), SIZES)


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return torch.rand(8, 6), torch.arange(8) % 3


def test_the_table_offers_every_method_that_the_knob_does() -> None:
    assert set(METHODS) == set(KNOBS["method"].choices)


@pytest.mark.parametrize("name", METHODS)
def test_gradients_are_those_of_the_loss(
    name: str, batch: tuple[torch.Tensor, torch.Tensor]
) -> None:
    images, labels = batch
    method = build(name, initial_logit=0.3)
    loss = method.gradients(images, labels, beta=2.0, smoothing=0.1, train_gates=True)
    found = {key: parameter.grad for key, parameter in method.model.named_parameters()}
    method.model.zero_grad()
    logits = method.model(images)
    expected = functional.cross_entropy(logits, labels, label_smoothing=0.1)
    assert torch.allclose(loss, expected) and not loss.requires_grad
    assert torch.allclose(method.logits, logits) and not method.logits.requires_grad
    probs = torch.cat([layer.flatten() for layer in method.gate_probs()])
    (expected + (2.0 * probs.mean() if method.gated else 0.0)).backward()
    for key, parameter in method.model.named_parameters():
        assert torch.allclose(found[key], parameter.grad, atol=1e-7), key


@pytest.mark.parametrize("name", METHODS)
def test_gradients_of_one_batch_do_not_add_to_those_of_the_last(
    name: str, batch: tuple[torch.Tensor, torch.Tensor]
) -> None:
    method = build(name)
    gradients = []
    for _ in range(2):
        method.gradients(*batch, beta=0.1, smoothing=0.0, train_gates=True)
        gradients.append([parameter.grad.clone() for parameter in method.model.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*gradients, strict=True))


@pytest.mark.parametrize("name", METHODS)
def test_pictures_have_one_tensor_a_layer(name: str) -> None:
    method = build(name)
    for layers in (method.weights(), method.gate_probs(), method.hard_masks()):
        assert [tuple(layer.shape) for layer in layers] == SHAPES
    assert [tuple(bias.shape) for bias in method.biases()] == [shape[:1] for shape in SHAPES]
    assert all(mask.dtype is torch.bool for mask in method.hard_masks())
    assert all(bool(((p >= 0) & (p <= 1)).all()) for p in method.gate_probs())


@pytest.mark.parametrize("name", METHODS)
def test_weights_are_the_live_ones(name: str) -> None:
    method = build(name)
    before = method.model(torch.ones(1, 6))
    with torch.no_grad():
        method.weights()[0].zero_()
        method.weights()[1].zero_()
    assert not torch.equal(method.model(torch.ones(1, 6)), before)


def test_tau_closes_gates_from_the_next_pass_on() -> None:
    method = build("dynamicgate", initial_logit=0.0)
    method.set_tau(0.49)
    assert all(bool(mask.all()) for mask in method.hard_masks())
    method.set_tau(0.5)
    assert not any(bool(mask.any()) for mask in method.hard_masks())
    bias = method.model.layers[-1].bias
    hidden = method.model.layers[0].bias
    assert hidden.abs().sum() > 0
    assert torch.equal(method.model(torch.rand(4, 6)), bias.expand(4, 3))


def test_frozen_gates_are_given_no_gradient(batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    method = build("dynamicgate")
    method.gradients(*batch, beta=1.0, smoothing=0.0, train_gates=True)
    method.gradients(*batch, beta=1.0, smoothing=0.0, train_gates=False)
    for key, parameter in method.model.named_parameters():
        assert (parameter.grad is None) == key.endswith("gate_logits")


def test_dense_has_no_gates_to_move(batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    method = build("dense")
    assert not method.gated and build("dynamicgate").gated
    before = method.model(batch[0])
    method.set_tau(1.0)
    assert torch.equal(method.model(batch[0]), before)
    assert all(bool(mask.all()) for mask in method.hard_masks())
    assert all(bool((p == 1).all()) for p in method.gate_probs())


def test_a_seed_gives_both_methods_the_same_initial_network() -> None:
    gated, dense = build("dynamicgate", seed=3), build("dense", seed=3)
    for a, b in zip(gated.weights(), dense.weights(), strict=True):
        assert torch.equal(a, b)
    images = torch.rand(8, 6)
    assert torch.equal(gated.model(images), dense.model(images))
    assert not torch.equal(dense.weights()[0], build("dense", seed=4).weights()[0])
