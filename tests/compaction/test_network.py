"""A compact network: its logits, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dgviz.compaction.gated import gated_network
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.methods.method import LayerView


def layer(*rows: list[float], bias: list[float] | None = None) -> CompactLayer:
    weight = np.array(rows, np.float32)
    return CompactLayer(weight, np.array(bias or [0] * len(rows), np.float32))


def test_logits_worked_by_hand() -> None:
    network = CompactNetwork(
        np.array([1, 2]), 4, (layer([1, -1], [2, 0], bias=[0, 1]), layer([3, 1], bias=[0.5]))
    )
    images = np.array([[9, 1, 0.5, 9], [9, 0, 1, 9]], np.float32)
    # The units are 0.5 and 3, and -1 (which ReLU makes 0) and 1.
    assert network.logits(images).tolist() == [[5.0], [1.5]]
    assert network.logits(images).dtype == np.float32
    assert network.logits(images.astype(np.float64)).dtype == np.float64
    assert (network.widths, network.connections) == ((2, 2, 1), 5)


def test_a_network_without_pixels_or_units_gives_its_biases() -> None:
    nothing = CompactLayer(np.empty((0, 0), np.float32), np.empty(0, np.float32))
    classes = CompactLayer(np.empty((2, 0), np.float32), np.array([1, -1], np.float32))
    network = CompactNetwork(np.empty(0, np.int64), 3, (nothing, classes))
    assert network.logits(np.ones((2, 3), np.float32)).tolist() == [[1, -1], [1, -1]]
    assert network.widths == (0, 0, 2)


@pytest.mark.parametrize(
    ("pixels", "first", "message"),
    [
        ([1, 0], 2, "must ascend"),
        ([0, 0], 2, "must ascend"),
        ([0, 4], 2, "0..3"),
        ([-1, 0], 2, "0..3"),
        ([0, 1], 3, "A layer with 3 inputs cannot follow 2"),
    ],
)
def test_pixels_and_layers_must_fit(pixels: list[int], first: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CompactNetwork(np.array(pixels), 4, (layer([1.0] * first),))


def test_a_layer_must_be_float32_finite_and_of_one_size() -> None:
    with pytest.raises(ValueError, match="float32"):
        CompactLayer(np.ones((1, 1)), np.ones(1, np.float32))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not finite"):
        layer([np.nan])
    with pytest.raises(ValueError, match="shape"):
        layer([1.0], bias=[1, 2])


@pytest.mark.parametrize(
    "images", [np.ones((1, 5)), np.ones(4), np.ones((1, 4), np.uint8)], ids=["5", "1-dim", "uint8"]
)
def test_images_must_be_floats_with_all_inputs(images: np.ndarray) -> None:
    network = CompactNetwork(np.array([0]), 4, (layer([1.0]),))
    with pytest.raises(ValueError, match=r"floats of shape \(n, 4\)"):
        network.logits(images)


def test_a_gated_network_is_that_of_torch() -> None:
    weights, biases = (torch.randn(3, 4), torch.randn(2, 3)), (torch.randn(3), torch.randn(2))
    masks = [torch.rand(weight.shape) < 0.5 for weight in weights]
    chain = [
        LayerView("0", weights[0], biases[0], masks[0], None, ""),
        LayerView("1", weights[1], biases[1], masks[1], None, "0"),
    ]
    images = torch.rand(5, 4)
    hidden = torch.relu(images @ (weights[0] * masks[0]).T + biases[0])
    expected = hidden @ (weights[1] * masks[1]).T + biases[1]
    network = gated_network(chain)
    assert np.allclose(network.logits(images.numpy()), expected.numpy(), rtol=0, atol=1e-6)
    assert network.connections == sum(int(mask.sum()) for mask in masks)
    with pytest.raises(ValueError, match="units of the layer before it"):
        gated_network([chain[0], chain[1]._replace(source="")])
