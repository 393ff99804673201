"""The predictions of a finished run are read without torch, and only those of its last step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from synthetic_run import blob, predictions, write_run

from dgviz.runs.layout import PREDICTIONS
from dgviz.runs.predictions import predicted_classes
from dgviz.runs.record import Record


def test_the_classes_of_the_test_images(tmp_path: Path) -> None:
    classes = predicted_classes(Record(write_run(tmp_path)))
    assert classes is not None
    assert classes.tolist() == [*range(10), *range(10)]


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\x80\x04N.",
        predictions(step=19),
        blob({"classes": np.zeros(20)}, {"step": 20}),
        blob({"classes": np.zeros((4, 5), np.uint8)}, {"step": 20}),
        blob({}, {"step": 20}),
        blob({"classes": np.zeros(20, np.uint8)}, {}),
    ],
)
def test_there_are_none_where_they_are_missing_damaged_or_old(
    tmp_path: Path, content: bytes | None
) -> None:
    folder = write_run(tmp_path)
    (folder / PREDICTIONS).unlink()
    if content is not None:
        (folder / PREDICTIONS).write_bytes(content)
    assert predicted_classes(Record(folder)) is None
