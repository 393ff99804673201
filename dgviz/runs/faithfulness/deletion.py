"""Deletion and insertion: does a ranking of the pixels show which ones the network uses?

Take the pixels away (set them to 0) in the order of the ranking, and watch the
accuracy: if the ranking is good, it falls fast, and the area under the curve is small. Add
them to an empty image in the same order, and it rises fast: that area is large.
(Samek et al. 2017; Petsiuk, Das and Saenko, RISE, 2018.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dgviz.methods.method import Method
from dgviz.runs.contents import RunsError

Floats = npt.NDArray[np.float64]

POINTS = 31
"""Number of amounts of pixels at which accuracy is measured, including none and all."""

_CHUNK = 1000


@dataclass(frozen=True, eq=False)
class Network:
    """A chain of layers with ReLU between them; closed connections have weight 0.

    Attributes:
        weights: (out, in) of each layer, input side first.
        biases: (out,) of each layer.
        active: bool (units, inputs), the mask of the first layer.
    """

    weights: Sequence[Tensor]
    biases: Sequence[Tensor]
    active: Tensor

    def logits(self, sums: Tensor) -> Tensor:
        """The logits (n, classes) for the weighted sums (n, units) of the first layer's inputs."""
        values = sums + self.biases[0]
        for weight, bias in zip(self.weights[1:], self.biases[1:], strict=True):
            values = torch.relu(values) @ weight.T + bias
        return values


@dataclass(frozen=True, eq=False)
class Accuracies:
    """Fractions of correctly classified images, each array of shape (rankings, amounts).

    Attributes:
        deletion: with the first pixels of the ranking removed.
        insertion: with only these pixels present.
    """

    deletion: Floats
    insertion: Floats


@torch.no_grad()
def network_of(method: Method) -> Network:
    """The network of a method, with its present tau.

    Raises:
        RunsError: its layers are no chain.
    """
    layers = method.layers()
    if [layer.source for layer in layers] != ["", *(layer.name for layer in layers[:-1])]:
        raise RunsError(
            "The test needs a network in which each layer's inputs are the units of the layer "
            f"before, and that of {method.settings.spec.title} is another."
        )
    weights = [layer.weight * layer.mask for layer in layers]
    return Network(weights, [layer.bias for layer in layers], layers[0].mask)


def by_retention(net: Network, always_zero: Tensor, channels: int = 1) -> Tensor:
    """Rank pixels by their number of active connections, ties by the sum of |W| of these.

    Args:
        always_zero: bool (inputs,), the inputs that are 0 in every training image. In every
            ranking but the random one, always-blank pixels come last; remaining ties keep the
            order of the image.
        channels: colours of an image, which is flattened colour by colour. The colours of a pixel
            are summed here, and removed together.

    Returns:
        int64 (pixels,), the pixel that is removed first at position 0.
    """
    return _ranked(always_zero, channels, net.active.sum(0), net.weights[0].abs().sum(0))


def by_path_weight(net: Network, always_zero: Tensor, channels: int = 1) -> Tensor:
    """Rank pixels by the weight of their active paths: the sum over paths of the product of |W|."""
    *between, last = net.weights
    reach = last.abs().sum(0)
    for weight in reversed(between):
        reach = reach @ weight.abs()
    return _ranked(always_zero, channels, reach)


def by_gradient(
    net: Network, images: Tensor, labels: Tensor, always_zero: Tensor, channels: int = 1
) -> Tensor:
    """Rank pixels by the mean over `images` of |gradient of the true class's logit × the pixel|.

    Args:
        images: uint8 (n, inputs).
        labels: int64 (n,).
    """
    total = torch.zeros(images.shape[1], dtype=torch.float64)
    for some, expected in _chunks(images, labels):
        values, active = some, []
        for weight, bias in zip(net.weights[:-1], net.biases[:-1], strict=True):
            values = torch.relu(values @ weight.T + bias)
            active.append(values > 0)
        gradient = net.weights[-1][expected]
        for weight, positive in zip(reversed(net.weights[:-1]), reversed(active), strict=True):
            gradient = (positive * gradient) @ weight
        total += (gradient * some).abs().sum(0, dtype=torch.float64)
    return _ranked(always_zero, channels, total)


