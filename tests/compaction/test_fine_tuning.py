"""Training of the weights that are left, on tiny data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from dgviz.compaction.check import accuracy, logits
from dgviz.compaction.fine_tuning import FixedMask, fine_tune
from dgviz.compaction.gated import gated_network
from dgviz.compaction.network import CompactLayer, CompactNetwork
from dgviz.data.split import Splits
from dgviz.settings import Settings

SETTINGS = Settings(hidden=8, batch_size=6, label_smoothing=0.1, weight_decay=1e-4)


def a_layer(out: int, inputs: int, seed: int, kept: float = 0.6) -> CompactLayer:
    numbers = np.random.default_rng(seed)
    weight = numbers.normal(size=(out, inputs)) * (numbers.random((out, inputs)) < kept)
    return CompactLayer(weight.astype(np.float32), np.zeros(out, np.float32))


NETWORK = CompactNetwork(np.arange(6), 6, (a_layer(8, 6, seed=1), a_layer(3, 8, seed=2)))


def test_open_weights_are_trained_and_closed_ones_stay_closed(tiny: Splits) -> None:
    reported: list[float] = []
    tuned = gated_network(fine_tune(NETWORK, SETTINGS, tiny, 20, report=reported.append).layers())
    for before, after in zip(NETWORK.layers, tuned.layers, strict=True):
        assert np.array_equal(before.weight != 0, after.weight != 0)
        assert (before.weight != after.weight).sum() == before.connections
    images, labels = tiny.train_images.numpy(), tiny.train_labels.numpy()
    before, after = (accuracy(logits(one, images, np.float32), labels) for one in (NETWORK, tuned))
    assert after > before
    assert reported == sorted(reported) and reported[0] == 0 and reported[-1] == 1


def test_it_begins_with_exactly_the_network(tiny: Splits) -> None:
    method = FixedMask(SETTINGS, NETWORK)
    for view, layer in zip(method.layers(), NETWORK.layers, strict=True):
        assert np.array_equal(view.weight.numpy(), layer.weight)
        assert np.array_equal(view.mask.numpy(), layer.weight != 0)
        assert np.array_equal(view.bias.numpy(), layer.bias)


def test_it_is_repeated_bit_for_bit_and_leaves_the_process_as_it_was(tiny: Splits) -> None:
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    first = fine_tune(NETWORK, SETTINGS, tiny, 1).layers()
    # Only what the docstring names counts: not the method, nor the schedule of the run, nor a
    # teacher without answers.
    other = SETTINGS.with_changes(
        method="magnitude", learning_rate=0.5, beta_schedule="ramp", distillation=0.9
    )
    torch.rand(3)
    second = fine_tune(NETWORK, other, tiny, 1).layers()
    for one, again in zip(first, second, strict=True):
        assert torch.equal(one.weight, again.weight) and torch.equal(one.bias, again.bias)
    assert torch.get_num_threads() == threads
    torch.random.set_rng_state(state)


def test_answers_of_a_teacher_change_what_is_learned(tiny: Splits) -> None:
    answers = torch.full((60, 3), 1 / 3)
    first, again, alone, other = (
        gated_network(fine_tune(NETWORK, settings, tiny, 1, given).layers()).layers[0].weight
        for settings, given in (
            (SETTINGS.with_changes(distillation=0.9), answers),
            (SETTINGS.with_changes(distillation=0.9, device="cuda"), answers),
            (SETTINGS, None),
            (SETTINGS.with_changes(distillation=0.5), answers),
        )
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, alone) and not np.array_equal(first, other)


def test_what_cannot_be_trained_is_said(tiny: Splits) -> None:
    closed = replace(
        NETWORK, layers=tuple(a_layer(*layer.weight.shape, 1, 0) for layer in NETWORK.layers)
    )
    with pytest.raises(ValueError, match="No connection is active, so there is nothing to fine"):
        fine_tune(closed, SETTINGS, tiny, 1)
    first, last = NETWORK.layers
    huge = replace(
        NETWORK, layers=(CompactLayer(first.weight * np.float32(1e38), first.bias), last)
    )
    with pytest.raises(ValueError, match="The loss stopped being a finite number while it was"):
        fine_tune(huge, SETTINGS, tiny, 1)


def test_one_unit_is_enough(tiny: Splits) -> None:
    one = CompactNetwork(np.arange(6), 6, (a_layer(1, 6, 3, 1), a_layer(3, 1, 4, 1)))
    assert gated_network(fine_tune(one, SETTINGS, tiny, 1).layers()).widths == (6, 1, 3)
