"""What the module of a format does, and what it works with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from dgviz.compaction.network import CompactNetwork, Floats

Files = Mapping[str, bytes]
"""The content of each file of an export, by its name."""

Images = npt.NDArray[np.uint8]
"""Images (n, inputs)."""


class Writer(Protocol):
    """A module that writes one format, and runs what it has written."""

    def write(self, network: CompactNetwork, facts: Mapping[str, Any]) -> Files:
        """Write the network with exactly its weights.

        Args:
            facts: those of the model card, as values that JSON can represent.
        """

    def logits(self, files: Files, images: Images) -> Floats | None:
        """Compute the logits (n, classes) from the files, by the program that reads this format.

        Args:
            images: n > 0.

        Returns:
            None if this machine has no such program.
        """


def scaled(images: Images) -> Floats:
    """The images as float32 in [0, 1]."""
    return images.astype(np.float32) / 255
