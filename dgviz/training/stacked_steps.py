"""The steps of stacked networks. On CUDA a step is recorded once, as a graph, and then replayed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from dgviz.gates.closed_form import ClosedFormGradient
from dgviz.gates.stacked import StackedMLP
from dgviz.knobs_in_effect import KnobsInEffect
from dgviz.methods.adam import Adam
from dgviz.methods.dynamicgate import DynamicGate
from dgviz.settings import Settings

_STEPS_BEFORE_CAPTURE = 3
"""CUDA's libraries allocate memory in their first calls, which a graph cannot do."""


class StackedSteps:
    """Takes the steps of K networks.

    Attributes:
        loss_sum, correct: for each network the sum of the losses, and the number of right answers,
            over the images since `begin_window`: shape (K,).
        images: the number of these images.
    """

    def __init__(self, settings: Settings, stack: StackedMLP, betas: Sequence[float]) -> None:
        self._settings, self._stack = settings, stack
        device = stack.tau.device
        self._on_cuda = device.type == "cuda"
        self._betas = torch.tensor(betas, dtype=torch.float64)
        self._beta, self._factor = torch.empty_like(stack.tau), math.nan
        self._gradient = ClosedFormGradient(stack)
        # A graph reads the learning rate from a tensor, because a number in it would not change.
        rate = torch.tensor(settings.learning_rate, device=device) if self._on_cuda else 0.0
        self._optimiser = Adam(stack.parameters(), lr=rate, fused=True, capturable=self._on_cuda)
        self._begun: Counter[tuple[int, bool]] = Counter()
        self._graphs: dict[tuple[int, bool], _Graph] = {}
        self.loss_sum = torch.zeros(len(betas), device=device)
        self.correct = torch.zeros(len(betas), dtype=torch.int64, device=device)
        self.images = 0

    def optimiser_of(self, k: int, method: DynamicGate) -> torch.optim.Optimizer:
        """The optimiser that network k would have alone, with its state."""
        optimiser = method.make_optimiser()
        own = self._stack.parameters_of(k)
        for stacked, parameter in zip(self._stack.parameters(), own, strict=True):
            state = self._optimiser.state.get(stacked, {})
            if state:
                # The number of steps, which is the same for all, has no dimension.
                optimiser.state[parameter] = {
                    name: value[k] if value.ndim else value for name, value in state.items()
                }
        return optimiser

    def restore(self, optimisers: Sequence[torch.optim.Optimizer]) -> None:
        """Take over the state of each network's own optimiser."""
        own = [self._stack.parameters_of(k) for k in range(len(optimisers))]
        for stacked, *parameters in zip(self._stack.parameters(), *own, strict=True):
            states = [
                optimiser.state.get(parameter, {})
                for optimiser, parameter in zip(optimisers, parameters, strict=True)
            ]
            if all(states):
                self._optimiser.state[stacked] = {
                    name: torch.stack([state[name] for state in states]) if value.ndim else value
                    for name, value in states[0].items()
                }

    def finite(self) -> Tensor:
        """Whether loss and parameters of each network are finite numbers: bool (K,), on the CPU."""
        finite = torch.isfinite(self.loss_sum)
        for parameter in self._stack.parameters():
            finite &= torch.isfinite(parameter).flatten(1).all(1)
        return finite.cpu()

    def begin_window(self) -> None:
        self.loss_sum.zero_()
        self.correct.zero_()
        self.images = 0

    def take(self, images: Tensor, labels: Tensor, knobs: KnobsInEffect) -> None:
        """Take a step; β in `knobs` is a factor of each network's own."""
        if knobs.beta != self._factor:
            self._factor = knobs.beta
            self._beta.copy_((self._betas * knobs.beta).view_as(self._beta))
        for group in self._optimiser.param_groups:
            if self._on_cuda:
                group["lr"].fill_(knobs.learning_rate)
            else:
                group["lr"] = knobs.learning_rate
        self.images += len(labels)
        kind = len(labels), not knobs.gates_frozen
        self._begun[kind] += 1
        if self._on_cuda and self._begun[kind] > _STEPS_BEFORE_CAPTURE:
            if kind not in self._graphs:
                self._graphs[kind] = _Graph(
                    partial(self._step, train_gates=kind[1]), images, labels
                )
            self._graphs[kind].replay(images, labels)
        else:
            self._step(images, labels, train_gates=kind[1])

    def _step(self, images: Tensor, labels: Tensor, *, train_gates: bool) -> None:
        loss = self._gradient(
            images,
            labels,
            beta=self._beta,
            label_smoothing=self._settings.label_smoothing,
            weight_decay=self._settings.weight_decay,
            train_gates=train_gates,
        )
        self.loss_sum += loss * len(labels)
        self.correct += (self._gradient.logits.argmax(-1) == labels).sum(-1)
        self._optimiser.step()


class _Graph:
    """The kernels of a step, recorded once: to start each by itself takes longer than to run it."""

    def __init__(
        self, step: Callable[[Tensor, Tensor], None], images: Tensor, labels: Tensor
    ) -> None:
        self._images, self._labels = images.clone(), labels.clone()
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            step(self._images, self._labels)

    def replay(self, images: Tensor, labels: Tensor) -> None:
        """Take the step with other images and labels of the same number."""
        self._images.copy_(images)
        self._labels.copy_(labels)
        self._graph.replay()
