"""Which test images only one of two networks gets right."""

from __future__ import annotations

import math
import zlib
from pathlib import Path

import numpy as np
import pytest
from synthetic_run import blob

from dgviz.comparison.agreement import compare, right_classes
from dgviz.runs.digits import save
from dgviz.runs.store import Store


def test_every_image_is_counted_once() -> None:
    labels = np.array([0, 1, 2, 3, 4, 5], dtype=np.uint8)
    first = np.array([0, 1, 0, 3, 0, 0], dtype=np.uint8)
    second = np.array([0, 0, 2, 3, 4, 1], dtype=np.uint8)
    found = compare(first, second, labels)
    assert (found.both, found.neither) == (2, 1)
    assert (found.only_first.tolist(), found.only_second.tolist()) == ([1], [2, 4])
    with pytest.raises(ValueError, match="same images"):
        compare(first, second, labels[:5])


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 0), (5, 5), (3, 12), (60, 90)])
def test_the_p_value_is_that_of_the_exact_test(first: int, second: int) -> None:
    labels = np.zeros(200, dtype=np.uint8)
    answers = np.ones((2, 200), dtype=np.uint8)
    answers[0, :first] = 0
    answers[1, first : first + second] = 0
    p_value = compare(answers[0], answers[1], labels).p_value
    n = first + second
    as_uneven = [k for k in range(n + 1) if math.comb(n, k) <= math.comb(n, first)]
    assert p_value == pytest.approx(sum(math.comb(n, k) for k in as_uneven) / 2**n)


def test_the_labels_are_read_from_the_test_images(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert right_classes(store, "mnist") is None
    labels = np.arange(10, dtype=np.uint8)
    save(tmp_path, "mnist", lambda: zlib.compress(blob({"labels": labels}, {})))
    found = right_classes(store, "mnist")
    assert found is not None and found.tolist() == labels.tolist()
    (tmp_path / ".data" / "mnist.safetensors.zz").write_bytes(b"damaged")
    assert right_classes(store, "mnist") is None
