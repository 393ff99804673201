"""Dynamic weights: dynamic convolution (Chen et al. 2020) for a fully connected layer.

The hidden layer has K weight matrices, here called kernels as in the paper. Attention over the
image mixes them into one, for each image anew:

    h = relu(Σ_k π_k(x) (W_k x + b_k))
    π(x) = softmax((Q relu(P x + p) + q) / T)
    y = C h + c

Only the hidden layer is mixed, where the paper mixes most layers of its networks.

A high temperature T makes the attention nearly even, so that at first all kernels are trained. It
falls linearly from 30 to 1 in the first part of training (in the paper: in the first 10 epochs).

As in the paper, an image needs the attention, one multiplication for each weight of each kernel to
mix them, and the mixed layer: more than a dense network with as many weights. (For a single image
it is cheaper to mix the outputs W_k x, which is how it is computed here.) The inputs of C are the
units of the mixed kernel; their view names the first kernel as the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dgviz.methods.method import AutogradMethod, LayerView, StepResult, active_view

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock, KnobsInEffect
    from dgviz.settings import Settings

_HOTTEST = 30.0
_ATTENTION_UNITS = 16


class DynamicWeights(AutogradMethod):
    """An MLP whose hidden layer is mixed from several weight matrices for each image."""

    model: _DynamicWeights

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        count: int = settings["dynamicweights.kernels"]
        self.routes = tuple(f"kernel {i}" for i in range(1, count + 1))
        self.model = _DynamicWeights(count, *sizes)

    def gradients(
        self, images: Tensor, labels: Tensor, knobs: KnobsInEffect, clock: Clock
    ) -> StepResult:
        self.model.temperature.fill_(self.temperature(clock.progress))
        return super().gradients(images, labels, knobs, clock)

    def temperature(self, progress: float) -> float:
        """T after the part `progress` of training."""
        annealed: float = self.settings["dynamicweights.annealed"]
        done = min(1.0, progress / annealed) if annealed else 1.0
        return _HOTTEST + (1 - _HOTTEST) * done

    @torch.no_grad()
    def routing(self, images: Tensor) -> Tensor:
        return self.model.attention(images)

    def cost(self, images: Tensor) -> Tensor:
        model = self.model
        attention = model.squeeze.weight.numel() + model.excite.weight.numel()
        mixing = model.kernels.weight.numel()
        layer = mixing // len(self.routes)
        return torch.full((len(images),), attention + mixing + layer + model.output.weight.numel())

    def layers(self) -> list[LayerView]:
        model, count = self.model, len(self.routes)
        weights, biases = model.kernels.weight.chunk(count), model.kernels.bias.chunk(count)
        kernels = zip(self.routes, weights, biases, strict=True)
        return [
            active_view("attention hidden", model.squeeze.weight, model.squeeze.bias),
            # Divided by T, so that the view alone says what an inference computes.
            active_view(
                "scaled attention",
                model.excite.weight / model.temperature,
                model.excite.bias / model.temperature,
                source="attention hidden",
            ),
            *(active_view(*kernel) for kernel in kernels),
            active_view("output", model.output.weight, model.output.bias, source=self.routes[0]),
        ]


class _DynamicWeights(nn.Module):
    """The network.

    Attributes:
        temperature: T, a buffer, 0-dim: an evaluation uses that of the last step.
    """

    temperature: Tensor

    def __init__(self, count: int, pixels: int, hidden: int, classes: int) -> None:
        super().__init__()
        self._count = count
        width = max(1, hidden // count)
        self.kernels = nn.Linear(pixels, count * width)
        self.output = nn.Linear(width, classes)
        self.squeeze = nn.Linear(pixels, _ATTENTION_UNITS)
        self.excite = nn.Linear(_ATTENTION_UNITS, count)
        self.register_buffer("temperature", torch.tensor(_HOTTEST))

    def attention(self, images: Tensor) -> Tensor:
        """π(x): (n, kernels)."""
        logits: Tensor = self.excite(self.squeeze(images).relu())
        return (logits / self.temperature).softmax(1)

    def forward(self, images: Tensor) -> Tensor:
        each = self.kernels(images).view(len(images), self._count, -1)
        mixed = torch.einsum("nk,nkh->nh", self.attention(images), each)
        output: Tensor = self.output(mixed.relu())
        return output
