"""The closed-form gradient against autograd on the paper's formulas, and by finite differences."""

from collections.abc import Callable, Sequence
from typing import Any, get_args

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from dgviz.gates.closed_form import ClosedFormGradient
from dgviz.gates.mlp import DynamicGateMLP, Gates


def random_net(
    sizes: Sequence[int], seed: int = 0, tau: float = 0.5, gates: Gates = "weight"
) -> DynamicGateMLP:
    """A net in double precision with gates on both sides of the threshold."""
    torch.manual_seed(seed)
    net = DynamicGateMLP(sizes, tau=tau, gates=gates, dtype=torch.float64)
    for layer in net.layers:
        for logits in layer.gates():
            nn.init.normal_(logits)
        nn.init.normal_(layer.weight)
    return net


def random_batch(net: DynamicGateMLP, size: int) -> tuple[Tensor, Tensor]:
    dtype = net.layers[0].weight.dtype
    return torch.rand(size, net.sizes[0], dtype=dtype), torch.randint(net.sizes[-1], (size,))


def literal(
    net: DynamicGateMLP,
    x: Tensor,
    y: Tensor,
    tau: float,
    beta: float,
    smoothing: float = 0.0,
    decay: float = 0.0,
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Cross-entropy, logits, and gradients by parameter, from sections 1.2 to 1.4 as printed.

    A gate of a pixel or a hidden unit multiplies its value, and that of a block each of its 4 × 8
    weights. The penalty is the sum of the means over the gates of all weights, of all blocks, of
    all pixels and of all hidden units. The L2 penalty is on the effective weights and the biases.
    """
    copies = {name: p.detach().clone().requires_grad_() for name, p in net.named_parameters()}
    probs: dict[str, list[Tensor]] = {}

    def gated(values: Tensor, name: str, kind: str) -> Tensor:
        logits = copies.get(name)
        if logits is None:
            return values
        prob = 1 / (1 + torch.exp(-logits))
        probs.setdefault(kind, []).append(prob.flatten())
        return values * ((prob > tau).to(prob) + (prob - prob.detach()))

    l2 = torch.zeros_like(x[0, 0])
    for depth in range(len(net.layers)):
        weight, bias = (copies[f"layers.{depth}.{name}"] for name in ("weight", "bias"))
        kind = "unit" if depth else "pixel"
        of_inputs = gated(torch.ones_like(x[0]), f"layers.{depth}.input_gate_logits", kind)
        weight = gated(weight, f"layers.{depth}.gate_logits", "weight")
        units, inputs = torch.meshgrid(*map(torch.arange, weight.shape), indexing="ij")
        if (logits := f"layers.{depth}.block_gate_logits") in copies:
            of_blocks = gated(torch.ones_like(copies[logits]), logits, "block")
            weight = weight * of_blocks[units // 8, inputs // 4]
        x = ((x.clamp(min=0) if depth else x) * of_inputs) @ weight.T + bias
        l2 = l2 + decay / 2 * ((weight * of_inputs).square().sum() + bias.square().sum())
    target = F.one_hot(y, x.shape[1]).to(x) * (1 - smoothing) + smoothing / x.shape[1]
    cross_entropy = -(target * (x - torch.logsumexp(x, 1, keepdim=True))).sum(1).mean()
    penalty = sum(torch.cat(kind).mean() for kind in probs.values())
    (cross_entropy + beta * penalty + l2).backward()
    gradients = [p.grad for p in copies.values()]
    return cross_entropy.detach(), x.detach(), gradients  # type: ignore[return-value]


def assert_same_as_literal(
    net: DynamicGateMLP,
    gradient: ClosedFormGradient,
    size: int,
    beta: float,
    smoothing: float,
    decay: float = 0.0,
) -> None:
    x, y = random_batch(net, size)
    loss = gradient(x, y, beta=beta, label_smoothing=smoothing, weight_decay=decay)
    expected_loss, expected_logits, expected = literal(net, x, y, net.tau, beta, smoothing, decay)
    torch.testing.assert_close(loss, expected_loss)
    torch.testing.assert_close(gradient.logits, expected_logits)
    for (name, parameter), theirs in zip(net.named_parameters(), expected, strict=True):
        assert parameter.grad is not None, name
        assert torch.allclose(parameter.grad, theirs, rtol=1e-10, atol=1e-12), name


@pytest.mark.parametrize("sizes", [(4, 3), (5, 6, 3), (9, 17, 4, 3), (3, 4, 5, 4, 2)])
@pytest.mark.parametrize("tau", [0.0, 0.4, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("gates", get_args(Gates))
def test_equals_autograd_on_the_literal_formulas(
    sizes: tuple[int, ...], tau: float, gates: Gates
) -> None:
    net = random_net(sizes, tau=tau, gates=gates)
    assert_same_as_literal(net, ClosedFormGradient(net), 8, beta=0.7, smoothing=0.1)
    assert_same_as_literal(net, ClosedFormGradient(net), 8, beta=0.7, smoothing=0.1, decay=0.3)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 9),
            st.floats(0, 1),
            st.floats(-2, 30),
            st.sampled_from([0.0, 0.1, 1.0]),
        ),
        min_size=2,
        max_size=4,
    ),
    st.integers(0, 1000),
    st.sampled_from(get_args(Gates)),
)
def test_tau_beta_and_batch_size_may_change_between_any_two_steps(
    steps: list[tuple[int, float, float, float]], seed: int, gates: Gates
) -> None:
    net = random_net((4, 5, 3), seed, gates=gates)
    gradient = ClosedFormGradient(net)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    for size, tau, beta, smoothing in steps:
        net.tau = tau
        assert_same_as_literal(net, gradient, size, beta, smoothing)
        optimiser.step()


@pytest.mark.parametrize("gates", get_args(Gates))
def test_equals_autograd_on_the_module_in_single_precision(gates: Gates) -> None:
    torch.manual_seed(0)
    net = DynamicGateMLP((20, 16, 5), gates=gates)
    for layer in net.layers:
        for logits in layer.gates():
            nn.init.normal_(logits)
    x, y = random_batch(net, 32)
    out = net(x)
    loss = F.cross_entropy(out, y)
    expected = torch.autograd.grad(loss + 0.3 * net.sparsity_penalty(), list(net.parameters()))
    gradient = ClosedFormGradient(net)
    torch.testing.assert_close(gradient(x, y, beta=0.3), loss.detach())
    torch.testing.assert_close(gradient.logits, out.detach())
    for parameter, theirs in zip(net.parameters(), expected, strict=True):
        torch.testing.assert_close(parameter.grad, theirs, rtol=1e-4, atol=1e-7)


def central_difference(values: Tensor, function: Callable[[], Tensor]) -> Tensor:
    """d function / d values, entry by entry, moving `values` in place and back."""
    step, result = 1e-6, torch.empty_like(values)
    for i in range(values.numel()):
        start = values.view(-1)[i].item()
        values.view(-1)[i] = start + step
        above = function().item()
        values.view(-1)[i] = start - step
        below = function().item()
        values.view(-1)[i] = start
        result.view(-1)[i] = (above - below) / (2 * step)
    return result


def on_effective_weights(
    net: DynamicGateMLP, x: Tensor, y: Tensor
) -> tuple[list[Tensor], Callable[[], Tensor]]:
    """W_eff of both layers, and the cross-entropy as a function of them."""
    first, second = net.layers
    effective = [(layer.weight * layer.hard_mask()).detach() for layer in net.layers]

    def cross_entropy() -> Tensor:
        hidden = torch.relu(x @ effective[0].T + first.bias)
        return F.cross_entropy(hidden @ effective[1].T + second.bias, y)

    return effective, cross_entropy


def test_weights_by_finite_differences_and_none_for_closed_ones() -> None:
    net = random_net((4, 5, 3))
    x, y = random_batch(net, 6)
    ClosedFormGradient(net)(x, y, beta=5.0)
    for layer in net.layers:
        assert layer.weight.grad is not None
        for parameter in (layer.weight, layer.bias):
            measured = central_difference(parameter.data, lambda: F.cross_entropy(net(x), y))
            torch.testing.assert_close(parameter.grad, measured, rtol=1e-5, atol=1e-8)
        closed = ~layer.hard_mask()
        assert closed.any()
        assert not layer.weight.grad[closed].any()


def test_gates_by_finite_differences_on_the_effective_weights() -> None:
    net = random_net((4, 5, 3))
    x, y = random_batch(net, 6)
    ClosedFormGradient(net)(x, y, beta=2.0)
    effective, cross_entropy = on_effective_weights(net, x, y)
    for layer, weights in zip(net.layers, effective, strict=True):
        # An entry of W_eff moves for a closed gate too, so this does not depend on the mask.
        d_effective = central_difference(weights, cross_entropy)
        p = torch.sigmoid(layer.gate_logits)
        expected = (layer.weight * d_effective + 2.0 / (4 * 5 + 5 * 3)) * p * (1 - p)
        assert (~layer.hard_mask()).any()
        torch.testing.assert_close(layer.gate_logits.grad, expected.detach(), rtol=1e-5, atol=1e-8)


def test_a_net_worked_by_hand() -> None:
    net = DynamicGateMLP((1, 2), dtype=torch.float64, initial_logit=0.0)
    with torch.no_grad():
        net.layers[0].weight.copy_(torch.tensor([[4.0], [6.0]]))
        net.layers[0].bias.zero_()
    gradient = ClosedFormGradient(net)
    loss = gradient(torch.ones(1, 1, dtype=torch.float64), torch.tensor([0]), beta=8.0)
    # Both gates are exactly at tau, so closed: logits 0, softmax 1/2, dL/dW_eff = (-1/2, 1/2).
    assert loss.item() == pytest.approx(0.6931471805599453)
    assert gradient.logits.tolist() == [[0, 0]]
    assert net.layers[0].weight.grad.tolist() == [[0], [0]]  # type: ignore[union-attr]
    assert net.layers[0].bias.grad.tolist() == [-0.5, 0.5]  # type: ignore[union-attr]
    # (4 * -1/2 + 8/2) / 4 and (6 * 1/2 + 8/2) / 4.
    gates = net.layers[0].gate_logits.grad
    assert gates is not None
    assert gates.tolist() == [[0.5], [1.75]]


def test_a_hidden_unit_at_exactly_zero_passes_nothing_back() -> None:
    net = random_net((4, 5, 3))
    nn.init.zeros_(net.layers[0].bias)
    x, y = torch.zeros(6, 4, dtype=torch.float64), torch.randint(3, (6,))
    ClosedFormGradient(net)(x, y, beta=0.0)
    assert net.layers[0].bias.grad is not None
    assert not net.layers[0].bias.grad.any()


def test_frozen_gates_get_no_gradient_and_do_not_move() -> None:
    net = random_net((4, 5, 3))
    gradient = ClosedFormGradient(net)
    optimiser = torch.optim.Adam(net.parameters())
    x, y = random_batch(net, 6)
    gradient(x, y, beta=1.0)
    optimiser.step()
    trained = [layer.weight.grad.clone() for layer in net.layers]  # type: ignore[union-attr]
    before = [layer.gate_logits.detach().clone() for layer in net.layers]
    weights = [layer.weight.detach().clone() for layer in net.layers]

    gradient(x, y, beta=1.0, train_gates=False)
    assert all(layer.gate_logits.grad is None for layer in net.layers)
    assert not torch.equal(net.layers[1].weight.grad, trained[1])  # type: ignore[arg-type]
    expected = literal(net, x, y, net.tau, 1.0)[2]
    torch.testing.assert_close([layer.weight.grad for layer in net.layers], expected[::3])
    optimiser.step()
    for layer, logits, weight in zip(net.layers, before, weights, strict=True):
        assert torch.equal(layer.gate_logits, logits)
        assert not torch.equal(layer.weight, weight)

    assert_same_as_literal(net, gradient, 6, beta=1.0, smoothing=0.0)


def test_gates_of_inputs_by_finite_differences_of_the_network() -> None:
    """Where every gate is active, a gate's gradient is that of a factor of the input."""
    net = random_net((4, 5, 3), gates="weight-pixel-unit", tau=0.0)
    x, y = random_batch(net, 6)
    factors = [torch.ones(size, dtype=torch.float64) for size in (4, 5)]

    def cross_entropy() -> Tensor:
        first, second = net.layers
        hidden = torch.relu((x * factors[0]) @ first.weight.T + first.bias)
        return F.cross_entropy((hidden * factors[1]) @ second.weight.T + second.bias, y)

    ClosedFormGradient(net)(x, y, beta=2.0)
    for layer, factor in zip(net.layers, factors, strict=True):
        logits = layer.input_gate_logits
        assert logits is not None
        p = torch.sigmoid(logits.detach())
        with torch.no_grad():
            measured = central_difference(factor, cross_entropy)
            expected = (measured + 2.0 / len(factor)) * p * (1 - p)
        torch.testing.assert_close(logits.grad, expected, rtol=1e-5, atol=1e-8)


def test_gates_of_blocks_by_finite_differences_on_the_effective_weights() -> None:
    """A block's gate has the sum of what the gates of its weights would have, if closed too."""
    net = random_net((9, 10, 3), gates="block")
    x, y = random_batch(net, 6)
    ClosedFormGradient(net)(x, y, beta=2.0)
    effective, cross_entropy = on_effective_weights(net, x, y)
    for layer, weights in zip(net.layers, effective, strict=True):
        logits = layer.block_gate_logits
        assert logits is not None and (torch.sigmoid(logits) <= net.tau).any()
        product = layer.weight.detach() * central_difference(weights, cross_entropy)
        for (row, column), logit in zip(np.ndindex(logits.shape), logits.flatten(), strict=True):
            of_block = product[8 * row : 8 * row + 8, 4 * column : 4 * column + 4].sum()
            p = torch.sigmoid(logit.detach())
            # Two rows of three blocks, and one of three.
            expected = (of_block + 2.0 / 9) * p * (1 - p)
            torch.testing.assert_close(
                logits.grad[row, column], expected.detach(), rtol=1e-5, atol=1e-8
            )


def test_a_closed_unit_still_learns_whether_to_become_active() -> None:
    net = random_net((4, 5, 3), gates="pixel-unit")
    first, second = net.layers
    assert second.input_gate_logits is not None
    nn.init.constant_(second.input_gate_logits, -1.0)
    ClosedFormGradient(net)(*random_batch(net, 6), beta=0.0)
    assert second.input_gate_logits.grad is not None and second.input_gate_logits.grad.any()
    for parameter in first.parameters():
        assert parameter.grad is not None and not parameter.grad.any()


def test_buffers_are_reused_and_survive_zero_grad() -> None:
    net = random_net((4, 5, 3))
    gradient = ClosedFormGradient(net)
    gradient(*random_batch(net, 6), beta=1.0)
    first = [p.grad.data_ptr() for p in net.parameters()]  # type: ignore[union-attr]
    assert len(set(first)) == len(first)
    net.zero_grad(set_to_none=True)
    assert_same_as_literal(net, gradient, 3, beta=2.0, smoothing=0.0)
    assert [p.grad.data_ptr() for p in net.parameters()] == first  # type: ignore[union-attr]


class CountedProducts(TorchDispatchMode):
    """Counts matrix products while it is active."""

    products = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        self.products += func.overloadpacket in (torch.ops.aten.mm, torch.ops.aten.addmm)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize(("sizes", "products"), [((4, 3), 2), ((4, 5, 3), 5), ((4, 5, 6, 3), 8)])
def test_no_gradient_of_the_input_is_computed(sizes: tuple[int, ...], products: int) -> None:
    net = random_net(sizes)
    gradient = ClosedFormGradient(net)
    batch = random_batch(net, 6)
    with CountedProducts() as counted:
        gradient(*batch, beta=1.0)
    # Forward and weights for each layer, and one back through each layer but the first.
    assert counted.products == products


def active(net: DynamicGateMLP) -> list[int]:
    return [int(mask.sum()) for mask in net.hard_masks()]


def test_a_net_with_every_gate_closed_recovers_through_its_second_layer() -> None:
    torch.manual_seed(0)
    net = DynamicGateMLP((8, 16, 3), initial_logit=0.0)
    assert active(net) == [0, 0]
    gradient = ClosedFormGradient(net)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    batch = random_batch(net, 32)
    gradient(*batch, beta=0.0)
    first, second = (layer.gate_logits.grad for layer in net.layers)
    assert first is not None
    assert second is not None
    assert not first.any()
    assert second.any()
    for _ in range(5):
        optimiser.step()
        gradient(*batch, beta=0.0)
    assert all(0 < some < total for some, total in zip(active(net), (128, 48), strict=True))


@pytest.mark.parametrize(
    ("beta", "expected"), [(1.0, [0, 0]), (0.0, [0, 0]), (-1.0, [40, 15])], ids=["1", "0", "-1"]
)
def test_only_a_negative_beta_reactivates_gates_without_gradient_from_the_data(
    beta: float, expected: list[int]
) -> None:
    net = DynamicGateMLP((8, 5, 3), initial_logit=-0.02, dtype=torch.float64)
    # With zero input and zero biases only the penalty can move a gate.
    for layer in net.layers:
        nn.init.zeros_(layer.bias)
    gradient = ClosedFormGradient(net)
    gates = [layer.gate_logits for layer in net.layers]
    optimiser = torch.optim.Adam(gates, lr=0.01)
    x, y = torch.zeros(3, 8, dtype=torch.float64), torch.tensor([0, 1, 2])
    for _ in range(4):
        gradient(x, y, beta=beta)
        for logits in gates:
            p = torch.sigmoid(logits.detach())
            torch.testing.assert_close(logits.grad, beta / 55 * p * (1 - p))
        optimiser.step()
    assert active(net) == expected
