"""Whether an executor computes the logits of the network: only then may it be timed. No torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dgviz.compaction.check import LIMIT_FLOAT32
from dgviz.compaction.executors.executor import Images, Logits
from dgviz.compaction.network import Floats
from dgviz.formatting import counted

TOLERANCE = LIMIT_FLOAT32
"""The largest accepted difference of two logits, as a part of the largest logit."""


class WrongLogits(ValueError):
    """An executor does not compute the network's logits; the message is a sentence."""


def check(logits: Logits, batches: Sequence[Images], expected: Floats) -> float:
    """The largest difference from the expected logits, as a part of the largest of them.

    Args:
        batches: all images, cut into batches.
        expected: (n, classes), of all images.

    Raises:
        WrongLogits: the logits have another shape, or differ by more than `TOLERANCE`.
    """
    found = np.concatenate([logits(images) for images in batches])
    if found.shape != expected.shape:
        raise WrongLogits(f"Its logits have the shape {found.shape}, not {expected.shape}.")
    scale = max(1.0, float(np.abs(expected).max()))
    difference = float(np.abs(found - expected).max()) / scale
    # A difference that is no number fails too.
    if not difference <= TOLERANCE:
        raise WrongLogits(
            f"In batches of {counted(len(batches[0]), 'image')} its logits differ from the "
            f"network's by {difference:.1e} of the largest logit; {TOLERANCE:g} is accepted."
        )
    return difference
