"""The pixels of a dense network on a checkerboard."""

import numpy as np
import pytest

from dgviz.data.split import Splits
from dgviz.methods.checkerboard import dither_ranks
from dgviz.methods.method import build
from dgviz.settings import Settings
from dgviz.training.loop import train


def mask_of(pixels: int) -> np.ndarray:
    """The pixels that are read, (28, 28)."""
    own = (("checkerboard.ratio", round(pixels / 784, 4)),)
    mask = build(Settings(method="checkerboard", own=own), (784, 3, 10)).layers()[0].mask.numpy()
    assert (mask == mask[0]).all()
    return np.asarray(mask[0]).reshape(28, 28)


def test_half_of_the_pixels_are_a_checkerboard_and_a_quarter_a_grid() -> None:
    rows, columns = np.indices((28, 28))
    assert np.array_equal(mask_of(392), (rows + columns) % 2 == 0)
    assert np.array_equal(mask_of(196), (rows % 2 == 0) & (columns % 2 == 0))


@pytest.mark.parametrize("pixels", [1, 60, 100, 277, 500, 784])
def test_any_number_of_pixels_is_spread_evenly(pixels: int) -> None:
    mask = mask_of(pixels)
    assert mask.sum() == pixels
    quarters = [mask[i : i + 14, j : j + 14].sum() for i in (0, 14) for j in (0, 14)]
    assert max(quarters) - min(quarters) <= 14


def test_the_channels_of_a_pixel_follow_each_other() -> None:
    ranks = dither_ranks((3, 32, 32))
    assert np.array_equal(np.sort(ranks), np.arange(3072))
    assert [np.flatnonzero(ranks == rank)[0] for rank in range(3)] == [0, 1024, 2048]


def test_the_other_pixels_are_never_read(tiny: Splits) -> None:
    settings = Settings(method="checkerboard", hidden=8, epochs=1, batch_size=9, device="cpu")
    for snapshot in train(settings, tiny):
        measures = snapshot.gates.measures
        assert (measures.active_weights, measures.pixels_in_use) == (3 * 8 + 8 * 3, 3)
        assert not snapshot.events
