"""DynamicGate-MLP: gated linear layers with ReLU between them, and the penalty on their gates."""

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn

from dgviz.gates.linear import GatedLinear


class DynamicGateMLP(nn.Module):
    """The paper's network, 784 → 256 → 10 by default, with a gate on every connection.

    Args:
        sizes: Layer widths from input to output, at least two, each at least 1.
        tau: Threshold τ in [0, 1], the same for every layer.
        initial_logit: Starting value of every gate logit, finite.
        device: Device of the parameters.
        dtype: Their floating point type.

    Attributes:
        layers: The `GatedLinear` layers, input side first.

    Raises:
        ValueError: When `sizes`, `tau` or `initial_logit` is out of its range.
    """

    def __init__(
        self,
        sizes: Sequence[int] = (784, 256, 10),
        *,
        tau: float = 0.5,
        initial_logit: float = 1.0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.sizes = tuple(sizes)
        if len(self.sizes) < 2:
            raise ValueError(f"sizes must name at least an input and an output, not {sizes!r}.")
        layers = nn.ModuleList(
            GatedLinear(
                before, after, tau=tau, initial_logit=initial_logit, device=device, dtype=dtype
            )
            for before, after in pairwise(self.sizes)
        )
        # For type checkers, which do not know the type of a ModuleList's members.
        self.layers = cast("Sequence[GatedLinear]", layers)

    @property
    def tau(self) -> float:
        """Threshold τ in [0, 1]. Setting it sets every layer; reading it reads the first layer.

        Raises:
            ValueError: When it is set to anything but a number in [0, 1].
        """
        return self.layers[0].tau

    @tau.setter
    def tau(self, tau: float) -> None:
        for layer in self.layers:
            layer.tau = tau

    def gate_probs(self) -> list[Tensor]:
        """G_prob of each layer, shape (out, in), differentiable, input side first."""
        return [layer.gate_probs() for layer in self.layers]

    def hard_masks(self) -> list[Tensor]:
        """G_hard of each layer, bool, shape (out, in), input side first."""
        return [layer.hard_mask() for layer in self.layers]

    def sparsity_penalty(self) -> Tensor:
        """mean(G_prob) over all gates of all layers together: 0-dim, in [0, 1], differentiable.

        Times β it is the second term of the paper's loss, `L = L_CE + β · mean(G_prob)`. Every
        gate weighs the same, so a large layer weighs more than a small one.
        """
        probs = self.gate_probs()
        return torch.stack([p.sum() for p in probs]).sum() / sum(p.numel() for p in probs)

    def forward(self, x: Tensor) -> Tensor:
        """Map a batch of shape (B, ...) to logits (B, sizes[-1]); x is flattened from dim 1 on."""
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)
