"""L0 regularisation with hard-concrete gates (Louizos, Welling and Kingma 2018).

Each gate z is random while the network trains. With u uniform in (0, 1), temperature T and the
stretch from γ = -0.1 to ζ = 1.1,

    s = σ((ln u - ln(1 - u) + ln α) / T)                                            (equation 10)
    z = min(1, max(0, s (ζ - γ) + γ))                                               (equation 11)

so z is exactly 0 or 1 with a probability above 0, and the network is multiplied by it. What is
penalised is the expected number of gates that are not 0,

    P(z ≠ 0) = σ(ln α - T ln(-γ / ζ))                                               (equation 12)

here as β times its mean over all weights, so β is the paper's λ times W / N: 203,264 weights over
60,000 images. In evaluation, z = min(1, max(0, σ(ln α) (ζ - γ) + γ)) (equation 13), with averages
of all parameters.

The learning rate of ln α is a multiple of that of the weights, because a gate needs thousands of
Adam's steps to close: at the authors' common rate of 0.001, the first ones close after 9 epochs.

Gates start near the dropout rates .2 in the first layer and .5 in the others; ln α stays within
[ln 0.01, ln 100]. An average is the mean of the first 1,000 steps, and after that an exponential
average with factor .999, as in the authors' own code. For frozen gates it is their value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from dgviz.methods.event import Event
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

_LOW, _HIGH = -0.1, 1.1
_RATES = (0.2, 0.5)
_SPREAD = 0.01
_SMALLEST, _LARGEST = math.log(0.01), math.log(100)
_AVERAGING = 0.999
_TINY = 1e-6


class L0(AutogradMethod):
    """An MLP with a hard-concrete gate on every weight, or on every input of a layer."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        each_weight = settings["l0.gates"] == "weight"
        # All weights before any gate, so that they equal those of the baseline.
        linears = [nn.Linear(fan_in, out) for fan_in, out in pairwise(sizes)]
        self._layers = [
            _HardConcrete(
                linear,
                gates=(*linear.weight.shape,) if each_weight else (1, linear.in_features),
                rate=_RATES[min(i, 1)],
                temperature=settings["l0.temperature"],
                generator=self.generator,
            )
            for i, linear in enumerate(linears)
        ]
        self.model = with_relus(self._layers)

    def gates(self) -> Sequence[Tensor]:
        return [layer.log_alpha for layer in self._layers]

    @property
    def gate_rate(self) -> float:
        return float(self.settings["l0.rate"])

    def gradients(
        self, images: Tensor, labels: Tensor, knobs: KnobsInEffect, clock: Clock
    ) -> StepResult:
        result = super().gradients(images, labels, knobs, clock)
        if knobs.gates_frozen:
            for layer in self._layers:
                layer.log_alpha.grad = None
                # Otherwise the average would change for thousands of steps, and close gates.
                layer.average_log_alpha.copy_(layer.log_alpha.detach())
        return result

    def penalty(self, knobs: KnobsInEffect) -> Tensor:
        weights = sum(layer.weight.numel() for layer in self._layers)
        expected = torch.stack([layer.expected() for layer in self._layers]).sum()
        return knobs.beta * expected / weights

    @torch.no_grad()
    def after_step(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        # The mean of all steps so far; after 1,000 steps, an exponential average.
        share = max(1 - _AVERAGING, 1 / clock.step)
        for layer in self._layers:
            layer.log_alpha.clamp_(_SMALLEST, _LARGEST)
            for average, parameter in layer.averaged():
                average.lerp_(parameter, share)
        return ()

    @torch.no_grad()
    def layers(self) -> list[LayerView]:
        judged = [layer.judged() for layer in self._layers]
        return sequential_views(judged, [one.mask for one in judged], [one.score for one in judged])


class _Judged(NamedTuple):
    """A layer in evaluation: it multiplies by `weight * mask`. All (out, in) except the bias."""

    weight: Tensor
    bias: Tensor
    mask: Tensor
    score: Tensor


class _HardConcrete(nn.Module):
    """A linear layer with gates of shape (out, in) or, one for each input, (1, in)."""

    average_weight: Tensor
    average_bias: Tensor
    average_log_alpha: Tensor

    def __init__(
        self,
        linear: nn.Linear,
        *,
        gates: tuple[int, int],
        rate: float,
        temperature: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.weight, self.bias = linear.weight, linear.bias
        start = torch.empty(gates).normal_(math.log((1 - rate) / rate), _SPREAD)
        self.log_alpha = nn.Parameter(start)
        for name, parameter in list(self.named_parameters()):
            self.register_buffer(f"average_{name}", parameter.detach().clone())
        self._temperature, self._generator = temperature, generator

    def averaged(self) -> list[tuple[Tensor, Tensor]]:
        """Pairs of an average and its parameter."""
        return [
            (self.average_weight, self.weight),
            (self.average_bias, self.bias),
            (self.average_log_alpha, self.log_alpha),
        ]

    def active_probs(self, log_alpha: Tensor) -> Tensor:
        """P(z ≠ 0) of each gate."""
        return torch.sigmoid(log_alpha - self._temperature * math.log(-_LOW / _HIGH))

    def expected(self) -> Tensor:
        """The expected number of weights with a gate that is not 0; 0-dim."""
        return self.active_probs(self.log_alpha).expand_as(self.weight).sum()

    def sampled(self) -> Tensor:
        """Random values of z, of the gates' shape."""
        u = torch.rand(self.log_alpha.shape, generator=self._generator)
        noise = u.clamp_(_TINY, 1 - _TINY).logit().to(self.log_alpha.device)
        return _stretched(torch.sigmoid((noise + self.log_alpha) / self._temperature))

    @torch.no_grad()
    def judged(self) -> _Judged:
        weight, log_alpha = self.average_weight, self.average_log_alpha
        gate = _stretched(torch.sigmoid(log_alpha)).expand_as(weight)
        mask = gate > 0
        # A weight with a closed gate is shown as it is without the gate.
        effective = torch.where(mask, weight * gate, weight)
        score = self.active_probs(log_alpha).expand_as(weight)
        return _Judged(effective, self.average_bias, mask, score)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return functional.linear(x, self.weight * self.sampled(), self.bias)
        judged = self.judged()
        return functional.linear(x, judged.weight * judged.mask, judged.bias)


def _stretched(s: Tensor) -> Tensor:
    return (s * (_HIGH - _LOW) + _LOW).clamp(0, 1)
