"""Random networks, and everything computed from their gates and weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from dgviz.charts.gate_map import most_active_first
from dgviz.charts.histogram import binned
from dgviz.compaction.gated import gated_network
from dgviz.compaction.pruning import prune
from dgviz.compaction.sizes import size
from dgviz.gates.measures import measure
from dgviz.gates.mlp import DynamicGateMLP
from dgviz.methods.method import LayerView
from dgviz.pixel_counts import count_pixels
from dgviz.runs.faithfulness.deletion import Network, by_path_weight
from dgviz.training.gate_state import score_bytes
from dgviz.training.mask_bits import packed

_SHAPES = [((1, 4, 4), 7, 4), ((3, 2, 3), 5, 3), ((1, 5, 5), 9, 10)]
"""The shape of the images, the number of hidden units and the number of classes."""
_TAUS = (0.0, 0.25, 0.5, 0.503, 0.545, 0.61803, 0.7, 0.9, 1.0)
"""Most are multiples of 1/200; the bytes of probabilities cannot represent other thresholds."""
_IMAGES = 3


def draw() -> dict[str, Any]:
    random = np.random.default_rng(3)
    return {
        "networks": [_network(random, *shape) for shape in _SHAPES],
        "experts": _experts(random),
    }


def _experts(random: np.random.Generator) -> dict[str, Any]:
    """A network of two experts and a router, a third of whose connections are active."""
    shape, units, classes = (1, 3, 4), 5, 4
    inputs = int(np.prod(shape))
    layers = {
        "expert 1": ("", units, inputs),
        "expert 1 output": ("expert 1", classes, units),
        "expert 2": ("", units, inputs),
        "expert 2 output": ("expert 2", classes, units),
        "router": ("", 2, inputs),
    }
    views = []
    for name, (source, rows, cols) in layers.items():
        mask = torch.from_numpy(random.random((rows, cols)) < 1 / 3)
        views.append(
            LayerView(name, torch.zeros(rows, cols), torch.zeros(rows), mask, None, source)
        )
    counts = measure(views)
    first = np.concatenate([view.mask.numpy() for view in views if not view.source])
    pixels = count_pixels(first, shape, np.zeros(inputs, dtype=np.bool_))
    return {
        "layers": [{"name": view.name, "source": view.source} for view in views],
        "shapes": [list(view.mask.shape) for view in views],
        "mask_bits": [packed(view.mask.numpy()).tolist() for view in views],
        "macs": counts.macs,
        "dense_macs": counts.dense_macs,
        "parameters": counts.parameters,
        "dense_parameters": counts.dense_parameters,
        "dead_hidden_units": counts.dead_hidden_units,
        "hidden_units": 2 * units,
        "active_by_pixel": pixels.active.ravel().tolist(),
        "pixels_in_use": counts.pixels_in_use,
    }


@torch.no_grad()
def _network(
    random: np.random.Generator, shape: tuple[int, int, int], units: int, classes: int
) -> dict[str, Any]:
    """A network and the results at each tau; all arrays are flat in row-major order."""
    inputs = int(np.prod(shape))
    model = DynamicGateMLP((inputs, units, classes), dtype=torch.float64)
    for layer in model.layers:
        for parameter in layer.parameters():
            # Values in half precision, as the browser receives them.
            drawn = random.normal(0, 1.5, tuple(parameter.shape)).astype(np.float16)
            parameter.copy_(torch.from_numpy(drawn.astype(np.float64)))
    always_zero = random.random(inputs) < 0.2
    images = random.integers(0, 256, (_IMAGES, inputs)) * (random.random((_IMAGES, inputs)) < 0.6)
    images[:, always_zero] = 0
    return {
        "shape": shape,
        "sizes": model.sizes,
        "scores": [_flat(score_bytes(probs.float())) for probs in model.gate_probs()],
        "weights": [_flat(layer.weight) for layer in model.layers],
        "biases": [_flat(layer.bias) for layer in model.layers],
        "always_zero": always_zero.astype(int).tolist(),
        "images": images.tolist(),
        "histogram": binned([score_bytes(p.float()).numpy() for p in model.gate_probs()]).tolist(),
        "at": [_at(model, tau, shape, always_zero, images) for tau in _TAUS],
    }


def _at(
    model: DynamicGateMLP,
    tau: float,
    shape: tuple[int, int, int],
    always_zero: np.ndarray[Any, np.dtype[np.bool_]],
    images: np.ndarray[Any, np.dtype[np.int64]],
) -> dict[str, Any]:
    model.tau = tau
    masks = model.hard_masks()
    first, second = (layer.weight * mask for layer, mask in zip(model.layers, masks, strict=True))
    views = [
        LayerView(name, layer.weight, layer.bias, mask, None, source)
        for name, source, layer, mask in zip(
            ("hidden", "output"), ("", "hidden"), model.layers, masks, strict=True
        )
    ]
    counts = measure(views)
    pixels = count_pixels(masks[0].numpy(), shape, always_zero)
    biases = [layer.bias for layer in model.layers]
    net = Network([first, second], biases, masks[0])
    x = torch.from_numpy(images / 255)
    hidden = torch.relu(x @ first.T + biases[0])
    logits = model(x)
    # The number of active connections whose input is not 0, for each image.
    taken = (x != 0).long() @ masks[0].sum(0) + (hidden != 0).long() @ masks[1].sum(0)
    by_class = second @ first
    compact = prune(gated_network([_single(view) for view in views]))
    dense = size(compact, "dense")
    return {
        "tau": tau,
        "masks": [_flat(mask.int()) for mask in masks],
        "mask_bits": [packed(mask.numpy()).tolist() for mask in masks],
        "active_by_layer": [int(mask.sum()) for mask in masks],
        "macs": counts.macs,
        "dense_macs": counts.dense_macs,
        "parameters": counts.parameters,
        "dense_parameters": counts.dense_parameters,
        "dead_hidden_units": counts.dead_hidden_units,
        "compacted": {
            "widths": list(compact.widths),
            "parameters": dense.parameters,
            "bytes": dense.memory,
        },
        "active_by_pixel": pixels.active.ravel().tolist(),
        "always_blank": pixels.blank.ravel().astype(int).tolist(),
        "unused": pixels.unused.ravel().astype(int).tolist(),
        "most_active_first": most_active_first(masks[0].numpy()).tolist(),
        "weight": _flat(first.abs().sum(0)),
        "path_weight": _flat(second.abs().sum(0) @ first.abs()),
        "by_path_weight": by_path_weight(net, torch.from_numpy(always_zero), shape[0]).tolist(),
        "by_class": [_flat(evidence) for evidence in by_class],
        "influence": _flat(first.abs().sum(1) * second.abs().sum(0)),
        "hidden": [_flat(units) for units in hidden],
        "logits": [_flat(answer) for answer in logits],
        "probabilities": [_flat(answer) for answer in logits.softmax(1)],
        "macs_with_ink": _flat(taken),
        "flow": [_flat(second[0] * units) for units in hidden],
    }


def _single(view: LayerView) -> LayerView:
    """The layer in single precision, as a checkpoint has it."""
    return view._replace(weight=view.weight.float(), bias=view.bias.float())


def _flat(values: Tensor) -> list[float]:
    """Values in row-major order, with six decimals, because processors sum in different orders."""
    flat = values.flatten()
    return (flat.double().round(decimals=6) + 0.0 if flat.is_floating_point() else flat).tolist()
