"""Packed snapshots: their content, and that their masks are those of the trainer."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dgviz.data.split import Splits
from dgviz.gates.measures import always_zero_pixels
from dgviz.gates.schedules import SCHEDULES
from dgviz.methods.dynamicgate import DynamicGate
from dgviz.runs.recorded_gates import gates_of
from dgviz.settings import Settings
from dgviz.training.blob import unpack
from dgviz.training.gate_state import GateState, score_bytes
from dgviz.training.loop import train
from dgviz.training.mask_bits import unpacked
from dgviz.training.snapshot import Snapshot, pack_facts, pack_gates, pack_weights

SMALL: dict[str, Any] = {"hidden": 5, "batch_size": 16, "learning_rate": 0.1, "device": "cpu"}
GRID = [k / 200 for k in range(201)]


def after(steps: int, data: Splits, **changes: Any) -> Snapshot:
    return next(s for s in train(Settings(**SMALL, **changes), data) if s.step == steps)


def near_the_grid() -> torch.Tensor:
    """All slider steps and their midpoints as float32, each with four neighbours on both sides."""
    points = torch.tensor([k / 400 for k in range(401)])
    found = [points]
    for direction in (-math.inf, math.inf):
        beside = points
        for _ in range(4):
            beside = torch.nextafter(beside, torch.tensor(direction))
            found.append(beside)
    return torch.cat(found).clamp(0, 1)


def assert_bytes_threshold_as_the_mask_does(probs: torch.Tensor) -> None:
    found = score_bytes(probs)
    assert found.dtype == torch.uint8 and found.shape == probs.shape
    for k, tau in enumerate(GRID):
        assert torch.equal(found > k, probs > tau), tau


def test_score_bytes_near_a_slider_step_agree_with_the_mask() -> None:
    assert_bytes_threshold_as_the_mask_does(near_the_grid())


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=50))
def test_a_byte_exceeds_k_exactly_when_the_gate_is_active_at_k_steps(probs: list[float]) -> None:
    assert_bytes_threshold_as_the_mask_does(torch.tensor(probs, dtype=torch.float32))


def test_score_bytes_at_the_ends_of_the_scale() -> None:
    assert score_bytes(torch.tensor([0.0, 1e-30, 0.0025, 0.5, 1.0])).tolist() == [0, 1, 1, 100, 200]


# Integers, because training flushes denormal floats, which Hypothesis needs to draw floats.
@given(st.integers(0, 10**9), st.integers(0, 2**31))
def test_any_probabilities_at_any_tau_have_the_mask_of_the_trainer(
    billionths: int, seed: int
) -> None:
    """A third of the probabilities equal tau up to rounding."""
    tau = billionths / 10**9
    method = DynamicGate(Settings(hidden=5), (6, 5, 3))
    generator = torch.Generator().manual_seed(seed)
    for layer in method.model.layers:
        probs = torch.rand(layer.gate_logits.shape, generator=generator)
        near = torch.rand(probs.shape, generator=generator) < 1 / 3
        with torch.no_grad():
            layer.gate_logits.copy_(torch.logit(torch.where(near, tau, probs)))
    method.set_tau(tau)
    packed = GateState(method).packed_masks
    for bits, mask in zip(packed, method.model.hard_masks(), strict=True):
        assert np.array_equal(unpacked(bits.numpy(), tuple(mask.shape)), mask.numpy())


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_step_of_a_tau_schedule_has_the_mask_of_the_trainer(
    schedule: str, tiny: Splits
) -> None:
    closed = 0
    moving = {"tau_schedule": schedule, "warmup": 0.6, "freeze_at": 0.7, "tau": 0.503, "epochs": 4}
    for snapshot in train(Settings(**SMALL, initial_logit=0.01, **moving), tiny):
        for blob in (pack_gates(snapshot, {}), pack_gates(snapshot, {}, scores=False)):
            read = gates_of(blob)
            assert (read.tau, read.step) == (snapshot.tau, snapshot.step)
            for found, mask in zip(read.masks, snapshot.method.model.hard_masks(), strict=True):
                assert np.array_equal(found, mask.numpy())
        closed += 45 - snapshot.gates.measures.active_weights
    assert closed


def test_a_gate_between_two_slider_steps_has_the_mask_of_the_trainer(
    tiny: Splits,
) -> None:
    """p = .502 at tau = .503: in bytes of 1/200 they are not different."""
    logit = math.log(0.502 / 0.498)
    snapshot = next(iter(train(Settings(**SMALL, tau=0.503, initial_logit=logit), tiny)))
    read = gates_of(pack_gates(snapshot, {}))
    assert read.scores is not None and int(read.scores[0].min()) > 100
    assert not any(mask.any() for mask in read.masks)


def test_the_gates_come_with_their_figures(tiny: Splits) -> None:
    snapshot = after(3, tiny, tau=0.4, beta=2.0)
    tensors, metadata = unpack(pack_gates(snapshot, {"number": 9, "train_loss": math.nan}))
    assert {name: tuple(t.shape) for name, t in tensors.items()} == {
        "masks.0": (4,),
        "masks.1": (2,),
        "scores.0": (5, 6),
        "scores.1": (3, 5),
    }
    assert metadata == {
        "channel": "gates",
        "step": 3,
        "epoch": 0.75,
        "tau": 0.4,
        "tau_knob": 0.4,
        "beta": 2.0,
        "prunes": True,
        "shapes": [[5, 6], [3, 5]],
        "layers": [{"name": "0", "source": ""}, {"name": "1", "source": "0"}],
        "scores": "gate probability",
        "preview": True,
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
        "number": 9,
        "train_loss": None,
    }


def test_masks_without_scores_come_with_score_counts(tiny: Splits) -> None:
    snapshot = after(3, tiny)
    scores, figures = unpack(pack_gates(snapshot, {}))
    masks, figures_without = unpack(pack_gates(snapshot, {}, scores=False))
    counts = figures_without.pop("score_counts")
    assert figures_without == figures
    assert set(masks) == {"masks.0", "masks.1"}
    all_bytes = [byte for i in range(2) for byte in scores[f"scores.{i}"].flatten().tolist()]
    assert counts == [all_bytes.count(byte) for byte in range(201)]


def test_a_method_without_scores_has_no_score_counts(tiny: Splits) -> None:
    snapshot = next(iter(train(Settings(**SMALL).with_method("magnitude"), tiny)))
    _, figures = unpack(pack_gates(snapshot, {}, scores=False))
    assert "score_counts" not in figures and figures["scores"] == ""


def test_a_dense_network_has_masks_and_no_scores(tiny: Splits) -> None:
    snapshot = after(1, tiny, method="dense")
    assert snapshot.metrics is None or snapshot.metrics.mean_gate_prob is None
    read = gates_of(pack_gates(snapshot, {}))
    assert read.scores is None and not read.preview
    assert all(mask.all() for mask in read.masks)


def test_weights_are_packed_as_float16(tiny: Splits) -> None:
    snapshot = after(2, tiny)
    tensors, metadata = unpack(pack_weights(snapshot))
    assert metadata == {"channel": "weights", "step": 2}
    for i, weight in enumerate(layer.weight for layer in snapshot.gates.layers):
        assert tensors[f"weights.{i}"].dtype == torch.float16
        assert torch.equal(tensors[f"weights.{i}"], weight.detach().half())
    for i, bias in enumerate(layer.bias for layer in snapshot.gates.layers):
        assert torch.equal(tensors[f"biases.{i}"], bias.detach())


def test_facts_have_the_always_blank_pixels_and_the_class_means() -> None:
    images = torch.tensor([[0, 255, 10, 0], [0, 255, 20, 1]], dtype=torch.uint8)
    means = torch.arange(8, dtype=torch.uint8).view(2, 4)
    blob = pack_facts(always_zero_pixels(images), means, (1, 2, 2), ("a", "b"))
    tensors, metadata = unpack(blob)
    assert tensors["always_zero"].tolist() == [1, 0, 0, 0]
    assert tensors["class_means"].equal(means)
    assert metadata == {"channel": "facts", "image_shape": [1, 2, 2], "classes": ["a", "b"]}


def test_under_a_schedule_a_snapshot_has_the_threshold_in_effect(tiny: Splits) -> None:
    snapshot = after(3, tiny, tau=0.4, tau_schedule="warmup", warmup=1.0)
    _, metadata = unpack(pack_gates(snapshot, {}))
    assert metadata["tau_knob"] == 0.4
    assert 0 < metadata["tau"] < 0.4
    assert snapshot.method.model.tau == metadata["tau"]
