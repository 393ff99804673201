"""How a network routes images, and what an image costs, for methods with routes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dgviz.methods.method import Method

_CHUNK = 1000


@dataclass(frozen=True)
class Routing:
    """The routing of a number of images.

    Attributes:
        by_class: for each class the mean share of each route, in [0, 1], in the order of
            `Method.routes`; zeros for a class without images.
        mean: the mean share of each route over all images.
        images: number of images, all classes together.
        macs_per_input: the mean number of multiply-accumulates for an image.
    """

    by_class: tuple[tuple[float, ...], ...]
    mean: tuple[float, ...]
    images: int
    macs_per_input: float


@torch.no_grad()
def measure_routing(method: Method, images: Tensor, labels: Tensor) -> Routing | None:
    """The routing of images (n, pixels), n > 0; None for a method without routes."""
    if not method.routes:
        return None
    # In double precision on the CPU, so that the order of the sums does not matter to four digits.
    classes = len(method.layers()[-1].bias)
    shares = torch.zeros(classes, len(method.routes), dtype=torch.float64)
    macs = 0
    for some, expected in zip(images.split(_CHUNK), labels.cpu().split(_CHUNK), strict=True):
        routed = method.routing(some)
        assert routed is not None
        # A network that diverges may give no numbers, which JSON does not have.
        shares.index_add_(0, expected, routed.cpu().double().nan_to_num_())
        macs += int(method.cost(some).sum())
    counts = torch.bincount(labels.cpu(), minlength=classes).clamp_(min=1)
    by_class = tuple(tuple(row) for row in (shares / counts[:, None]).tolist())
    mean = tuple((shares.sum(0) / len(labels)).tolist())
    return Routing(by_class, mean, len(labels), macs / len(labels))
