"""The protocol of a method, for the training loop, the snapshots and the tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from dgviz.gates.distillation import Teaching, distilled
from dgviz.gates.measures import measure
from dgviz.methods.adam import Adam
from dgviz.methods.catalogue import METHODS
from dgviz.methods.event import Event

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock, KnobsInEffect
    from dgviz.settings import Settings

_SEED_OFFSET, _SEED_RANGE = 0x9E3779B9, 2**32
"""An offset of the seed, so that a method draws other numbers than those of its weights and the
shuffles, and a bound: PyTorch's generator uses the lowest 32 bits of a seed."""


class StepResult(NamedTuple):
    """The results of a forward pass on one batch, detached.

    Attributes:
        loss: the mean cross-entropy without any penalty, 0-dim.
        logits: (batch, classes).
    """

    loss: Tensor
    logits: Tensor


class LayerView(NamedTuple):
    """One layer as an inference uses it. Its tensors may be the parameters themselves.

    Attributes:
        name: unique in the network.
        weight: (out, in). An inference multiplies by `weight * mask`.
        bias: (out,).
        mask: bool (out, in), the connections that an inference uses.
        score: (out, in) in [0, 1], or None if the method has no scores.
        source: the layer whose units are its inputs; "" for the image.
    """

    name: str
    weight: Tensor
    bias: Tensor
    mask: Tensor
    score: Tensor | None
    source: str


