"""The paper's method: a trainable gate for every weight, or for groups of weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dgviz.gates.closed_form import ClosedFormGradient
from dgviz.gates.mlp import DynamicGateMLP
from dgviz.gates.schedules import gates_frozen
from dgviz.methods.event import Event
from dgviz.methods.method import LayerView, Method, StepResult, sequential_views

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock, KnobsInEffect
    from dgviz.settings import Settings


class DynamicGate(Method):
    """DynamicGate-MLP with the closed form of its straight-through gradient.

    With the setting `dynamicgate.keep`, gates change only while more connections than that are
    active. No state is needed for it: gates that do not change stay as few as they are.
    """

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
        self._trains_gates = False
        """Whether the present step changes gates."""
        self._counted: int | None = None
        """The number of active connections, as long as it is known."""

    def gates(self) -> Sequence[Tensor]:
        return [logits for kind in self.model.gates() for logits in kind]

    def gradients(
        self, images: Tensor, labels: Tensor, knobs: KnobsInEffect, clock: Clock
    ) -> StepResult:
        # Built at the first batch, because its buffers must be on the model's device.
        if self._gradient is None:
            self._gradient = ClosedFormGradient(self.model)
        self._trains_gates = not knobs.gates_frozen and not self._are_few_enough
        loss = self._gradient(
            images,
            labels,
            beta=knobs.beta,
            label_smoothing=knobs.label_smoothing,
            weight_decay=self.settings.weight_decay,
            train_gates=self._trains_gates,
            teaching=self.teaching,
        )
        return StepResult(loss, self._gradient.logits)

    def after_step(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        keep = self.settings["dynamicgate.keep"]
        if not keep or not self._trains_gates:
            return ()
        self._counted = None
        if self._are_few_enough:
            return [Event("frozen", f"gates frozen, {self._active:,} connections are left")]
        if gates_frozen(clock.progress, self.settings.freeze_at):
            text = f"gates frozen, {self._active:,} connections are left, more than {keep:,}"
            return [Event("frozen", text)]
        return ()

    @property
    def _are_few_enough(self) -> bool:
        """Whether no more connections are active than are to be kept."""
        keep = self.settings["dynamicgate.keep"]
        return bool(keep) and self._active <= keep

    @property
    def _active(self) -> int:
        """The number of active connections."""
        if self._counted is None:
            self._counted = sum(int(mask.sum()) for mask in self.model.hard_masks())
        return self._counted

    @torch.no_grad()
    def layers(self) -> list[LayerView]:
        probs = self.model.gate_probs()
        # As in `hard_masks`, but without computing the probabilities again.
        return sequential_views(self.model.layers, [p > self.model.tau for p in probs], probs)

    def set_tau(self, tau: float) -> None:
        self.model.tau = tau
        self._counted = None
