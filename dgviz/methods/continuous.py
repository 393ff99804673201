"""Continuous sparsification (Savarese, Silva and Maire 2020): soft gates that become hard.

Each weight w has a score s, which begins at s0 > 0, and a gate σ(T s). While the network trains, it
computes with

    w σ(T s) / σ(s0)

so that at first every weight counts in full. The temperature T rises during training from 1 to its
end as T(t) = end^t, where t is the part of training that is done, and drives each gate to 0 or 1.
The loss is

    cross-entropy + β · mean(σ(T s))

so β is the paper's λ times the number of weights. In evaluation the gate is 1 where s > 0, and 0
elsewhere.

Of all methods here it is most like DynamicGate-MLP, whose gates are hard from the first step and
have the gradient of soft ones. By default the authors' code begins at s0 = 0, where every
connection is closed in evaluation, and trains with SGD at the common rate of 0.1. The steps of Adam
are too short for that, so scores have a multiple of the weights' learning rate. The authors'
rounds, after which s is reset, are left out: this is the form with one round.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from dgviz.methods.method import (
    AutogradMethod,
    LayerView,
    StepResult,
    sequential_views,
    with_relus,
)

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock, KnobsInEffect
    from dgviz.settings import Settings


class ContinuousSparsification(AutogradMethod):
    """An MLP whose weights have soft gates, which a rising temperature makes hard."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        start: float = settings["continuous.start"]
        self._layers = [_SoftGated(fan_in, out, start) for fan_in, out in pairwise(sizes)]
        self.model = with_relus(self._layers)

    def gates(self) -> Sequence[Tensor]:
        return [layer.score for layer in self._layers]

    @property
    def gate_rate(self) -> float:
        return float(self.settings["continuous.rate"])

    def gradients(
        self, images: Tensor, labels: Tensor, knobs: KnobsInEffect, clock: Clock
    ) -> StepResult:
        for layer in self._layers:
            layer.temperature.fill_(self.temperature(clock.progress))
        result = super().gradients(images, labels, knobs, clock)
        if knobs.gates_frozen:
            for layer in self._layers:
                layer.score.grad = None
        return result

    def temperature(self, progress: float) -> float:
        """T after the part `progress` of training."""
        end: float = self.settings["continuous.temperature"]
        return float(end**progress)

    def penalty(self, knobs: KnobsInEffect) -> Tensor:
        gates = [layer.gates() for layer in self._layers]
        number = sum(gate.numel() for gate in gates)
        return knobs.beta * torch.stack([gate.sum() for gate in gates]).sum() / number

    @torch.no_grad()
    def layers(self) -> list[LayerView]:
        return sequential_views(
            [_Open(layer.scaled(), layer.bias) for layer in self._layers],
            [layer.mask() for layer in self._layers],
            [layer.gates() for layer in self._layers],
        )


class _Open(NamedTuple):
    """A layer as it is where all gates are 1."""

    weight: Tensor
    bias: Tensor


class _SoftGated(nn.Linear):
    """A linear layer with a score for each weight.

    Attributes:
        score: s, (out, in).
        temperature: T, 0-dim, at least 1; a buffer.
    """

    temperature: Tensor

    def __init__(self, fan_in: int, out: int, start: float) -> None:
        super().__init__(fan_in, out)
        self.score = nn.Parameter(torch.full((out, fan_in), start))
        self.register_buffer("temperature", torch.ones(()))
        self._scale = 1 / float(torch.sigmoid(torch.tensor(start)))

    def gates(self) -> Tensor:
        """σ(T s) of each weight."""
        return torch.sigmoid(self.temperature * self.score)

    def mask(self) -> Tensor:
        return self.score > 0

    def scaled(self) -> Tensor:
        """The weights, as they count where the gate is 1."""
        return self.weight * self._scale

    def forward(self, x: Tensor) -> Tensor:
        gates = self.gates() if self.training else self.mask()
        return functional.linear(x, self.scaled() * gates, self.bias)
