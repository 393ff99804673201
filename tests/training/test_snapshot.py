"""Packed snapshots: what is in them, that they unpack, and that bytes threshold as gates do."""

import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dgviz.data.split import Splits
from dgviz.gates.measures import always_zero_pixels
from dgviz.settings import Settings
from dgviz.training.blob import unpack
from dgviz.training.gate_state import gate_bytes
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot, pack_facts, pack_gates, pack_weights

GRID = [k / 200 for k in range(201)]


def after(steps: int, data: Splits, **changes: Any) -> Snapshot:
    settings = Settings(
        **{"hidden": 5, "batch_size": 16, "learning_rate": 0.1, "device": "cpu", **changes}
    )
    return next(s for s in train(settings, data) if s.step == steps)


def near_the_grid() -> torch.Tensor:
    """Every step of the slider as float32, half-way between two, and four neighbours each side."""
    points = torch.tensor([k / 400 for k in range(401)])
    found = [points]
    for direction in (-math.inf, math.inf):
        beside = points
        for _ in range(4):
            beside = torch.nextafter(beside, torch.tensor(direction))
            found.append(beside)
    return torch.cat(found).clamp(0, 1)


def assert_bytes_threshold_as_the_mask_does(probs: torch.Tensor) -> None:
    found = gate_bytes(probs)
    assert found.dtype == torch.uint8 and found.shape == probs.shape
    for k, tau in enumerate(GRID):
        assert torch.equal(found > k, probs > tau), tau


def test_a_byte_beside_any_step_of_the_slider_falls_on_the_masks_side() -> None:
    assert_bytes_threshold_as_the_mask_does(near_the_grid())


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=50))
def test_a_byte_exceeds_k_exactly_when_the_gate_is_kept_at_k_steps(probs: list[float]) -> None:
    assert_bytes_threshold_as_the_mask_does(torch.tensor(probs, dtype=torch.float32))


def test_the_ends_of_the_scale() -> None:
    assert gate_bytes(torch.tensor([0.0, 1e-30, 0.0025, 0.5, 1.0])).tolist() == [0, 1, 1, 100, 200]


@pytest.mark.parametrize("tau", [0.2, 0.5, 0.535, 0.575, 0.75])
def test_a_picture_shows_the_masks_of_the_trainer(tau: float, tiny: Splits) -> None:
    snapshot = after(6, tiny, tau=tau, initial_logit=math.log(tau / (1 - tau)), beta=0.0)
    tensors, metadata = unpack(pack_gates(snapshot, {}))
    k = round(200 * metadata["tau"])
    masks = snapshot.gates.masks
    assert 0 < sum(int(mask.sum()) for mask in masks) < sum(mask.numel() for mask in masks)
    for i, mask in enumerate(masks):
        assert torch.equal(tensors[f"gates.{i}"] > k, mask)


def test_the_gates_come_with_their_figures(tiny: Splits) -> None:
    snapshot = after(3, tiny, tau=0.4, beta=2.0)
    tensors, metadata = unpack(pack_gates(snapshot, {"frame": 9, "train_loss": math.nan}))
    assert {name: tuple(t.shape) for name, t in tensors.items()} == {
        "gates.0": (5, 6),
        "gates.1": (3, 5),
    }
    assert metadata == {
        "channel": "gates",
        "step": 3,
        "epoch": 0.75,
        "tau": 0.4,
        "tau_knob": 0.4,
        "beta": 2.0,
        "gated": True,
        "total_weights": 45,
        "dense_macs": 45,
        "dense_parameters": 53,
        "active_weights": 45,
        "active_ratio": 1.0,
        "macs": 45,
        "parameters": 53,
        "dead_hidden_units": 0,
        "test_accuracy": snapshot.evaluation.test_accuracy,
        "validation_accuracy": snapshot.evaluation.validation_accuracy,
        "frame": 9,
        "train_loss": None,
    }


def test_a_dense_network_has_every_gate_wide_open(tiny: Splits) -> None:
    tensors, metadata = unpack(pack_gates(after(1, tiny, method="dense"), {}))
    assert metadata["gated"] is False and metadata["active_ratio"] == 1.0
    assert all(bool((tensor == 200).all()) for tensor in tensors.values())


def test_weights_travel_as_halves(tiny: Splits) -> None:
    snapshot = after(2, tiny)
    tensors, metadata = unpack(pack_weights(snapshot))
    assert metadata == {"channel": "weights", "step": 2}
    for i, weight in enumerate(layer.weight for layer in snapshot.gates.layers):
        assert tensors[f"weights.{i}"].dtype == torch.float16
        assert torch.equal(tensors[f"weights.{i}"], weight.detach().half())
    for i, bias in enumerate(layer.bias for layer in snapshot.gates.layers):
        assert torch.equal(tensors[f"biases.{i}"], bias.detach())


def test_facts_tell_where_the_data_are_silent() -> None:
    images = torch.tensor([[0, 255, 10, 0], [0, 255, 20, 1]], dtype=torch.uint8)
    means = torch.arange(8, dtype=torch.uint8).view(2, 4)
    blob = pack_facts(always_zero_pixels(images), means, (1, 2, 2), ("a", "b"))
    tensors, metadata = unpack(blob)
    assert tensors["always_zero"].tolist() == [1, 0, 0, 0]
    assert tensors["class_means"].equal(means)
    assert metadata == {"channel": "facts", "image_shape": [1, 2, 2], "classes": ["a", "b"]}


def test_under_a_schedule_a_picture_carries_the_threshold_in_effect(tiny: Splits) -> None:
    snapshot = after(3, tiny, tau=0.4, tau_schedule="warmup", warmup=1.0)
    _, metadata = unpack(pack_gates(snapshot, {}))
    assert metadata["tau_knob"] == 0.4
    assert 0 < metadata["tau"] < 0.4
    assert snapshot.method.model.tau == metadata["tau"]
