"""The paper's baseline: the same network with every connection always active."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional

from dgviz.baselines.method import Method
from dgviz.settings import Settings


class Dense(Method):
    """A plain MLP: linear layers with ReLU between them, trained by autograd."""

    gated = False

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        self._linears = [nn.Linear(fan_in, out) for fan_in, out in itertools.pairwise(sizes)]
        hidden = [part for linear in self._linears[:-1] for part in (linear, nn.ReLU())]
        self.model = nn.Sequential(*hidden, self._linears[-1])

    def gradients(
        self, images: Tensor, labels: Tensor, *, beta: float, smoothing: float, train_gates: bool
    ) -> Tensor:
        self.model.zero_grad()
        logits = self.model(images)
        loss = functional.cross_entropy(logits, labels, label_smoothing=smoothing)
        loss.backward()
        self.logits = logits.detach()
        return loss.detach()

    def set_tau(self, tau: float) -> None:
        """Nothing to threshold."""

    def gate_probs(self) -> list[Tensor]:
        return [torch.ones_like(weight) for weight in self.weights()]

    def hard_masks(self) -> list[Tensor]:
        return [torch.ones_like(weight, dtype=torch.bool) for weight in self.weights()]

    def weights(self) -> list[Tensor]:
        return [linear.weight for linear in self._linears]

    def biases(self) -> list[Tensor]:
        return [linear.bias for linear in self._linears]
