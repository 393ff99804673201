"""A dense network that reads only some of the pixels, which do not depend on the images.

It is the control of a network that chooses its pixels: the same shape with no choice.

The pixels are spread evenly, in the order of Bayer's dither matrix (1973): the first half of them
is a checkerboard, and the first quarter every second pixel of every second row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from dgviz.data.catalogue import DATASETS
from dgviz.methods.masked import MaskedMLP

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock
    from dgviz.methods.event import Event
    from dgviz.settings import Settings


class Checkerboard(MaskedMLP):
    """A plain MLP whose first layer has connections to some of the pixels only."""

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        # The networks of tests have fewer inputs than an image has pixels.
        ranks = dither_ranks(DATASETS[settings.dataset].image_shape)[: sizes[0]]
        number = max(1, round(sizes[0] * settings["checkerboard.ratio"]))
        mask = torch.zeros_like(self.linears[0].mask)
        mask[:, np.argsort(ranks)[:number]] = True
        self.linears[0].use(mask)

    def change_masks(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        return ()


def dither_ranks(image_shape: tuple[int, int, int]) -> npt.NDArray[np.intp]:
    """The place of each pixel in an order in which any number of first pixels is spread evenly.

    Pixels of several channels at one place follow each other.

    Args:
        image_shape: (channels, height, width).

    Returns:
        (channels * height * width,), each number from 0 on once.
    """
    channels, height, width = image_shape
    matrix = np.zeros((1, 1), int)
    while len(matrix) < max(height, width):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    places = channels * matrix[:height, :width] + np.arange(channels)[:, None, None]
    order = np.argsort(places, axis=None)
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    return ranks
