"""SkipNet (Wang et al. 2018): a residual layer that a gate skips for some images.

    h = relu(A x + a)
    h' = h + z(h) relu(B h + b)
    y = C h' + c

The gate is z(h) = 1 where σ(v·h + u) > 1/2, and 0 elsewhere: then the layer B is skipped. Its
gradient is that of σ(v·h + u), the straight-through estimator. In all of training, the loss is
cross-entropy + cost · mean(z), so that the layer is computed only for images that need it.

The paper trains in two stages: first with this estimator and cross-entropy alone, and then with
reinforcement learning, whose reward is higher for skipped layers. Here the cost is a term of the
loss from the first step, and there is no second stage.

A and B have the same number of units, so many that A, B and C together have as many weights as a
dense network with one hidden layer. An image needs A, C and v, and B unless it is skipped. The
inputs of C are the sums of the units of A and B; their view names B as the source.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from dgviz.gates.distillation import distilled
from dgviz.methods.method import LayerView, Method, StepResult, active_view

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock, KnobsInEffect
    from dgviz.settings import Settings


class SkipNet(Method):
    """An MLP with a second, residual hidden layer that is skipped for some images.

    It is no `AutogradMethod`: the straight-through gradient is not that of the loss.
    """

    model: _SkipNet
    routes = ("computed", "skipped")

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        pixels, hidden, classes = sizes
        self.model = _SkipNet(pixels, width_of(pixels, hidden, classes), classes)

    def gradients(
        self, images: Tensor, labels: Tensor, knobs: KnobsInEffect, clock: Clock
    ) -> StepResult:
        self.model.zero_grad()
        logits, gates = self.model.routed(images)
        loss = functional.cross_entropy(logits, labels, label_smoothing=knobs.label_smoothing)
        learned = distilled(loss, logits, self.teaching)
        (learned + self.settings["skipnet.cost"] * gates.mean()).backward()
        return StepResult(loss.detach(), logits.detach())

    @torch.no_grad()
    def routing(self, images: Tensor) -> Tensor:
        _, gates = self.model.routed(images)
        return torch.stack([gates, 1 - gates], 1)

    def cost(self, images: Tensor) -> Tensor:
        model = self.model
        always = sum(part.weight.numel() for part in (model.hidden, model.gate, model.output))
        computed = self.routing(images)[:, 0].to(torch.int64)
        return always + computed * model.residual.weight.numel()

    def layers(self) -> list[LayerView]:
        model = self.model
        return [
            active_view("hidden", model.hidden.weight, model.hidden.bias),
            active_view("gate", model.gate.weight, model.gate.bias, source="hidden"),
            active_view("residual", model.residual.weight, model.residual.bias, source="hidden"),
            active_view("output", model.output.weight, model.output.bias, source="residual"),
        ]


class _SkipNet(nn.Module):
    def __init__(self, pixels: int, width: int, classes: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(pixels, width)
        self.residual = nn.Linear(width, width)
        self.output = nn.Linear(width, classes)
        self.gate = nn.Linear(width, 1)

    def forward(self, images: Tensor) -> Tensor:
        return self.routed(images)[0]

    def routed(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The logits (n, classes), and the gates (n,), each 0 or 1."""
        hidden = self.hidden(images).relu()
        gates = straight_through(self.gate(hidden)[:, 0].sigmoid())
        return self.output(hidden + gates[:, None] * self.residual(hidden).relu()), gates


def straight_through(probs: Tensor) -> Tensor:
    """1 where a probability is above 1/2 and 0 elsewhere, with the gradient of the probability."""
    # In these brackets the difference is exactly 0, so the sum is exactly 0 or 1.
    return (probs > 0.5).to(probs) + (probs - probs.detach())


def width_of(pixels: int, hidden: int, classes: int) -> int:
    """The largest width w with w² + (pixels + classes) w weights, at most those of a dense net."""
    ends = pixels + classes
    return max(1, (math.isqrt(ends * ends + 4 * ends * hidden) - ends) // 2)
