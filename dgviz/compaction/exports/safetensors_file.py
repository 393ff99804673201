"""A network as a safetensors file: its pixels, weights and biases, and the model card as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from dgviz.compaction.exports.writer import Files, Images, scaled
from dgviz.compaction.network import CompactLayer, CompactNetwork, Floats

FILE = "network.safetensors"


def write(network: CompactNetwork, facts: Mapping[str, Any]) -> Files:
    """The metadata has the facts as JSON under the key `dgviz`, and what each tensor is."""
    about = {**facts, "inputs": network.inputs, "tensors": _meanings(network)}
    metadata = {"dgviz": json.dumps(about, allow_nan=False, ensure_ascii=False)}
    return {FILE: save(arrays(network), metadata)}


def arrays(network: CompactNetwork) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a network by the names that they have in files."""
    named: dict[str, npt.NDArray[Any]] = {"pixels": network.pixels}
    for i, layer in enumerate(network.layers):
        named[f"layers.{i}.weight"] = layer.weight
        named[f"layers.{i}.bias"] = layer.bias
    return {name: np.ascontiguousarray(array) for name, array in named.items()}


def _meanings(network: CompactNetwork) -> dict[str, str]:
    meanings = {"pixels": f"which of the {network.inputs} inputs the network reads, from 0"}
    for i, (before, after) in enumerate(zip(network.widths, network.widths[1:], strict=False)):
        meanings[f"layers.{i}.weight"] = f"W of layer {i}, ({after}, {before}): W x + b"
        meanings[f"layers.{i}.bias"] = f"b of layer {i}, ({after},); ReLU follows, but on the last"
    return meanings


def logits(files: Files, images: Images) -> Floats:
    tensors = load(files[FILE])
    layers = tuple(
        CompactLayer(tensors[f"layers.{i}.weight"], tensors[f"layers.{i}.bias"])
        for i in range(len(tensors) // 2)
    )
    return CompactNetwork(tensors["pixels"], images.shape[1], layers).logits(scaled(images))
