"""DynamicGate-MLP: gated linear layers with ReLU between them, and the penalty on their gates.

The paper gates each weight, which leaves a sparse matrix; gates for blocks of weights leave one
that is sparse in blocks. A gate for all weights of a pixel or of a hidden unit removes a column or
a row, so that a smaller dense network remains:

- the gate of a pixel multiplies the pixel, and so all its weights into the first layer;
- the gate of a hidden unit multiplies the output of the unit, and so all its weights into the next
  layer. The unit is computed while the network trains, also with its gate closed, so that the gate
  still learns; but nothing reads it, so an inference needs neither its weights nor its bias.

Both are gates for the inputs of a layer.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, cast, get_args

import torch
from torch import Tensor, nn

from dgviz.gates.estimator import mean_probability
from dgviz.gates.linear import GatedLinear

Gates = Literal[
    "weight", "block", "pixel", "unit", "pixel-unit", "weight-pixel-unit", "weight-block"
]
"""Of what there is a gate for each one."""


class DynamicGateMLP(nn.Module):
    """The paper's network, 784 → 256 → 10 by default, with a gate on every connection.

    Args:
        sizes: Layer widths from input to output, at least two, each at least 1.
        tau: Threshold τ in [0, 1], the same for every layer.
        initial_logit: Starting value of every gate logit, finite.
        gates: Of what there is a gate for each one, in `Gates`.
        device: Device of the parameters.
        dtype: Their floating point type.

    Attributes:
        layers: The `GatedLinear` layers, input side first.

    Raises:
        ValueError: When `sizes`, `tau`, `initial_logit` or `gates` is not one of its values.
    """

    def __init__(
        self,
        sizes: Sequence[int] = (784, 256, 10),
        *,
        tau: float = 0.5,
        initial_logit: float = 1.0,
        gates: Gates = "weight",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.sizes = tuple(sizes)
        if len(self.sizes) < 2:
            raise ValueError(f"sizes must name at least an input and an output, not {sizes!r}.")
        if gates not in get_args(Gates):
            raise ValueError(f"gates must be one of {', '.join(get_args(Gates))}, not {gates!r}.")
        gated = gates.split("-")
        layers = nn.ModuleList(
            GatedLinear(
                before,
                after,
                tau=tau,
                initial_logit=initial_logit,
                weight_gates="weight" in gated,
                block_gates="block" in gated,
                input_gates=("unit" if depth else "pixel") in gated,
                device=device,
                dtype=dtype,
            )
            for depth, (before, after) in enumerate(pairwise(self.sizes))
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
        """G_prob of each layer's weights, shape (out, in), differentiable, input side first.

        It is the lowest of the probabilities of all gates that a weight needs to be used: its own,
        its block's, its input's and, because nothing reads a unit with a closed gate, that of the
        unit which it leads to. So the weights with a probability above τ are those of an inference.
        """
        probs = [layer.gate_probs() for layer in self.layers]
        for depth, following in enumerate(self.layers[1:]):
            if following.input_gate_logits is not None:
                units = torch.sigmoid(following.input_gate_logits)
                probs[depth] = torch.minimum(probs[depth], units.unsqueeze(1))
        return probs

    def hard_masks(self) -> list[Tensor]:
        """The weights that an inference uses, bool, shape (out, in), input side first."""
        return [probs.detach() > self.tau for probs in self.gate_probs()]

    def gates(self) -> list[list[nn.Parameter]]:
        """The logits of the gates of weights, blocks, pixels and hidden units, of all layers each.

        A kind without gates is left out.
        """
        weights = [layer.gate_logits for layer in self.layers]
        of_blocks = [layer.block_gate_logits for layer in self.layers]
        pixels, *units = [layer.input_gate_logits for layer in self.layers]
        kinds = [
            [part for part in kind if part is not None]
            for kind in (weights, of_blocks, [pixels], units)
        ]
        return [kind for kind in kinds if kind]

    def sparsity_penalty(self) -> Tensor:
        """mean(G_prob) over all gates of all layers together: 0-dim, differentiable.

        Times β it is the second term of the paper's loss, `L = L_CE + β · mean(G_prob)`. Every
        gate weighs the same, so a large layer weighs more than a small one. With gates of several
        kinds (of weights, of blocks, of pixels, of hidden units) it is the sum of the mean of each
        kind, so that β presses on each kind as if it were the only one.
        """
        penalty = self.layers[0].weight.new_zeros(())
        for kind in self.gates():
            penalty = penalty + mean_probability(kind)
        return penalty

    def forward(self, x: Tensor) -> Tensor:
        """Map a batch of shape (B, ...) to logits (B, sizes[-1]); x is flattened from dim 1 on."""
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)