class Method(ABC):
    """A network and the computation of its gradient.

    The complete state is in `model.state_dict()`, the optimiser and `generator`. The loop sets the
    model's mode: `train()` for `gradients` and `after_step`, `eval()` for evaluation.

    Attributes:
        settings: those of the run, with the present values of its own live knobs.
        model: maps images (batch, pixels) in [0, 1] to logits (batch, classes). Masks are buffers.
        generator: on the CPU; the only randomness after the initial weights.
        routes: names of the routes among which the network chooses for each image, such as
            "expert 1"; empty if it computes the same for every image.
        teaching: what a teacher says of the present batch; set by the loop, None without one.
        adam_decays: whether Adam applies the settings' weight decay; otherwise `gradients` does.
    """

    settings: Settings
    model: nn.Module
    generator: torch.Generator
    routes: tuple[str, ...] = ()
    teaching: Teaching | None = None
    adam_decays: bool = True

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        """Subclasses build `model` with layers of `sizes` from torch's global random state."""
        self.settings = settings
        self.generator = torch.Generator().manual_seed((settings.seed + _SEED_OFFSET) % _SEED_RANGE)

    def make_optimiser(self) -> torch.optim.Optimizer:
        """Make Adam for all parameters; the loop sets its learning rate before each step.

        If `adam_decays`, all but gates have the settings' weight decay d: d · w is added to the
        gradient of w. The "factor" of a group of parameters, 1 if it has none, multiplies its
        learning rate.
        """
        gates = self.gates()
        ids = {id(gate) for gate in gates}
        weights = [part for part in self.model.parameters() if id(part) not in ids]
        decay = self.settings.weight_decay if self.adam_decays else 0.0
        groups: list[dict[str, Any]] = [{"params": weights, "weight_decay": decay}]
        if gates:
            groups.append({"params": gates, "factor": self.gate_rate})
        return Adam(groups, lr=self.settings.learning_rate, fused=True)

    def gates(self) -> Sequence[Tensor]:
        """The parameters that decide which connections are active, without being weights."""
        return ()

    @property
    def gate_rate(self) -> float:
        """The learning rate of gates, as a multiple of the weights'."""
        return 1.0

    @abstractmethod
    def gradients(
        self, images: Tensor, labels: Tensor, knobs: KnobsInEffect, clock: Clock
    ) -> StepResult:
        """Set `.grad` of every parameter that should move, and set it to None for the others.

        Args:
            images: (batch, pixels), floats in [0, 1].
            labels: (batch,), int64.
            knobs: the common knobs in this step.
            clock: the position before the step.
        """

    def learning_rate(self, knobs: KnobsInEffect, clock: Clock) -> float:
        """The optimiser's learning rate in the step after `clock`.

        Args:
            knobs: the common knobs in this step; their learning rate follows its schedule.
            clock: the position before the step.
        """
        return knobs.learning_rate

    def after_step(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        """Change the network after the optimiser's step: prune, grow, rewind, average.

        Args:
            clock: the position after the step; its progress is 1 at the end of a round.

        Returns:
            The events to log.
        """
        return ()

    @abstractmethod
    def layers(self) -> list[LayerView]:
        """The network as an inference uses it, input side first; the same in every mode."""

    def set_tau(self, tau: float) -> None:  # noqa: B027 (most methods have none)
        """Use this threshold from the next forward pass on; only methods with gates have one."""

    def cost(self, images: Tensor) -> Tensor:
        """Number of multiply-accumulates for each of the images (n, pixels): int64 (n,).

        It is the same for all images unless the network routes them. Additions of biases, and of
        what two routes give, are not counted.
        """
        return torch.full((len(images),), measure(self.layers()).macs)

    def routing(self, images: Tensor) -> Tensor | None:
        """The share of each of `routes` in what an inference computes for each image.

        Args:
            images: (n, pixels).

        Returns:
            (n, routes) in [0, 1], each row with the sum 1; None for a method without routes. It is
            the same in every mode.
        """
        return None


class AutogradMethod(Method):
    """A method whose gradient autograd computes: cross-entropy of the model plus a penalty."""

    def gradients(
        self, images: Tensor, labels: Tensor, knobs: KnobsInEffect, clock: Clock
    ) -> StepResult:
        self.model.zero_grad()
        logits = self.model(images)
        loss = functional.cross_entropy(logits, labels, label_smoothing=knobs.label_smoothing)
        learned, penalty = distilled(loss, logits, self.teaching), self.penalty(knobs)
        (learned if penalty is None else learned + penalty).backward()
        return StepResult(loss.detach(), logits.detach())

    def penalty(self, knobs: KnobsInEffect) -> Tensor | None:
        """The term that is added to the cross-entropy, 0-dim; None for none."""
        return None


def with_relus(layers: Sequence[nn.Module]) -> nn.Sequential:
    """A network of these layers, input side first, with ReLU between each two."""
    hidden = [part for layer in layers[:-1] for part in (layer, nn.ReLU())]
    return nn.Sequential(*hidden, layers[-1])


class Linear(Protocol):
    """A layer with a `weight` (out, in) and a `bias` (out,)."""

    @property
    def weight(self) -> Tensor: ...
    @property
    def bias(self) -> Tensor: ...


def sequential_views(
    linears: Iterable[Linear],
    masks: Sequence[Tensor] | None = None,
    scores: Sequence[Tensor | None] | None = None,
) -> list[LayerView]:
    """Views of consecutive layers, input side first.

    Args:
        linears: the layers; each one's outputs are the next one's inputs.
        masks: bool (out, in); if not given, every connection is active.
        scores: (out, in) in [0, 1], or None.
    """
    layers = list(linears)
    weights = [layer.weight.detach() for layer in layers]
    biases = [layer.bias.detach() for layer in layers]
    if masks is None:
        masks = [torch.ones_like(weight, dtype=torch.bool) for weight in weights]
    views = zip(weights, biases, masks, scores or [None] * len(layers), strict=True)
    return [LayerView(str(i), *view, str(i - 1) if i else "") for i, view in enumerate(views)]


def active_view(name: str, weight: Tensor, bias: Tensor, source: str = "") -> LayerView:
    """A layer with all its connections active, for a network whose layers are no chain."""
    mask = torch.ones_like(weight, dtype=torch.bool)
    return LayerView(name, weight.detach(), bias.detach(), mask, None, source)


def build(settings: Settings, sizes: tuple[int, ...]) -> Method:
    """Make the settings' method, with initial weights drawn from the seed.

    The global random state does not change.

    Args:
        sizes: layer widths from pixels to classes.
    """
    module, _, name = METHODS[settings.method].implementation.partition(":")
    implementation: type[Method] = getattr(import_module(module), name)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return implementation(settings, sizes)
