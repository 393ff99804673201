"""A network as a Python module that needs only NumPy, with its weights in an npz file beside it.

The module is `numpy_network.py`, as it stands here. It computes with dense matrices: NumPy
alone has no sparse product, and sums over a sparse layout in it are slow. The file is compressed,
so that zeros take little room.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from dgviz.compaction.exports import numpy_network
from dgviz.compaction.exports.safetensors_file import arrays
from dgviz.compaction.exports.writer import Files, Images
from dgviz.compaction.network import CompactNetwork, Floats

MODULE, ARRAYS = "network.py", "network.npz"


def write(network: CompactNetwork, facts: Mapping[str, Any]) -> Files:
    content = io.BytesIO()
    inputs = np.array(network.inputs)
    np.savez_compressed(content, allow_pickle=False, inputs=inputs, **arrays(network))
    return {
        MODULE: Path(numpy_network.__file__).read_bytes(),
        ARRAYS: content.getvalue(),
    }


def logits(files: Files, images: Images) -> Floats:
    with TemporaryDirectory() as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content)
        spec = spec_from_file_location("network", Path(place) / MODULE)
        assert spec and spec.loader
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        found: Floats = module.logits(images)
        return found
