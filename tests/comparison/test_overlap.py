"""The overlap of first-layer masks."""

from __future__ import annotations

import numpy as np
import pytest

from dgviz.comparison.overlap import overlap, overlaps


def test_equal_disjoint_and_empty_masks() -> None:
    mask = np.zeros((4, 5), dtype=bool)
    mask[:2] = True
    assert overlap(mask, mask).index == 1
    assert overlap(mask, ~mask).index == 0
    assert overlap(mask, mask).by_chance == pytest.approx(0.25 / 0.75)
    none = overlap(np.zeros((4, 5), dtype=bool), np.zeros((4, 5), dtype=bool))
    assert (none.index, none.by_chance) == (None, None)


@pytest.mark.parametrize(("p", "q"), [(0.5, 0.5), (0.1, 0.4), (0.02, 0.02)])
def test_random_masks_overlap_as_much_as_by_chance(p: float, q: float) -> None:
    random = np.random.default_rng(0)
    found = overlap(random.random((1000, 784)) < p, random.random((1000, 784)) < q)
    assert found.index == pytest.approx(found.by_chance, rel=0.05)


def test_a_matrix_of_overlaps() -> None:
    a, b = np.eye(3, dtype=bool), np.ones((3, 3), dtype=bool)
    matrix = overlaps([a, None, b, np.ones((2, 3), dtype=bool)])
    first = [one and one.index for one in matrix[0]]
    assert first == [1, None, pytest.approx(1 / 3), None]
    assert all(one is None for one in matrix[1])
    assert matrix[2][0] == matrix[0][2]
    with pytest.raises(ValueError, match="equally large"):
        overlap(a, np.ones((2, 3), dtype=bool))
