"""The gates of one weight tensor: of each weight, of each output or of each input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

import torch
from torch import Tensor, nn

from dgviz.gates.estimator import checked_initial_logit, straight_through
from dgviz.gates.threshold import Threshold
from dgviz.modules.kinds import Kind


class Gates(Threshold, nn.Module):
    """Multiplies a weight by its gates, with the estimator of the paper.

    A gate of an output multiplies the output of a unit or channel, and so its weights and its bias;
    one of an input multiplies an input, and so all weights that read it. With gates of several
    kinds a weight is active while all its gates are.

    Args:
        weight: Shape (out, in / groups, ...), floating point; logits get its dtype and device.
        kinds: Of what there is a gate for each one, at least one kind.
        groups: Number of groups of a convolution.
        tau: Threshold τ in [0, 1]. A gate is active only when its probability is strictly above τ.
        initial_logit: Starting value of every gate logit, finite.

    Attributes:
        weight_logits: gate_logit of each weight, of the weight's shape, or None.
        output_logits: gate_logit of each output, shape (out,), or None.
        input_logits: gate_logit of each input, shape (in,), or None.

    Raises:
        ValueError: When `tau` or `initial_logit` is out of its range.
    """

    weight_logits: nn.Parameter | None
    output_logits: nn.Parameter | None
    input_logits: nn.Parameter | None

    def __init__(
        self,
        weight: Tensor,
        kinds: Sequence[Kind],
        *,
        groups: int,
        tau: float,
        initial_logit: float,
    ) -> None:
        super().__init__()
        self.tau = tau
        self.groups = groups
        self.outputs, self.dimensions = len(weight), weight.ndim
        inputs = weight.shape[1] * groups
        shapes = {"weight": weight.shape, "output": (self.outputs,), "input": (inputs,)}
        self.initial_logit = checked_initial_logit(initial_logit)
        for kind in get_args(Kind):
            logits = nn.Parameter(weight.new_empty(shapes[kind])) if kind in kinds else None
            self.register_parameter(f"{kind}_logits", logits)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set every gate logit to its start."""
        for _, logits in self.logits():
            nn.init.constant_(logits, self.initial_logit)

    def logits(self) -> Iterator[tuple[Kind, Tensor]]:
        """The logits of each kind of gates that there is."""
        for kind in get_args(Kind):
            logits = getattr(self, f"{kind}_logits")
            if logits is not None:
                yield kind, logits

    def forward(self, weight: Tensor) -> Tensor:
        """W ⊙ G, of the weight's shape: the value of W ⊙ G_hard, the gradient of G."""
        for kind, logits in self.logits():
            weight = weight * self._spread(kind, straight_through(logits, self.tau))
        return weight

    def output_gates(self) -> Tensor | None:
        """The gates of the outputs, shape (out,), with the gradient of G; None without any."""
        logits = self.output_logits
        return None if logits is None else straight_through(logits, self.tau)

    @torch.no_grad()
    def hard_mask(self, weight: Tensor) -> Tensor:
        """Which weights are active: bool, of the weight's shape."""
        mask = torch.ones_like(weight, dtype=torch.bool)
        for kind, logits in self.logits():
            mask &= self._spread(kind, torch.sigmoid(logits) > self.tau)
        return mask

    def _spread(self, kind: Kind, gates: Tensor) -> Tensor:
        """Gates in a shape that is multiplied with the weight's."""
        ones = (1,) * (self.dimensions - 2)
        if kind == "weight":
            return gates
        if kind == "output":
            return gates.view(-1, 1, *ones)
        if self.groups == 1:
            return gates.view(1, -1, *ones)
        # The outputs of a group read only the inputs of that group.
        outputs = self.outputs // self.groups
        return (
            gates.view(self.groups, -1).repeat_interleave(outputs, 0).view(self.outputs, -1, *ones)
        )

    def extra_repr(self) -> str:
        return f"{', '.join(kind for kind, _ in self.logits())}, tau={self.tau}"
