"""The paper's method: a trainable gate on every connection."""

from __future__ import annotations

from torch import Tensor

from dgviz.baselines.method import Method
from dgviz.gates.closed_form import ClosedFormGradient
from dgviz.gates.mlp import DynamicGateMLP
from dgviz.settings import Settings


class DynamicGate(Method):
    """DynamicGate-MLP with the closed form of its straight-through gradient."""

    gated = True

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        self.model: DynamicGateMLP = DynamicGateMLP(
            sizes, tau=settings.tau, initial_logit=settings.initial_logit
        )
        self._gradient: ClosedFormGradient | None = None

    def gradients(
        self, images: Tensor, labels: Tensor, *, beta: float, smoothing: float, train_gates: bool
    ) -> Tensor:
        # Built at the first batch because its buffers live where the model was moved to.
        if self._gradient is None:
            self._gradient = ClosedFormGradient(self.model)
        loss = self._gradient(
            images, labels, beta=beta, label_smoothing=smoothing, train_gates=train_gates
        )
        self.logits = self._gradient.logits
        return loss

    def set_tau(self, tau: float) -> None:
        self.model.tau = tau

    def gate_probs(self) -> list[Tensor]:
        return self.model.gate_probs()

    def hard_masks(self) -> list[Tensor]:
        return self.model.hard_masks()

    def weights(self) -> list[Tensor]:
        return [layer.weight for layer in self.model.layers]

    def biases(self) -> list[Tensor]:
        return [layer.bias for layer in self.model.layers]
