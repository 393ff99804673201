"""Reading a recorded picture without torch, in the server and in reports."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load

from dgviz.runs.frames import FrameError, Frames
from dgviz.runs.layout import LARGEST_MOMENT
from dgviz.training.blob import header_of


def arrays(blob: bytes) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, Any]]:
    """The tensors and the figures of a safetensors blob that dgviz has packed.

    Raises:
        FrameError: it is truncated or foreign.
    """
    try:
        header = header_of(blob)
        tensors = load(blob)
        figures = json.loads(json.loads(header)["__metadata__"]["dgviz"])
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise FrameError(f"A recorded picture cannot be read: {problem}.") from problem
    if not isinstance(figures, dict):
        raise FrameError("A recorded picture cannot be read: it has no figures.")
    return tensors, figures


def inflated(packed: bytes, most: int = LARGEST_MOMENT) -> bytes:
    """A safetensors blob from its zlib-compressed form, as `Frames.read` gives it.

    Args:
        most: bytes that it may have: what is made to harm has no end.

    Raises:
        FrameError: it is no picture's, or larger than that, or its header is larger than ours are.
    """
    try:
        inflater = zlib.decompressobj()
        blob = inflater.decompress(packed, most)
        header_of(blob)
    except (zlib.error, SafetensorError) as problem:
        raise FrameError(f"A recorded picture cannot be read: {problem}.") from problem
    if not inflater.eof:
        raise FrameError("A recorded picture cannot be read: it is torn or too large.")
    return blob


def last_blob(frames: Frames, kind: str) -> bytes | None:
    """The newest readable picture of a kind, uncompressed; None if there is none."""
    for moment in reversed(frames.moments(kind)):
        try:
            return inflated(frames.read(kind, moment.step))
        except FrameError:
            continue
    return None
