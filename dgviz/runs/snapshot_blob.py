"""Read a recorded snapshot without torch, in the server and in reports."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from dgviz.runs.layout import LARGEST_SNAPSHOT
from dgviz.runs.snapshots import SnapshotError, Snapshots
from dgviz.training.blob import header_of


def arrays(blob: bytes) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, Any]]:
    """The tensors and the figures of a safetensors blob that dgviz packed.

    Raises:
        SnapshotError: the blob is truncated or from another program.
    """
    try:
        header = header_of(blob)
        tensors = load(blob)
        figures = json.loads(json.loads(header)["__metadata__"]["dgviz"])
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise SnapshotError(f"A recorded snapshot cannot be read: {problem}.") from problem
    if not isinstance(figures, dict):
        raise SnapshotError("A recorded snapshot cannot be read: it has no figures.")
    return tensors, figures


def inflated(packed: bytes, most: int = LARGEST_SNAPSHOT) -> bytes:
    """Decompress a safetensors blob that `Snapshots.read` returned.

    Args:
        most: the largest accepted size in bytes; a malicious file can decompress to any size.

    Raises:
        SnapshotError: the blob is damaged, larger than `most`, or has too large a header.
    """
    try:
        inflater = zlib.decompressobj()
        blob = inflater.decompress(packed, most)
        header_of(blob)
    except (zlib.error, SafetensorError) as problem:
        raise SnapshotError(f"A recorded snapshot cannot be read: {problem}.") from problem
    if not inflater.eof:
        raise SnapshotError("A recorded snapshot cannot be read: it is torn or too large.")
    return blob


def last_blob(snapshots: Snapshots, kind: str) -> bytes | None:
    """The newest readable snapshot of a kind, decompressed; None if there is none."""
    for snapshot in reversed(snapshots.of(kind)):
        try:
            return inflated(snapshots.read(kind, snapshot.step))
        except SnapshotError:
            continue
    return None
