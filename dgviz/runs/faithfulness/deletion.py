"""Deletion and insertion: does a ranking of the pixels say which of them the network relies on?

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

Floats = npt.NDArray[np.float64]

POINTS = 31
"""How many amounts of pixels are looked at, none and all among them."""

_CHUNK = 1000


@dataclass(frozen=True, eq=False)
class Network:
    """A network of one hidden layer as it answers: closed connections are weights of 0.

    Attributes:
        hidden: (units, inputs).
        hidden_bias: (units,).
        output: (classes, units).
        output_bias: (classes,).
        active: bool (units, inputs), the mask of the first layer.
    """

    hidden: Tensor
    hidden_bias: Tensor
    output: Tensor
    output_bias: Tensor
    active: Tensor


@dataclass(frozen=True, eq=False)
class Accuracies:
    """Fractions of images answered right, each array of shape (rankings, amounts).

    Attributes:
        deletion: with the first so many pixels of a ranking removed.
        insertion: with only those there.
    """

    deletion: Floats
    insertion: Floats


@torch.no_grad()
def network_of(method: Method) -> Network:
    """The network as it stands, with its present tau."""
    first, last = method.layers()
    return Network(
        first.weight * first.mask, first.bias, last.weight * last.mask, last.bias, first.mask
    )


def by_retention(net: Network, always_zero: Tensor, channels: int = 1) -> Tensor:
    """Pixels by how many of their connections are active, ties by the sum of |W| of those.

    Args:
        always_zero: bool (inputs,), the inputs that are 0 in every training image. In every
            ranking but the random one, always-blank pixels come last; what is then still tied
            keeps the order of the image.
        channels: colours of an image, which is flattened colour by colour. A pixel is its place in
            the image: its colours are summed here, and removed together.

    Returns:
        int64 (pixels,), the pixel to be removed first at position 0.
    """
    return _ranked(always_zero, channels, net.active.sum(0), net.hidden.abs().sum(0))


def by_path_weight(net: Network, always_zero: Tensor, channels: int = 1) -> Tensor:
    """Pixels by the weight of their active paths: sum over units of |W1| times the sum of |W2|."""
    reach = net.output.abs().sum(0) @ net.hidden.abs()
    return _ranked(always_zero, channels, reach)


def by_gradient(
    net: Network, images: Tensor, labels: Tensor, always_zero: Tensor, channels: int = 1
) -> Tensor:
    """Pixels by the mean over `images` of |gradient of the true class's logit times the pixel|.

    Args:
        images: uint8 (n, inputs).
        labels: int64 (n,).
    """
    total = torch.zeros(images.shape[1], dtype=torch.float64)
    for some, expected in _chunks(images, labels):
        active = some @ net.hidden.T + net.hidden_bias > 0
        gradient = (active * net.output[expected]) @ net.hidden
        total += (gradient * some).abs().sum(0, dtype=torch.float64)
    return _ranked(always_zero, channels, total)


def by_ink(images: Tensor, always_zero: Tensor, channels: int = 1) -> Tensor:
    """Pixels by their mean brightness in `images`, uint8 (n, inputs): it knows no network."""
    return _ranked(always_zero, channels, images.sum(0, dtype=torch.int64))


def at_random(pixels: int, how_many: int, seed: int) -> list[Tensor]:
    """So many permutations of all the pixels, always the same ones for a seed."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randperm(pixels, generator=generator) for _ in range(how_many)]


def amounts(pixels: int, points: int = POINTS) -> list[int]:
    """About so many amounts of pixels from 0 to all, evenly spaced and ascending."""
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
    """Both curves for every ranking.

    Args:
        images: uint8 (n, inputs), n > 0.
        labels: int64 (n,).
        rankings: one or more permutations of the pixels under each name.
        removed: ascending amounts of pixels, 0 and all of them included.
        report: called with the share of the work that is done.
    """
    right = {name: np.zeros((len(some), 2, len(removed)), int) for name, some in rankings.items()}
    work = sum(len(some) for some in rankings.values()) * -(-len(labels) // _CHUNK)
    done = 0
    for some, expected in _chunks(images, labels):
        for name, permutations in rankings.items():
            for number, ranking in enumerate(permutations):
                right[name][number] += _right(net, some, expected, ranking, removed, channels)
                done += 1
                report(done / work)
    shares = {name: counts / len(labels) for name, counts in right.items()}
    return {name: Accuracies(share[:, 0], share[:, 1]) for name, share in shares.items()}


def area(removed: Sequence[int], accuracy: Floats) -> Floats:
    """The area under curves (..., amounts) over the share of pixels, in [0, 1], by trapezoids."""
    share = np.asarray(removed) / removed[-1]
    return np.asarray(np.trapezoid(accuracy, share, axis=-1))


def _right(
    net: Network,
    images: Tensor,
    labels: Tensor,
    ranking: Tensor,
    removed: Sequence[int],
    channels: int,
) -> npt.NDArray[np.int64]:
    """How many images are answered right, (2, amounts): by deletion, and by insertion."""
    inputs, weights = (
        images[:, _inputs(ranking, channels)],
        net.hidden[:, _inputs(ranking, channels)],
    )
    # What the pixels from one amount to the next give the hidden units: each is multiplied once,
    # as in a single pass over whole images, and every point of both curves is a sum of these.
    given = torch.zeros(len(labels), len(net.hidden))
    inserted = [given]
    for first, last in pairwise(removed):
        block = slice(first * channels, last * channels)
        given = given + inputs[:, block] @ weights[:, block].T
        inserted.append(given)

    def right(summed: Tensor) -> int:
        hidden = torch.relu(summed + net.hidden_bias)
        logits = hidden @ net.output.T + net.output_bias
        return int((logits.argmax(1) == labels).sum())

    # At both ends exactly the whole and the empty image: given - 0 and given - given.
    return np.array([[right(given - some) for some in inserted], list(map(right, inserted))])


def _inputs(ranking: Tensor, channels: int) -> Tensor:
    """The inputs of the pixels of a ranking, all the colours of a pixel next to each other."""
    return (ranking[:, None] + torch.arange(channels) * len(ranking)).flatten()


def _ranked(always_zero: Tensor, channels: int, *amounts: Tensor) -> Tensor:
    """Pixels by descending amounts, a later one deciding ties of the one before.

    Args:
        amounts: each (inputs,).
    """
    blank = always_zero.view(channels, -1).all(0)
    keys = [blank, *(-amount.view(channels, -1).sum(0) for amount in amounts)]
    # The last key decides first; it is a stable sort, so that equals stay in the image's order.
    return torch.from_numpy(np.lexsort([key.detach().cpu().numpy() for key in reversed(keys)]))


def _chunks(images: Tensor, labels: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Some of the images at a time, as floats in [0, 1]."""
    pairs = zip(images.split(_CHUNK), labels.split(_CHUNK), strict=True)
    return [(some.float().div_(255), expected) for some, expected in pairs]
