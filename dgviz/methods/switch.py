"""The Switch layer (Fedus, Zoph and Shazeer 2021): each image goes to a single expert.

With the router's probabilities p(x) = softmax(V x + c) over K experts and i the most probable one,
the network's logits are

    y = S x + d + p_i(x) o_i(x)                                                       (equation 2)

In the paper the layer is a part of a Transformer, whose residual connection passes its inputs on.
Here that connection is the linear shortcut S from the pixels to the classes.

In training an expert takes at most ⌈capacity factor · batch / K⌉ images of a batch, the first ones
(equation 3, rounded up). The others are dropped: they have the shortcut alone. In evaluation none
is dropped. The router's input is multiplied by noise from [1 - ε, 1 + ε] in training only. The loss

    α K Σ_i f_i P_i                                                              (equations 4 to 6)

keeps the load even: f_i is the share of the batch that chooses expert i, dropped or not, which has
no gradient, and P_i the mean of p_i(x).

The initial weights are those of PyTorch's linear layers. The paper's are smaller.

An image needs the router, the shortcut and one expert.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from dgviz.methods.experts import Experts, expert_names, router_view
from dgviz.methods.method import AutogradMethod, LayerView, active_view

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import KnobsInEffect
    from dgviz.settings import Settings


class Switch(AutogradMethod):
    """A linear shortcut, and a mixture of MLPs of which the router chooses one for each image."""

    model: _Switch

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        count: int = settings["switch.experts"]
        self.routes = expert_names(count)
        # The settings may change during a run.
        self.model = _Switch(count, lambda: self.settings, self.generator, *sizes)

    def penalty(self, knobs: KnobsInEffect) -> Tensor:
        """The balance loss of the batch of the last forward pass."""
        return self.settings["switch.balance"] * balance_of(self.model.probs)

    @torch.no_grad()
    def routing(self, images: Tensor) -> Tensor:
        chosen = self.model.router(images).argmax(1)
        return functional.one_hot(chosen, len(self.routes)).float()

    def cost(self, images: Tensor) -> Tensor:
        model = self.model
        always = model.router.weight.numel() + model.shortcut.weight.numel()
        return torch.full((len(images),), always + model.experts.macs)

    def layers(self) -> list[LayerView]:
        model = self.model
        shortcut = active_view("shortcut", model.shortcut.weight, model.shortcut.bias)
        return [router_view(model.router), shortcut, *model.experts.views()]


class _Switch(nn.Module):
    """The network.

    Attributes:
        probs: p(x) of each image (n, experts) in the last forward pass in training.
    """

    probs: Tensor

    def __init__(
        self,
        count: int,
        settings: Callable[[], Settings],
        generator: torch.Generator,
        pixels: int,
        hidden: int,
        classes: int,
    ) -> None:
        super().__init__()
        self.experts = Experts(count, pixels, hidden, classes)
        self.router, self.shortcut = nn.Linear(pixels, count), nn.Linear(pixels, classes)
        self._settings, self._generator = settings, generator

    def forward(self, images: Tensor) -> Tensor:
        probs = self.router(self._jittered(images) if self.training else images).softmax(1)
        share, chosen = probs.max(1)
        if self.training:
            self.probs = probs
            factor: float = self._settings()["switch.capacity"]
            capacity = math.ceil(factor * len(images) / self.experts.count)
            share = share * within_capacity(chosen, self.experts.count, capacity)
        answers = self.experts(images)[torch.arange(len(images)), chosen]
        return self.shortcut(images) + share[:, None] * answers

    def _jittered(self, images: Tensor) -> Tensor:
        jitter: float = self._settings()["switch.jitter"]
        noise = torch.empty(images.shape)
        noise.uniform_(1 - jitter, 1 + jitter, generator=self._generator)
        return images * noise.to(images)


def within_capacity(chosen: Tensor, experts: int, capacity: int) -> Tensor:
    """Whether each image is among the first `capacity` images of its expert: bool (n,).

    Args:
        chosen: the expert of each image, int64 (n,).
    """
    asked = functional.one_hot(chosen, experts).cumsum(0)
    return asked.gather(1, chosen[:, None])[:, 0] <= capacity


def balance_of(probs: Tensor) -> Tensor:
    """K Σ_i f_i P_i for the probabilities (n, experts) of a batch; 1 if the load is even."""
    experts = probs.shape[1]
    shares = functional.one_hot(probs.argmax(1), experts).to(probs).mean(0)
    return experts * (shares * probs.mean(0)).sum()
