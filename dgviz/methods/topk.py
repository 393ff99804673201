"""The sparsely gated mixture of experts with noisy top-k routing (Shazeer et al. 2017).

The router gives each of K experts the logit c(x) = V x + b. In training it has noise, whose scale
is learned too: with ε from a standard normal distribution,

    H(x)_i = c(x)_i + ε_i s(x)_i,    s(x) = softplus(U x + d) + 0.01                  (equation 4)

The paper's equation has no 0.01. It bounds s below, as in the authors' code (tensor2tensor):
without it, s can become so small that the gradient of the load below is 0 · ∞.

The k experts with the largest H are chosen, and weighted by the softmax G of their H alone
(equations 3 and 5); the network's logits are Σ_i G(x)_i o_i(x) (equation 1). In evaluation H = c,
so nothing is random.

Two losses keep the router from always choosing the same experts. Over the images of a batch,

    Importance_i = Σ_x G(x)_i                                                         (equation 6)
    Load_i = Σ_x Φ((c(x)_i - kth_excluding(H(x), k, i)) / s(x)_i)               (equations 9 and 10)

where Φ is the normal distribution function and kth_excluding the k-th largest of the other experts'
H: Load_i is the number of images that choose expert i, expected over its own noise. Each loss is a
weight times the squared coefficient of variation over the experts (equations 7 and 11). V, U, b
and d start at 0, so that at first the load is even; the paper has no b and d.

An image needs the router and its k experts. U is used in training only and is not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from dgviz.methods.experts import Experts, expert_names, router_view
from dgviz.methods.method import AutogradMethod, LayerView

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import KnobsInEffect
    from dgviz.settings import Settings

_LEAST_NOISE = 0.01
_TINY = 1e-10


class TopK(AutogradMethod):
    """A mixture of MLPs of which the router chooses k for each image."""

    model: _TopK

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        count: int = settings["topk.experts"]
        self.routes = expert_names(count)
        self.model = _TopK(count, settings["topk.chosen"], self.generator, *sizes)

    def penalty(self, knobs: KnobsInEffect) -> Tensor:
        """The balancing losses of the batch of the last forward pass."""
        importance = squared_variation(self.model.importance)
        load = squared_variation(self.model.load)
        return self.settings["topk.importance"] * importance + self.settings["topk.load"] * load

    @torch.no_grad()
    def routing(self, images: Tensor) -> Tensor:
        return top_gates(self.model.router(images), self.model.chosen)

    def cost(self, images: Tensor) -> Tensor:
        model = self.model
        macs = model.router.weight.numel() + model.chosen * model.experts.macs
        return torch.full((len(images),), macs)

    def layers(self) -> list[LayerView]:
        return [router_view(self.model.router), *self.model.experts.views()]


class _TopK(nn.Module):
    """The network.

    Attributes:
        importance, load: of each expert, (experts,), in the last forward pass in training.
    """

    importance: Tensor
    load: Tensor

    def __init__(
        self,
        count: int,
        chosen: int,
        generator: torch.Generator,
        pixels: int,
        hidden: int,
        classes: int,
    ) -> None:
        super().__init__()
        self.experts = Experts(count, pixels, hidden, classes)
        self.router, self.noise = nn.Linear(pixels, count), nn.Linear(pixels, count)
        for layer in (self.router, self.noise):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.chosen, self._generator = chosen, generator

    def forward(self, images: Tensor) -> Tensor:
        clean = self.router(images)
        if self.training:
            scale = functional.softplus(self.noise(images)) + _LEAST_NOISE
            noisy = clean + torch.randn(clean.shape, generator=self._generator).to(clean) * scale
            gates = top_gates(noisy, self.chosen)
            self.importance = gates.sum(0)
            self.load = expected_load(clean, noisy, scale, self.chosen)
        else:
            gates = top_gates(clean, self.chosen)
        return torch.einsum("nk,nkc->nc", gates, self.experts(images))


def top_gates(logits: Tensor, chosen: int) -> Tensor:
    """G: the softmax of the largest `chosen` logits of each row (n, experts), 0 for the others."""
    values, indices = logits.topk(chosen, 1)
    return torch.zeros_like(logits).scatter(1, indices, values.softmax(1))


def expected_load(clean: Tensor, noisy: Tensor, scale: Tensor, chosen: int) -> Tensor:
    """Load_i of each expert: (experts,).

    Args:
        clean: c(x), (n, experts) with more experts than are chosen.
        noisy: H(x), of the same shape.
        scale: s(x), of the same shape, above 0.
        chosen: k.
    """
    largest = noisy.topk(chosen + 1, 1).values
    last_in, first_out = largest[:, chosen - 1 : chosen], largest[:, chosen:]
    # Without an expert among the first k, the k-th largest is one further down.
    excluding = torch.where(noisy >= last_in, first_out, last_in)
    return torch.special.ndtr((clean - excluding) / scale).sum(0)


def squared_variation(values: Tensor) -> Tensor:
    """The squared coefficient of variation of (experts,): variance over squared mean."""
    return values.var(correction=0) / (values.mean() ** 2 + _TINY)
