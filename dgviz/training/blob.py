"""Tensors and JSON as one safetensors blob, which any safetensors reader opens.

The JSON is stored under the metadata key `dgviz`. Only `unpack` imports torch: the server process,
which checks headers, never does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError
from safetensors.numpy import save

if TYPE_CHECKING:
    from torch import Tensor

LARGEST_HEADER = 64 * 2**10
"""Bytes; dgviz writes about two thousand. Parsing takes twenty times a header's memory."""


def pack(tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]) -> bytes:
    """Pack tensors and JSON metadata into a blob; numbers that are not finite become null."""
    # As NumPy arrays: for PyTorch tensors safetensors searches for shared memory, which takes
    # longer than all the rest.
    arrays = {name: tensor.cpu().contiguous().numpy() for name, tensor in tensors.items()}
    return save(arrays, {"dgviz": json.dumps(finite(metadata))})


def unpack(blob: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Unpack the tensors and the JSON metadata of a blob.

    Raises:
        safetensors.SafetensorError: the blob is truncated or not a safetensors file.
    """
    from safetensors.torch import load

    header = header_of(blob)
    tensors = load(blob)
    return tensors, json.loads(json.loads(header)["__metadata__"]["dgviz"])


def header_of(blob: bytes) -> bytes:
    """The JSON header of a blob, as unparsed bytes.

    Raises:
        safetensors.SafetensorError: it is larger than `LARGEST_HEADER`.
    """
    length = int.from_bytes(blob[:8], "little")
    if length > LARGEST_HEADER:
        raise SafetensorError(f"its header takes {length:,} bytes")
    return blob[8 : 8 + length]


def finite(value: Any) -> Any:
    """Replace every number in `value` that is not finite by None, at any depth."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
