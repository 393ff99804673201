"""The small dense network has a part of the weights, all of them active."""

import pytest
import torch

from dgviz.methods.small import SmallDense
from dgviz.settings import Settings


@pytest.mark.parametrize(
    ("ratio", "hidden"), [(1.0, 256), (0.5, 128), (0.05, 13), (0.02, 5), (0.001, 1)]
)
def test_a_part_of_the_hidden_units_has_the_same_part_of_the_weights(
    ratio: float, hidden: int
) -> None:
    method = SmallDense(Settings(method="small", own=(("small.ratio", ratio),)), (784, 256, 10))
    first, last = method.layers()
    assert first.weight.shape == (hidden, 784) and last.weight.shape == (10, hidden)
    assert bool(first.mask.all()) and bool(last.mask.all())
    assert int(method.cost(torch.zeros(1, 784))) == hidden * 794
    assert ratio < 0.01 or hidden * 794 == pytest.approx(203_264 * ratio, abs=794 / 2)
