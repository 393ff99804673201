"""Which test images a network gets right."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
from synthetic_run import blob

from dgviz.comparison.right_answers import right_answers, right_classes
from dgviz.runs.digits import save
from dgviz.runs.store import Store


def test_a_bit_for_each_image_says_whether_it_is_right_and_a_byte_what_a_wrong_answer_is() -> None:
    labels = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8], dtype=np.uint8)
    given = np.array([0, 3, 2, 0, 0, 9, 0, 7, 8], dtype=np.uint8)
    right, wrong = bytes([0b10100001, 0b10000000]), bytes([3, 0, 0, 9, 0])
    assert right_answers(given, labels) == (right, wrong)
    assert right_answers(given, labels[:5]) is None


def test_the_labels_are_read_from_the_test_images(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert right_classes(store, "mnist") is None
    labels = np.arange(10, dtype=np.uint8)
    save(tmp_path, "mnist", lambda: zlib.compress(blob({"labels": labels}, {})))
    found = right_classes(store, "mnist")
    assert found is not None and found.tolist() == labels.tolist()
    (tmp_path / ".data" / "mnist.safetensors.zz").write_bytes(b"damaged")
    assert right_classes(store, "mnist") is None
