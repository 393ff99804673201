"""A network as a program of torch.export, which PyTorch runs without dgviz. Imports torch."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dgviz.compaction.exports.writer import Files, Images, scaled
from dgviz.compaction.network import CompactNetwork, Floats
from dgviz.compaction.pruning import prune
from dgviz.methods.method import with_relus

FILE = "network.pt2"


def write(network: CompactNetwork, facts: Mapping[str, Any]) -> Files:
    """The program takes float32 (n, inputs) in [0, 1] for any n, and gives the logits."""
    pruned = prune(network)
    module = _Chain(pruned) if len(pruned.pixels) else _Constant(pruned)
    example = torch.zeros(2, network.inputs)
    any_number = ({0: torch.export.Dim("n")},)
    with torch.no_grad():
        program = torch.export.export(module, (example,), dynamic_shapes=any_number)
    file = io.BytesIO()
    about = json.dumps(facts, allow_nan=False, ensure_ascii=False)
    torch.export.save(program, file, extra_files={"dgviz.json": about})
    return {FILE: file.getvalue()}


def logits(files: Files, images: Images) -> Floats:
    module = torch.export.load(io.BytesIO(files[FILE])).module()
    with torch.no_grad():
        found: Floats = module(torch.from_numpy(scaled(images))).numpy()
    return found


class _Chain(nn.Module):
    """A network that reads pixels."""

    pixels: Tensor

    def __init__(self, network: CompactNetwork) -> None:
        super().__init__()
        self.register_buffer("pixels", torch.from_numpy(network.pixels))
        linears = []
        for before, layer in zip(network.widths, network.layers, strict=False):
            linear = nn.Linear(before, len(layer.bias), device="meta")
            linear.weight, linear.bias = _constant(layer.weight), _constant(layer.bias)
            linears.append(linear)
        self.layers = with_relus(linears)

    def forward(self, images: Tensor) -> Tensor:
        found: Tensor = self.layers(images[:, self.pixels])
        return found


class _Constant(nn.Module):
    """A network that reads none. torch.export cannot save a weight without numbers."""

    def __init__(self, network: CompactNetwork) -> None:
        super().__init__()
        self.bias = _constant(network.layers[-1].bias)

    def forward(self, images: Tensor) -> Tensor:
        return self.bias.expand(images.shape[0], -1)


def _constant(array: np.ndarray) -> nn.Parameter:
    # A copy, because the arrays of a network may be read-only.
    return nn.Parameter(torch.tensor(array), requires_grad=False)
