"""A linear layer with trainable gates: the paper's sections 1.1 to 1.3, and gates for groups."""

import math
from collections.abc import Callable
from functools import partial, reduce

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dgviz.gates.blocks import blocks, spread
from dgviz.gates.estimator import checked_initial_logit, straight_through
from dgviz.gates.threshold import Threshold


class GatedLinear(Threshold, nn.Module):
    """`y = x (W ⊙ G)ᵀ + b`, where each gate in G is active (1) or closed (0).

    Forward, a gate is `G_hard = 1[σ(gate_logit) > τ]`. Backward, it is the straight-through
    estimator `G = G_hard + (G_prob - G_prob.detach())`: the value of G_hard, the gradient of
    G_prob = σ(gate_logit). A closed gate therefore still learns and can become active again.

    The paper has a gate for each weight. Instead of these, or besides them, there may be gates for
    groups of weights: one for each block of W, and one for each input, which multiplies the input
    and so gates all its weights at once. G is then the product of all gates of a weight.

    Args:
        in_features: Size of each input vector, at least 1.
        out_features: Size of each output vector, at least 1.
        tau: Threshold τ in [0, 1]. A gate is active only when its probability is strictly above τ.
        initial_logit: Starting value of every gate logit, finite.
        weight_gates: Whether each weight has a gate.
        block_gates: Whether each block of weights has a gate.
        input_gates: Whether each input has a gate.
        device: Device of the parameters.
        dtype: Their floating point type.

    Attributes:
        weight: W, shape (out_features, in_features). W and `bias` start as `nn.Linear`'s do, from
            the same random draws, so equal seeds give a dense net with the same W and b.
        bias: b, shape (out_features,). Biases are not gated.
        gate_logits: gate_logit of each weight, shape (out_features, in_features), or None.
        block_gate_logits: gate_logit of each block, of the shape `blocks`, or None.
        input_gate_logits: gate_logit of each input, shape (in_features,), or None.

    Raises:
        ValueError: When a size, `tau` or `initial_logit` is out of its range.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        tau: float = 0.5,
        initial_logit: float = 1.0,
        weight_gates: bool = True,
        block_gates: bool = False,
        input_gates: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.in_features = _positive_int("in_features", in_features)
        self.out_features = _positive_int("out_features", out_features)
        self.tau = tau
        self.initial_logit = checked_initial_logit(initial_logit)
        shape = (self.out_features, self.in_features)
        self.weight = nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
        self.bias = nn.Parameter(torch.empty(self.out_features, device=device, dtype=dtype))
        gates = nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
        self.gate_logits = gates if weight_gates else None
        each_block = nn.Parameter(torch.empty(blocks(*shape), device=device, dtype=dtype))
        self.block_gate_logits = each_block if block_gates else None
        each_input = nn.Parameter(torch.empty(self.in_features, device=device, dtype=dtype))
        self.input_gate_logits = each_input if input_gates else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw W and b again as `nn.Linear` does, and set every gate logit to its start."""
        # These two lines are nn.Linear's own, in its order, so that the draws are the same.
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        nn.init.uniform_(
            self.bias, -1 / math.sqrt(self.in_features), 1 / math.sqrt(self.in_features)
        )
        for logits in self.gates():
            nn.init.constant_(logits, self.initial_logit)

    def gates(self) -> list[nn.Parameter]:
        """The logits of all gates: those of weights, of blocks and of inputs."""
        kinds = (self.gate_logits, self.block_gate_logits, self.input_gate_logits)
        return [logits for logits in kinds if logits is not None]

    def _of_weights(self, function: Callable[[Tensor], Tensor]) -> list[Tensor]:
        """A function of the logits of each kind of gates, as the value that each weight has.

        Of shape (out_features, in_features), or (in_features,) for gates of inputs.
        """
        alone = (self.gate_logits, self.input_gate_logits)
        values = [function(logits) for logits in alone if logits is not None]
        if self.block_gate_logits is not None:
            values.append(spread(function(self.block_gate_logits), *self.weight.shape))
        return values

    def gate_probs(self) -> Tensor:
        """G_prob = σ(gate_logit) of each weight, shape (out_features, in_features), differentiable.

        With several gates it is the lowest of theirs, because a weight is active while all of them
        are above τ; without any it is 1.
        """
        probs = self._of_weights(torch.sigmoid) or [self.weight.new_ones(())]
        return reduce(torch.minimum, probs).expand_as(self.weight)

    def hard_mask(self) -> Tensor:
        """G_hard = 1[G_prob > τ], bool, shape (out_features, in_features); True is active."""
        return self.gate_probs().detach() > self.tau

    def effective_weight(self) -> Tensor:
        """W ⊙ G, shape (out_features, in_features): the value of W ⊙ G_hard, the gradient of G."""
        effective: Tensor = self.weight
        for gates in self._of_weights(partial(straight_through, tau=self.tau)):
            effective = effective * gates
        return effective

    def forward(self, x: Tensor) -> Tensor:
        """Map x of shape (..., in_features) to (..., out_features)."""
        return F.linear(x, self.effective_weight(), self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, tau={self.tau}"


def _positive_int(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}.")
    return value
