"""GatedLinear against the paper's formulas written out, and against numbers worked by hand."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from dgviz.gates.linear import GatedLinear


def random_layer(seed: int = 0, tau: float = 0.5) -> GatedLinear:
    """3 → 4 in double precision with gates on both sides of the threshold."""
    torch.manual_seed(seed)
    layer = GatedLinear(3, 4, tau=tau, dtype=torch.float64)
    nn.init.normal_(layer.gate_logits)
    return layer


def test_the_same_seed_draws_the_weights_of_a_dense_layer() -> None:
    torch.manual_seed(7)
    gated = GatedLinear(784, 256)
    after_gated = torch.rand(1)
    torch.manual_seed(7)
    dense = nn.Linear(784, 256)
    after_dense = torch.rand(1)
    assert torch.equal(gated.weight, dense.weight)
    assert torch.equal(gated.bias, dense.bias)
    # The gates draw no random numbers, so the next random numbers are equal too.
    assert torch.equal(after_gated, after_dense)


def test_shapes_and_start_of_the_parameters() -> None:
    layer = GatedLinear(3, 4, tau=0.25, initial_logit=-0.5, dtype=torch.float64)
    shapes = {name: tuple(p.shape) for name, p in layer.named_parameters()}
    assert shapes == {"weight": (4, 3), "bias": (4,), "gate_logits": (4, 3)}
    assert {p.dtype for p in layer.parameters()} == {torch.float64}
    assert torch.equal(layer.gate_logits, torch.full((4, 3), -0.5, dtype=torch.float64))
    assert layer.tau == 0.25
    assert not layer.hard_mask().requires_grad


def test_a_gate_of_a_block_closes_its_weights_and_no_others() -> None:
    """Blocks have 4 inputs and 8 units; those at the end are smaller."""
    layer = GatedLinear(5, 9, weight_gates=False, block_gates=True)
    assert layer.block_gate_logits is not None and layer.block_gate_logits.shape == (2, 2)
    with torch.no_grad():
        layer.block_gate_logits.copy_(torch.tensor([[-1.0, 1.0], [1.0, 1.0]]))
    first = torch.zeros(9, 5, dtype=torch.bool)
    first[:8, :4] = True
    assert torch.equal(layer.hard_mask(), ~first)
    with torch.no_grad():
        layer.block_gate_logits.copy_(torch.tensor([[1.0, 1.0], [1.0, -1.0]]))
    assert (~layer.hard_mask()).nonzero().tolist() == [[8, 4]]


def test_the_gates_of_a_weight_and_of_its_block_are_both_needed() -> None:
    layer = GatedLinear(8, 8, block_gates=True)
    with torch.no_grad():
        layer.gate_logits[:, ::2] = 0.5
        layer.gate_logits[:, 1::2] = -1.0
        layer.block_gate_logits.copy_(torch.tensor([[0.25, -2.0]]))
    lowest = torch.tensor([0.25, -1.0, 0.25, -1.0, -2.0, -2.0, -2.0, -2.0]).sigmoid()
    torch.testing.assert_close(layer.gate_probs(), lowest.expand(8, 8))
    kept = torch.tensor([1, 0, 1, 0, 0, 0, 0, 0]) * layer.weight
    assert torch.equal(layer.effective_weight(), kept)


def test_a_layer_worked_by_hand() -> None:
    layer = GatedLinear(2, 2, tau=0.6)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[2.0, 3.0], [5.0, 7.0]]))
        layer.bias.copy_(torch.tensor([0.5, -0.5]))
        # Probabilities 0.75, 0.5, 0.25, 0.8: the first and the last are above 0.6.
        layer.gate_logits.copy_(torch.tensor([[3.0, 1.0], [1 / 3, 4.0]]).log())
    assert layer.gate_probs().tolist() == [
        [pytest.approx(0.75), pytest.approx(0.5)],
        [pytest.approx(0.25), pytest.approx(0.8)],
    ]
    assert layer.hard_mask().tolist() == [[True, False], [False, True]]
    assert layer.effective_weight().tolist() == [[2.0, 0.0], [0.0, 7.0]]
    assert layer(torch.tensor([[10.0, 100.0]])).tolist() == [[20.5, 699.5]]


@pytest.mark.parametrize("tau", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_forward_and_every_gradient_are_those_of_the_formulas(tau: float) -> None:
    layer = random_layer(tau=tau)
    x = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    upstream = torch.randn(5, 4, dtype=torch.float64)
    (layer(x) * upstream).sum().backward()

    copies = [t.detach().clone().requires_grad_() for t in (x, *layer.parameters())]
    x2, weight, bias, logits = copies
    prob = 1 / (1 + torch.exp(-logits))
    hard = torch.where(prob > tau, 1.0, 0.0)
    out = torch.einsum("bi,oi->bo", x2, weight * (hard + prob - prob.detach())) + bias
    (out * upstream).sum().backward()

    torch.testing.assert_close(layer(x), out)
    for ours, theirs in zip((x, *layer.parameters()), copies, strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-12, atol=1e-12)


def test_a_closed_gate_gets_the_gradient_of_an_active_one() -> None:
    layer = random_layer()
    x, upstream = torch.randn(5, 3, dtype=torch.float64), torch.randn(5, 4, dtype=torch.float64)

    def gate_gradient(tau: float) -> Tensor:
        layer.tau = tau
        return torch.autograd.grad((layer(x) * upstream).sum(), layer.gate_logits)[0]

    all_closed, all_open = gate_gradient(1.0), gate_gradient(0.0)
    assert all_closed.count_nonzero() == 12
    assert torch.equal(all_closed, all_open)


def test_the_forward_pass_is_exactly_binary() -> None:
    torch.manual_seed(1)
    layer = GatedLinear(50, 40)
    nn.init.normal_(layer.gate_logits)
    assert torch.equal(layer.effective_weight(), layer.weight * layer.hard_mask())
    with torch.no_grad():
        assert torch.equal(layer.effective_weight(), layer.weight * layer.hard_mask())


@given(st.floats(-15, 15, width=32))
def test_a_gate_exactly_at_tau_is_closed_and_just_above_it_is_active(logit: float) -> None:
    layer = GatedLinear(1, 1, initial_logit=logit)
    prob = layer.gate_probs().detach().numpy()
    layer.tau = float(prob.item())
    assert not layer.hard_mask().item()
    assert layer.effective_weight().item() == 0
    layer.tau = float(np.nextafter(prob, np.float32(0)).item())
    assert layer.hard_mask().item()
    assert layer.effective_weight().item() == layer.weight.item()


def test_tau_may_change_at_any_time() -> None:
    layer = GatedLinear(3, 4, initial_logit=0.0)
    assert not layer.hard_mask().any()
    layer.tau = 0.49
    assert layer.hard_mask().all()
    assert torch.equal(layer(torch.eye(3)), F.linear(torch.eye(3), layer.weight, layer.bias))


@pytest.mark.parametrize("tau", [-0.01, 1.01, math.nan, math.inf, "0.5", None, True])
def test_a_wrong_tau_is_refused_and_the_old_one_stays(tau: object) -> None:
    with pytest.raises(ValueError, match="tau must be a number from 0 to 1"):
        GatedLinear(3, 4, tau=tau)  # type: ignore[arg-type]
    layer = GatedLinear(3, 4, tau=0.25)
    with pytest.raises(ValueError, match="tau must be a number from 0 to 1"):
        layer.tau = tau  # type: ignore[assignment]
    assert layer.tau == 0.25


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", True, None])
def test_a_wrong_size_is_refused(size: object) -> None:
    with pytest.raises(ValueError, match="in_features must be a whole number"):
        GatedLinear(size, 4)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="out_features must be a whole number"):
        GatedLinear(3, size)  # type: ignore[arg-type]


@pytest.mark.parametrize("logit", [math.nan, math.inf, "1", None])
def test_a_wrong_initial_logit_is_refused(logit: object) -> None:
    with pytest.raises(ValueError, match="initial_logit must be a finite number"):
        GatedLinear(3, 4, initial_logit=logit)  # type: ignore[arg-type]
