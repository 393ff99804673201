"""A network as ONNX files in float32 and in 8-bit integers."""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from dgviz.compaction.executors.executor import Images
from dgviz.compaction.exports import onnx_model
from dgviz.compaction.network import CompactNetwork

FLOAT = "compact-onnx"


class _Batch(CalibrationDataReader):
    """Gives the images in one batch, once."""

    def __init__(self, images: Images) -> None:
        self._batches = iter([{"images": images}])

    def get_next(self) -> dict[str, Images] | None:
        return next(self._batches, None)


def graphs(network: CompactNetwork, images: Images) -> dict[str, bytes]:
    """The graph in float32 (`FLOAT`), and in integers, "int8, dynamic" and "int8, static".

    Weights have one scale a layer, or one a unit where the scales of activations are static.

    Args:
        images: float32 (n, inputs) in [0, 1], for the scales of static activations.
    """
    # It advises a preparation that changes nothing in a graph of this kind.
    logging.disable(logging.WARNING)
    plain = onnx_model.write(network, {})[onnx_model.FILE]
    with TemporaryDirectory() as place:
        source, target = Path(place) / "float.onnx", Path(place) / "int8.onnx"
        source.write_bytes(plain)
        quantize_dynamic(source, target)
        dynamic = target.read_bytes()
        quantize_static(
            source,
            target,
            _Batch(images),
            quant_format=QuantFormat.QOperator,
            per_channel=True,
            # Unsigned: signed ones are several times slower on x86.
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        static = target.read_bytes()
    logging.disable(logging.NOTSET)
    return {FLOAT: plain, "int8, dynamic": dynamic, "int8, static": static}
