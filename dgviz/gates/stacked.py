"""Several DynamicGate-MLPs of one shape, with the parameters of all in the same tensors.

One operation then computes the same for all of them. That is faster wherever an operation on one
network takes less time than beginning it does: on an accelerator, and for very small networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from dgviz.gates.linear import GatedLinear
from dgviz.gates.mlp import DynamicGateMLP


class StackedLayer:
    """The same layer of K networks.

    Attributes:
        weight: W of each, shape (K, out, in).
        bias: b of each, shape (K, out).
        gate_logits: those of each, shape (K, out, in).
        tau: τ of each, shape (K, 1, 1).
    """

    block_gate_logits = None
    input_gate_logits = None

    def __init__(self, layers: Sequence[GatedLinear], tau: Tensor) -> None:
        if any(layer.gate_logits is None or len(layer.gates()) > 1 for layer in layers):
            raise ValueError("Only networks with gates for weights, and no others, are stacked.")
        self.tau = tau
        self.weight = _stacked([layer.weight for layer in layers], tau.device)
        self.bias = _stacked([layer.bias for layer in layers], tau.device)
        self.gate_logits = _stacked([layer.gates()[0] for layer in layers], tau.device)

    def gates(self) -> list[nn.Parameter]:
        """The logits of all gates."""
        return [self.gate_logits]

    def parameters(self) -> Iterator[nn.Parameter]:
        yield from (self.weight, self.bias, self.gate_logits)


class StackedMLP:
    """K networks that compute at once.

    Afterwards the parameters of each network are views of the stacked ones: what changes these
    changes the networks.

    Args:
        networks: at least one, all of the same shape, with a gate for each weight and no others.
        device: of the stacked parameters, to which those of the networks move.

    Attributes:
        networks: the networks.
        layers: the `StackedLayer`s, input side first.
        tau: τ of each network, shape (K, 1, 1), to be changed in place; their own is not read.

    Raises:
        ValueError: When the networks differ in shape or have other gates.
    """

    def __init__(
        self, networks: Sequence[DynamicGateMLP], device: torch.device | str = "cpu"
    ) -> None:
        if len({network.sizes for network in networks}) != 1:
            raise ValueError("Only networks of the same shape are stacked.")
        dtype = networks[0].layers[0].weight.dtype
        taus = [network.tau for network in networks]
        self.tau = torch.tensor(taus, dtype=dtype, device=device).view(-1, 1, 1)
        self.networks = networks
        self.layers = [
            StackedLayer(layers, self.tau)
            for layers in zip(*(network.layers for network in networks), strict=True)
        ]

    def gates(self) -> list[list[nn.Parameter]]:
        """The logits of the gates, of the one kind that there is, of all layers."""
        return [[layer.gate_logits for layer in self.layers]]

    def parameters(self) -> list[nn.Parameter]:
        return [part for layer in self.layers for part in layer.parameters()]

    def parameters_of(self, k: int) -> list[nn.Parameter]:
        """Those of the network with number k, in the order of `parameters`."""
        layers = self.networks[k].layers
        return [part for one in layers for part in (one.weight, one.bias, *one.gates())]

    @torch.no_grad()
    def __call__(self, x: Tensor) -> Tensor:
        """Map images (B, in), the same for all networks, to the logits (K, B, out) of each."""
        for depth, layer in enumerate(self.layers):
            active = torch.sigmoid(layer.gate_logits) > self.tau
            x = affine(torch.relu(x) if depth else x, layer.weight * active, layer.bias)
        return x


def affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """x Wᵀ + b, for one layer or for stacked ones.

    Args:
        x: Shape (B, in), or (K, B, in) for stacked layers whose inputs differ.
        weight: Shape (out, in) or (K, out, in).
        bias: Shape (out,) or (K, out).

    Returns:
        Shape (B, out) or (K, B, out).
    """
    if weight.ndim == 2:
        return torch.addmm(bias, x, weight.t())
    x = x.expand(len(weight), -1, -1)
    return torch.baddbmm(bias.unsqueeze(1), x, weight.mT)


def _stacked(parameters: Sequence[Tensor], device: torch.device) -> nn.Parameter:
    """A parameter with a leading dimension, of which the given ones become views."""
    stacked = nn.Parameter(torch.stack([part.detach() for part in parameters]).to(device))
    for part, own in zip(parameters, stacked.detach(), strict=True):
        part.data = own
    return stacked
