"""DynamicGateMLP: its layers, its output, and the penalty on its gates."""

from typing import get_args

import pytest
import torch
from torch import nn

from dgviz.gates.linear import GatedLinear
from dgviz.gates.mlp import DynamicGateMLP, Gates


def test_the_papers_network_starts_like_the_dense_one_of_the_same_seed() -> None:
    torch.manual_seed(3)
    gated = DynamicGateMLP()
    torch.manual_seed(3)
    dense = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    assert [tuple(layer.weight.shape) for layer in gated.layers] == [(256, 784), (10, 256)]
    # Every gate is active at the start, at logit 1 > 0, so the two nets compute the same.
    x = torch.rand(6, 1, 28, 28)
    torch.testing.assert_close(gated(x), dense(x.flatten(1)))
    assert gated(x).shape == (6, 10)


def test_output_worked_by_hand_with_a_negative_hidden_unit() -> None:
    net = DynamicGateMLP((2, 2, 1))
    first, second = net.layers
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[1.0, 2.0], [-3.0, 4.0]]))
        first.bias.copy_(torch.tensor([1.0, 0.0]))
        first.gate_logits.copy_(torch.tensor([[1.0, -1.0], [1.0, -1.0]]))
        second.weight.copy_(torch.tensor([[10.0, 100.0]]))
        second.bias.copy_(torch.tensor([0.5]))
    # Hidden units 1*1 + 1 = 2 and relu(-3*1) = 0: the second input is closed in both.
    assert net(torch.tensor([[1.0, 9.0]])).tolist() == [[20.5]]
    # The last layer has no ReLU.
    with torch.no_grad():
        second.weight.neg_()
    assert net(torch.tensor([[1.0, 9.0]])).tolist() == [[-19.5]]


def test_penalty_is_the_mean_over_all_gates_together() -> None:
    net = DynamicGateMLP((4, 2, 1), dtype=torch.float64)
    nn.init.zeros_(net.layers[0].gate_logits)
    nn.init.constant_(net.layers[1].gate_logits, torch.tensor(3.0).log().item())
    # Eight gates at 0.5 and two at 0.75; the mean of the layers' means would be 0.625.
    assert net.sparsity_penalty().shape == ()
    assert net.sparsity_penalty().item() == pytest.approx(0.55, abs=1e-7)


def test_penalty_with_gates_of_several_kinds_is_the_sum_of_their_means() -> None:
    net = DynamicGateMLP((4, 2, 3, 1), gates="weight-pixel-unit", dtype=torch.float64)
    for layer in net.layers:
        nn.init.zeros_(layer.gate_logits)
    for layer, prob in zip(net.layers, (0.75, 0.9, 0.65), strict=True):
        nn.init.constant_(layer.input_gate_logits, torch.tensor(prob).logit().item())
    # All weights at 0.5, four pixels at 0.75, two hidden units at 0.9 and three at 0.65.
    assert net.sparsity_penalty().item() == pytest.approx(0.5 + 0.75 + 0.75, abs=1e-7)


def test_a_net_without_units_has_no_penalty_on_them() -> None:
    assert DynamicGateMLP((4, 2), gates="unit").sparsity_penalty().item() == 0


def test_gates_of_pixels_and_units_worked_by_hand() -> None:
    net = DynamicGateMLP((2, 2, 1), gates="pixel-unit")
    first, second = net.layers
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        first.bias.copy_(torch.tensor([1.0, 7.0]))
        # The second pixel and the second unit are closed.
        first.input_gate_logits.copy_(torch.tensor([3.0, 0.25]).log())
        second.input_gate_logits.copy_(torch.tensor([4.0, 0.5]).log())
        second.weight.copy_(torch.tensor([[10.0, 100.0]]))
        second.bias.copy_(torch.tensor([0.5]))
    # The bias of a closed unit acts on nothing either.
    assert net(torch.tensor([[5.0, 9.0]])).tolist() == [[60.5]]
    assert [mask.tolist() for mask in net.hard_masks()] == [
        [[True, False], [False, False]],
        [[True, False]],
    ]
    found = [[[round(p, 6) for p in row] for row in probs.tolist()] for probs in net.gate_probs()]
    assert found == [[[0.75, 0.2], [0.333333, 0.2]], [[0.8, 0.333333]]]


