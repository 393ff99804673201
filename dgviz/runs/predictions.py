"""The classes that a finished run gives the test images."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dgviz.runs.files import read_file
from dgviz.runs.layout import LARGEST_PREDICTIONS, PREDICTIONS
from dgviz.runs.record import Record
from dgviz.runs.snapshot_blob import arrays
from dgviz.runs.snapshots import SnapshotError


def predicted_classes(record: Record) -> npt.NDArray[np.uint8] | None:
    """The class of each test image, shape (n,); None if the run has no such predictions.

    Only those of the run's last step count.
    """
    try:
        tensors, figures = arrays(read_file(record.folder / PREDICTIONS, LARGEST_PREDICTIONS))
    except (OSError, SnapshotError):
        return None
    classes: npt.NDArray[Any] | None = tensors.get("classes")
    is_last = figures.get("step") == record.step
    if classes is None or classes.dtype != np.uint8 or classes.ndim != 1 or not is_last:
        return None
    return classes