def by_ink(images: Tensor, always_zero: Tensor, channels: int = 1) -> Tensor:
    """Rank pixels by their mean brightness in `images`, uint8 (n, inputs), without a network."""
    return _ranked(always_zero, channels, images.sum(0, dtype=torch.int64))


def random_rankings(pixels: int, how_many: int, seed: int) -> list[Tensor]:
    """`how_many` permutations of all pixels, always the same ones for a seed."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randperm(pixels, generator=generator) for _ in range(how_many)]


def amounts(pixels: int, points: int = POINTS) -> list[int]:
    """About `points` amounts of pixels from 0 to all, evenly spaced and ascending."""
    return sorted({round(i * pixels / (points - 1)) for i in range(points)})


@torch.no_grad()
def accuracies(
    net: Network,
    images: Tensor,
    labels: Tensor,
    rankings: Mapping[str, Sequence[Tensor]],
    removed: Sequence[int],
    *,
    channels: int = 1,
    report: Callable[[float], None] = lambda done: None,
) -> dict[str, Accuracies]:
    """Measure the deletion and insertion curves of every ranking.

    Args:
        images: uint8 (n, inputs), n > 0.
        labels: int64 (n,).
        rankings: one or more permutations of the pixels under each name.
        removed: ascending amounts of pixels, 0 and all of them included.
        report: called with the finished fraction of the work.
    """
    correct = {name: np.zeros((len(some), 2, len(removed)), int) for name, some in rankings.items()}
    work = sum(len(some) for some in rankings.values()) * -(-len(labels) // _CHUNK)
    done = 0
    for some, expected in _chunks(images, labels):
        for name, permutations in rankings.items():
            for number, ranking in enumerate(permutations):
                correct[name][number] += _correct(net, some, expected, ranking, removed, channels)
                done += 1
                report(done / work)
    shares = {name: counts / len(labels) for name, counts in correct.items()}
    return {name: Accuracies(share[:, 0], share[:, 1]) for name, share in shares.items()}


def area(removed: Sequence[int], accuracy: Floats) -> Floats:
    """The area under curves (..., amounts) over the share of pixels, in [0, 1], by trapezoids."""
    share = np.asarray(removed) / removed[-1]
    return np.asarray(np.trapezoid(accuracy, share, axis=-1))


def _correct(
    net: Network,
    images: Tensor,
    labels: Tensor,
    ranking: Tensor,
    removed: Sequence[int],
    channels: int,
) -> npt.NDArray[np.int64]:
    """Number of correctly classified images, (2, amounts): by deletion, and by insertion."""
    inputs, weights = (
        images[:, _inputs(ranking, channels)],
        net.weights[0][:, _inputs(ranking, channels)],
    )
    # The pixels between two amounts contribute a sum to the first layer's units. Each pixel is
    # multiplied only once, and every point of both curves adds up these contributions.
    total = torch.zeros(len(labels), len(weights))
    inserted = [total]
    for first, last in pairwise(removed):
        block = slice(first * channels, last * channels)
        total = total + inputs[:, block] @ weights[:, block].T
        inserted.append(total)

    def correct(sums: Tensor) -> int:
        return int((net.logits(sums).argmax(1) == labels).sum())

    # At the ends total - 0 and total - total are exactly the whole and the empty image.
    return np.array([[correct(total - some) for some in inserted], list(map(correct, inserted))])


def _inputs(ranking: Tensor, channels: int) -> Tensor:
    """The inputs of ranked pixels, with the colours of a pixel next to each other."""
    return (ranking[:, None] + torch.arange(channels) * len(ranking)).flatten()


def _ranked(always_zero: Tensor, channels: int, *amounts: Tensor) -> Tensor:
    """Rank pixels by descending amounts; each further amount decides ties of those before it.

    Args:
        amounts: each (inputs,).
    """
    blank = always_zero.view(channels, -1).all(0)
    keys = [blank, *(-amount.view(channels, -1).sum(0) for amount in amounts)]
    # `lexsort` sorts by the last key first; it is stable, so ties keep the order of the image.
    return torch.from_numpy(np.lexsort([key.detach().cpu().numpy() for key in reversed(keys)]))


def _chunks(images: Tensor, labels: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Batches of images as floats in [0, 1], with their labels."""
    pairs = zip(images.split(_CHUNK), labels.split(_CHUNK), strict=True)
    return [(some.float().div_(255), expected) for some, expected in pairs]