@pytest.mark.parametrize("gates", get_args(Gates))
@pytest.mark.parametrize("tau", [0.4, 0.6])
def test_the_masks_give_the_output_of_the_net_whatever_is_gated(gates: Gates, tau: float) -> None:
    torch.manual_seed(0)
    net = DynamicGateMLP((6, 5, 4, 3), tau=tau, gates=gates, dtype=torch.float64)
    for logits in (logits for layer in net.layers for logits in layer.gates()):
        nn.init.normal_(logits)
    x = torch.rand(8, 6, dtype=torch.float64)
    expected, masks = net(x), net.hard_masks()
    assert any(not mask.all() for mask in masks)
    for layer, mask in zip(net.layers, masks, strict=True):
        x = x.relu() @ (layer.weight * mask).T + layer.bias
    torch.testing.assert_close(x, expected)


def test_gradient_of_the_penalty_by_finite_differences() -> None:
    torch.manual_seed(0)
    net = DynamicGateMLP((3, 4, 2), dtype=torch.float64)
    for layer in net.layers:
        nn.init.normal_(layer.gate_logits)
    net.sparsity_penalty().backward()
    step = 1e-5
    for layer in net.layers:
        assert layer.weight.grad is None
        assert layer.gate_logits.grad is not None
        flat, gradient = layer.gate_logits.data.view(-1), layer.gate_logits.grad.view(-1)
        for i in range(len(flat)):
            start = flat[i].item()
            flat[i] = start + step
            above = net.sparsity_penalty().item()
            flat[i] = start - step
            below = net.sparsity_penalty().item()
            flat[i] = start
            assert gradient[i].item() == pytest.approx((above - below) / (2 * step), rel=1e-6)


def test_probs_and_masks_are_those_of_the_layers() -> None:
    net = DynamicGateMLP((3, 4, 5, 2), tau=0.6)
    for i, layer in enumerate(net.layers):
        nn.init.constant_(layer.gate_logits, float(i))
    assert [tuple(p.shape) for p in net.gate_probs()] == [(4, 3), (5, 4), (2, 5)]
    assert [p[0, 0].item() for p in net.gate_probs()] == pytest.approx([0.5, 0.731059, 0.880797])
    assert [m.dtype for m in net.hard_masks()] == [torch.bool] * 3
    assert [m.all().item() for m in net.hard_masks()] == [False, True, True]
    assert [m.any().item() for m in net.hard_masks()] == [False, True, True]


def test_tau_sets_every_layer() -> None:
    net = DynamicGateMLP((3, 4, 2), tau=0.25)
    assert net.tau == 0.25
    net.tau = 0.75
    assert net.tau == 0.75
    assert [layer.tau for layer in net.layers] == [0.75, 0.75]
    assert not any(mask.any() for mask in net.hard_masks())
    with pytest.raises(ValueError, match="tau"):
        net.tau = 2
    assert [layer.tau for layer in net.layers] == [0.75, 0.75]


def test_initial_logit_and_dtype_reach_every_layer() -> None:
    net = DynamicGateMLP((3, 4, 2), initial_logit=-2.0, dtype=torch.float64)
    assert isinstance(net.layers, nn.ModuleList)
    assert all(isinstance(layer, GatedLinear) for layer in net.layers)
    assert {p.dtype for p in net.parameters()} == {torch.float64}
    assert all((layer.gate_logits == -2).all() for layer in net.layers)


def test_unknown_gates_are_refused() -> None:
    with pytest.raises(ValueError, match="gates must be one of weight, block, pixel, unit"):
        DynamicGateMLP((3, 2), gates="row")  # type: ignore[arg-type]


@pytest.mark.parametrize("sizes", [(), (784,), (784, 0, 10), (784, 2.5, 10), (784, 256, -1)])
def test_wrong_sizes_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"sizes must name|must be a whole number"):
        DynamicGateMLP(sizes)
