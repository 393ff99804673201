"""The adaptive mixture of local experts (Jacobs, Jordan, Nowlan and Hinton 1991).

With a router g(x) = softmax(V x + c) over K experts, each of which is an MLP with the outputs
o_k(x), the network's probability of class y is that of a mixture,

    p(y | x) = Σ_k g_k(x) softmax(o_k(x))_y

and the loss is its negative logarithm. So an expert learns most from the images that it explains
best, and the router learns which these are. The logits are ln p(y | x). Every expert is needed for
every image, so no multiplication is saved.

Jacobs et al. take the outputs of an expert as the mean of a Gaussian. For classes, an expert has
the softmax of its outputs instead, as in Jordan and Jacobs 1994.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dgviz.methods.experts import Experts, expert_names, router_view
from dgviz.methods.method import AutogradMethod, LayerView

if TYPE_CHECKING:
    from dgviz.settings import Settings


class Mixture(AutogradMethod):
    """A mixture of MLPs, weighted by a linear router."""

    model: _Mixture

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        count: int = settings["mixture.experts"]
        self.routes = expert_names(count)
        self.model = _Mixture(count, *sizes)

    @torch.no_grad()
    def routing(self, images: Tensor) -> Tensor:
        return self.model.router(images).softmax(1)

    def layers(self) -> list[LayerView]:
        return [router_view(self.model.router), *self.model.experts.views()]


class _Mixture(nn.Module):
    def __init__(self, count: int, pixels: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.experts = Experts(count, pixels, hidden, classes)
        self.router = nn.Linear(pixels, count)

    def forward(self, images: Tensor) -> Tensor:
        weights = self.router(images).log_softmax(1)
        return torch.logsumexp(weights[:, :, None] + self.experts(images).log_softmax(2), 1)
