"""The gates of a snapshot are read in both formats, and other blobs are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from synthetic_run import SETTINGS, blob, earlier_snapshot, gates, snapshot

from dgviz.runs.recorded_gates import gates_of
from dgviz.runs.snapshots import SnapshotError
from dgviz.training.mask_bits import packed


@pytest.mark.parametrize("tau", [0.5, 0.72])
def test_both_formats_of_a_snapshot_have_the_same_gates(tau: float) -> None:
    settings = SETTINGS.with_changes(tau=tau)
    now, before = gates_of(snapshot(settings, 7)), gates_of(earlier_snapshot(settings, 7))
    assert (now.tau, now.step, now.preview) == (before.tau, before.step, before.preview)
    assert (now.tau, now.step, now.preview) == (tau, 7, True)
    for found, other, layer in zip(now.masks, before.masks, gates(settings), strict=True):
        assert np.array_equal(found, layer > round(200 * tau))
        assert np.array_equal(other, found)
    assert now.scores is not None and before.scores is not None
    for score, other, layer in zip(now.scores, before.scores, gates(settings), strict=True):
        assert np.array_equal(score, layer) and np.array_equal(other, layer)


def test_all_connections_of_a_dense_run_in_the_earlier_format_are_active() -> None:
    ones = [np.full(layer.shape, 200, np.uint8) for layer in gates()]
    tensors = {f"gates.{i}": layer for i, layer in enumerate(ones)}
    # The threshold has no effect on a network without gates.
    read = gates_of(blob(tensors, {"tau": 1.0, "step": 3, "gated": False}))
    assert read.scores is None and not read.preview
    assert all(mask.all() for mask in read.masks)


MASK = np.array([[True, False, True]])
FIGURES = {"tau": 0.5, "step": 3, "shapes": [[1, 3]]}


def test_a_method_may_have_masks_and_no_scores() -> None:
    read = gates_of(blob({"masks.0": packed(MASK)}, FIGURES))
    assert read.scores is None and not read.preview
    assert np.array_equal(read.masks[0], MASK)


def test_the_mask_may_differ_from_the_scores_above_tau() -> None:
    tensors = {"masks.0": packed(MASK), "scores.0": np.array([[0, 200, 0]], np.uint8)}
    read = gates_of(blob(tensors, {**FIGURES, "preview": False}))
    assert not read.preview
    assert np.array_equal(read.masks[0], MASK)


def test_all_layers_on_the_image_count_for_its_pixels() -> None:
    shapes = [[1, 3], [1, 3], [2, 1], [2, 1]]
    sources = {"a": "", "b": "", "c": "a", "d": "b"}
    layers = [{"name": name, "source": source} for name, source in sources.items()]
    masks = {f"masks.{i}": packed(np.ones(shape, bool)) for i, shape in enumerate(shapes)}
    masks["masks.1"] = packed(MASK)
    read = gates_of(blob(masks, {**FIGURES, "shapes": shapes, "layers": layers}))
    assert read.on_image.tolist() == [[True, True, True], [True, False, True]]
    chain = gates_of(blob({"masks.0": packed(MASK)}, FIGURES))
    assert np.array_equal(chain.on_image, MASK)


@pytest.mark.parametrize(
    ("tensors", "changes"),
    [
        ({}, {}),
        ({}, {"shapes": []}),
        ({"masks.0": packed(MASK)}, {"shapes": [[3, 3]]}),
        ({"masks.0": packed(MASK)}, {"shapes": [[1, 3], [1, 1]]}),
        ({"masks.0": packed(MASK)}, {"shapes": [[-1, -3]]}),
        ({"masks.0": packed(MASK)}, {"shapes": "1 x 3"}),
        ({"masks.0": packed(MASK)}, {"tau": 2.0}),
        ({"masks.0": packed(MASK)}, {"step": None}),
        ({"masks.0": packed(MASK), "scores.0": np.zeros((3, 1), np.uint8)}, {}),
        ({"masks.0": packed(MASK), "scores.0": np.zeros(3, np.uint8)}, {}),
        ({"gates.0": np.zeros((1, 3), np.int8)}, {}),
        ({"masks.0": packed(MASK)}, {"layers": [{"name": "a", "source": "b"}]}),
        ({"masks.0": packed(MASK)}, {"layers": ["a"]}),
    ],
)
def test_a_blob_without_gates_is_refused(tensors: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(SnapshotError):
        gates_of(blob(tensors, {**FIGURES, **changes}))
