"""Which outputs of two modules are equal but for rounding."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from dgviz.modules.comparing import difference

LINEAR = nn.Linear(1, 1)


@pytest.mark.parametrize(
    ("expected", "found", "part"),
    [
        ([[1.0, -4.0]], [[1.0, -4.0]], 0),
        ([[1.0, -4.0]], [[1.00001, -4.0]], 2.5e-6),
        ([[1e7], [1.0]], [[1e7], [1.00001]], 1e-5),
        ([[-math.inf, 1.0]], [[-math.inf, 1.00001]], 1e-5),
        ([[0.0], []], [[0.0], []], 0),
    ],
)
def test_a_difference_is_a_part_of_the_largest_value_of_its_tensor(
    expected: list[list[float]], found: list[list[float]], part: float
) -> None:
    pairs = [[torch.tensor(one) for one in outputs] for outputs in (expected, found)]
    assert difference(LINEAR, *pairs) == pytest.approx(part, rel=0.1)


@pytest.mark.parametrize(
    ("expected", "found", "message"),
    [
        ([[1e7], [1.0]], [[1e7], [1.001]], "differs by 1.0e-03 of the largest one, and 2.4e-05"),
        ([[math.inf, 1.0]], [[-math.inf, 1.0]], "differs by inf"),
        ([[math.inf, 1.0]], [[5.0, 1.0]], "differs by inf"),
        ([[math.nan, 1.0]], [[math.nan, 1.0]], "differs by nan"),
        ([[1.0, 2.0]], [[1.0]], "outputs of another shape"),
        ([[]], [[]], "no real numbers"),
        ([], [], "no real numbers"),
    ],
)
def test_other_outputs_are_refused(
    expected: list[list[float]], found: list[list[float]], message: str
) -> None:
    pairs = [[torch.tensor(one) for one in outputs] for outputs in (expected, found)]
    with pytest.raises(ValueError, match=message):
        difference(LINEAR, *pairs)


def test_the_lowest_precision_of_parameters_and_output_counts() -> None:
    one, other = [torch.ones(1, dtype=torch.float64)], [torch.full((1,), 1.00001).double()]
    assert difference(nn.Linear(1, 1), one, other) == pytest.approx(1e-5, rel=0.1)
    with pytest.raises(ValueError, match="something else"):
        difference(nn.Linear(1, 1).double(), one, other)
    assert difference(nn.Linear(1, 1).double(), [one[0].float()], [other[0].float()]) > 0
