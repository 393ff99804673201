"""K stacked networks against the same networks, each by itself, in double precision."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn

from dgviz.gates.closed_form import ClosedFormGradient
from dgviz.gates.mlp import DynamicGateMLP, Gates
from dgviz.gates.stacked import StackedMLP

BETAS = (0.0, 0.7, -1.0)


def networks(sizes: Sequence[int]) -> list[DynamicGateMLP]:
    """Three networks with different weights, gates on both sides of τ, and a τ of their own."""
    torch.manual_seed(1)
    made = [DynamicGateMLP(sizes, tau=tau, dtype=torch.float64) for tau in (0.3, 0.5, 0.7)]
    for network in made:
        for layer in network.layers:
            nn.init.normal_(layer.weight)
            for logits in layer.gates():
                nn.init.normal_(logits)
    return made


def batch(sizes: Sequence[int], size: int) -> tuple[Tensor, Tensor]:
    return torch.rand(size, sizes[0], dtype=torch.float64), torch.randint(sizes[-1], (size,))


def each(values: Sequence[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64).view(-1, 1, 1)


@pytest.mark.parametrize("sizes", [(4, 3), (5, 6, 3), (3, 4, 5, 2)])
def test_gradients_and_steps_are_those_of_each_network_alone(sizes: tuple[int, ...]) -> None:
    alone, together = networks(sizes), networks(sizes)
    stack = StackedMLP(together)
    gradient = ClosedFormGradient(stack)
    optimiser = torch.optim.Adam(stack.parameters(), lr=0.05)
    optimisers = [torch.optim.Adam(network.parameters(), lr=0.05) for network in alone]
    for train_gates in (True, True, False):
        x, y = batch(sizes, 7)
        options = {"label_smoothing": 0.1, "weight_decay": 0.3, "train_gates": train_gates}
        losses = gradient(x, y, beta=each(BETAS), **options)  # type: ignore[arg-type]
        optimiser.step()
        for k, (network, own) in enumerate(zip(alone, optimisers, strict=True)):
            of_one = ClosedFormGradient(network)
            loss = of_one(x, y, beta=BETAS[k], **options)  # type: ignore[arg-type]
            torch.testing.assert_close(losses[k], loss)
            torch.testing.assert_close(gradient.logits[k], of_one.logits)
            own.step()
            for mine, theirs in zip(together[k].parameters(), network.parameters(), strict=True):
                torch.testing.assert_close(mine, theirs, rtol=1e-10, atol=1e-12)


def test_logits_are_those_of_each_network_with_its_own_tau() -> None:
    sizes = (5, 6, 3)
    made = networks(sizes)
    x, _ = batch(sizes, 7)
    expected = torch.stack([network(x) for network in made]).detach()
    stack = StackedMLP(made)
    torch.testing.assert_close(stack(x), expected)
    stack.tau.copy_(each((0.7, 0.3, 0.5)))
    for network, tau in zip(made, (0.7, 0.3, 0.5), strict=True):
        network.tau = tau
    torch.testing.assert_close(stack(x), torch.stack([network(x) for network in made]).detach())


def test_only_networks_of_one_shape_with_gates_for_weights_are_stacked() -> None:
    with pytest.raises(ValueError, match="same shape"):
        StackedMLP([DynamicGateMLP((4, 3)), DynamicGateMLP((5, 3))])
    for gates in ("pixel-unit", "weight-pixel-unit", "block"):
        of_groups: Gates = gates  # type: ignore[assignment]
        with pytest.raises(ValueError, match="gates for weights"):
            StackedMLP([DynamicGateMLP((4, 3)), DynamicGateMLP((4, 3), gates=of_groups)])
