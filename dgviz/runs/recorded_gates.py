"""The gates of a recorded snapshot, in the present or the earlier format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dgviz.data.catalogue import DATASETS
from dgviz.gate_bytes import active
from dgviz.pixel_counts import PixelCounts, count_pixels
from dgviz.runs.checks import share, whole
from dgviz.runs.record import Record
from dgviz.runs.snapshot_blob import arrays, last_blob
from dgviz.runs.snapshots import SnapshotError
from dgviz.training import mask_bits


@dataclass(frozen=True, eq=False)
class RecordedGates:
    """The gates of the network after step `step`.

    Attributes:
        masks: the active connections of each layer, shape (out, in).
        scores: the gate probabilities of each layer as bytes 0..200, with the same shapes; None
            for a method without them.
        on_image: the masks of all layers whose inputs are the pixels, one below the other, shape
            (units, pixels).
        preview: whether the masks are the scores above `tau`.
        tau: the threshold in effect.
    """

    masks: list[npt.NDArray[np.bool_]]
    scores: list[npt.NDArray[np.uint8]] | None
    on_image: npt.NDArray[np.bool_]
    preview: bool
    tau: float
    step: int


def last_gates(record: Record) -> RecordedGates | None:
    """The gates of the newest recorded snapshot; None if none can be read."""
    blob = last_blob(record.snapshots(), "gates")
    try:
        return None if blob is None else gates_of(blob)
    except SnapshotError:
        return None


def last_pixels(record: Record, gates: RecordedGates) -> PixelCounts:
    """The active connections of each pixel. Without facts no pixel counts as always blank."""
    shape = DATASETS[record.settings.dataset].image_shape if record.settings else None
    try:
        tensors, _ = arrays(record.facts() or b"")
    except SnapshotError:
        tensors = {}
    return count_pixels(gates.on_image, shape, tensors.get("always_zero"))


def pixel_map(record: Record) -> dict[str, Any] | None:
    """The active connections of each pixel, as cards read them; None without recorded gates.

    height, width: of the image. of: all connections of a pixel. active: by pixel. blank: the pixels
    that are 0 in every training image.
    """
    gates = last_gates(record)
    if gates is None:
        return None
    pixels = last_pixels(record, gates)
    height, width = pixels.active.shape
    return {
        "height": height,
        "width": width,
        "of": pixels.total,
        "active": pixels.active.ravel().tolist(),
        "blank": np.flatnonzero(pixels.blank).tolist(),
    }


def gates_of(blob: bytes) -> RecordedGates:
    """Read a blob that `training.snapshot.pack_gates` made.

    Raises:
        SnapshotError: it is no such blob.
    """
    tensors, figures = arrays(blob)
    try:
        tau, step = share(figures["tau"]), whole(figures["step"])
        if "gates.0" in tensors:
            return _from_earlier_format(tensors, figures, tau, step)
        shapes = [(whole(rows), whole(columns)) for rows, columns in figures["shapes"]]
        masks = [mask_bits.unpacked(tensors[f"masks.{i}"], shape) for i, shape in enumerate(shapes)]
        scores = _layers(tensors, "scores") if "scores.0" in tensors else None
        preview = bool(figures.get("preview"))
        # Earlier versions recorded chains only, and no sources.
        sources = [layer["source"] for layer in figures.get("layers", [{"source": ""}])]
        firsts = [mask for mask, source in zip(masks, sources, strict=False) if source == ""]
        on_image = np.concatenate(firsts)
    except (KeyError, TypeError, ValueError) as problem:
        raise SnapshotError("A recorded snapshot cannot be read: it holds no gates.") from problem
    sizes = shapes if scores is None else [layer.shape for layer in scores]
    if not masks or sizes != shapes:
        raise SnapshotError("A recorded snapshot cannot be read: its layers do not fit together.")
    return RecordedGates(masks, scores, on_image, preview, tau, step)


def _from_earlier_format(
    tensors: dict[str, npt.NDArray[Any]], figures: dict[str, Any], tau: float, step: int
) -> RecordedGates:
    """Earlier versions recorded only bytes, and 200 everywhere for a network without gates."""
    layers = _layers(tensors, "gates")
    if figures.get("gated") is False:
        masks = [layer > 0 for layer in layers]
        return RecordedGates(masks, None, masks[0], False, tau, step)
    masks = [active(layer, tau) for layer in layers]
    return RecordedGates(masks, layers, masks[0], True, tau, step)


def _layers(tensors: dict[str, npt.NDArray[Any]], kind: str) -> list[npt.NDArray[np.uint8]]:
    layers = [tensors[f"{kind}.{i}"] for i in range(len(tensors)) if f"{kind}.{i}" in tensors]
    if any(layer.dtype != np.uint8 or layer.ndim != 2 for layer in layers):
        raise ValueError(f"{kind} must be matrices of bytes.")
    return layers
