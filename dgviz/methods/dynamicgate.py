"""The paper's method: a trainable gate for every weight, or for groups of weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dgviz.gates.closed_form import ClosedFormGradient
from dgviz.gates.mlp import DynamicGateMLP
from dgviz.methods.method import LayerView, Method, StepResult, sequential_views

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock, KnobsInEffect
    from dgviz.settings import Settings


class DynamicGate(Method):
    """DynamicGate-MLP with the closed form of its straight-through gradient."""

    adam_decays = False
    model: DynamicGateMLP

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        self.model = DynamicGateMLP(
            sizes,
            tau=settings.tau,
            initial_logit=settings.initial_logit,
            gates=settings["dynamicgate.gates"],
        )
        self._gradient: ClosedFormGradient | None = None

    def gates(self) -> Sequence[Tensor]:
        return [logits for kind in self.model.gates() for logits in kind]

    def gradients(
        self, images: Tensor, labels: Tensor, knobs: KnobsInEffect, clock: Clock
    ) -> StepResult:
        # Built at the first batch, because its buffers must be on the model's device.
        if self._gradient is None:
            self._gradient = ClosedFormGradient(self.model)
        loss = self._gradient(
            images,
            labels,
            beta=knobs.beta,
            label_smoothing=knobs.label_smoothing,
            weight_decay=self.settings.weight_decay,
            train_gates=not knobs.gates_frozen,
        )
        return StepResult(loss, self._gradient.logits)

    @torch.no_grad()
    def layers(self) -> list[LayerView]:
        probs = self.model.gate_probs()
        # As in `hard_masks`, but without computing the probabilities again.
        return sequential_views(self.model.layers, [p > self.model.tau for p in probs], probs)

    def set_tau(self, tau: float) -> None:
        self.model.tau = tau
