"""Dynamic weights against the equations of Chen et al. 2020, in plain loops."""

from __future__ import annotations

from typing import Any

import plain
import pytest
import torch
from test_conformance import short

from dgviz.data.split import Splits
from dgviz.methods.dynamicweights import DynamicWeights
from dgviz.methods.method import build
from dgviz.settings import Settings
from dgviz.training.loop import train

KERNELS = 4


def built(sizes: tuple[int, int, int] = (6, 8, 3), **knobs: Any) -> DynamicWeights:
    method = build(Settings(method="dynamicweights", own=tuple(knobs.items())), sizes)
    assert isinstance(method, DynamicWeights)
    return method


@pytest.mark.parametrize("temperature", [30.0, 1.0])
def test_each_image_has_a_weight_matrix_of_its_own(temperature: float) -> None:
    method = built()
    plain.shuffled(method)
    method.model.temperature.fill_(temperature)
    squeeze, scaled, *kernels, output = method.layers()
    images = plain.images(6)
    torch.testing.assert_close(scaled.weight * temperature, method.model.excite.weight.detach())
    for image, logits, shares in zip(
        images.tolist(), method.model(images), method.routing(images), strict=True
    ):
        attention = plain.softmax(plain.apply(scaled, plain.relu(plain.apply(squeeze, image))))
        assert shares.tolist() == pytest.approx(attention, rel=1e-4, abs=1e-7)
        bias = plain.weighted(attention, [kernel.bias.tolist() for kernel in kernels])
        rows = zip(*(kernel.weight.tolist() for kernel in kernels), strict=True)
        weight = [plain.weighted(attention, row) for row in rows]
        sums = [sum(w * x for w, x in zip(row, image, strict=True)) for row in weight]
        hidden = plain.relu([total + b for total, b in zip(sums, bias, strict=True)])
        assert logits.tolist() == pytest.approx(plain.apply(output, hidden), rel=1e-4, abs=1e-5)


def test_the_temperature_falls_from_30_to_1_and_stays_there() -> None:
    method = built(**{"dynamicweights.annealed": 0.2})
    found = [method.temperature(part) for part in (0, 0.05, 0.1, 0.15, 0.2, 0.6, 1)]
    assert found == pytest.approx([30, 22.75, 15.5, 8.25, 1, 1, 1])
    never = built(**{"dynamicweights.annealed": 0.0})
    assert [never.temperature(part) for part in (0, 0.5, 1)] == [1, 1, 1]


def test_each_step_has_the_temperature_of_its_place_in_training(tiny: Splits) -> None:
    """27 steps, of which the first half anneals; an evaluation has that of the step before."""
    for snapshot in train(short("dynamicweights", **{"dynamicweights.annealed": 0.5}), tiny):
        assert isinstance(snapshot.method, DynamicWeights)
        progress = max(0, snapshot.step - 1) / 27
        expected = 30 - 29 * min(1, progress / 0.5)
        assert float(snapshot.method.model.temperature) == pytest.approx(expected)


def test_attention_mixing_and_the_mixed_layer_are_counted() -> None:
    sizes = pixels, hidden, classes = 784, 256, 10
    method = built(sizes)
    kernel = pixels * hidden // KERNELS
    attention = pixels * 16 + 16 * KERNELS
    expected = attention + KERNELS * kernel + kernel + hidden // KERNELS * classes
    assert method.cost(plain.images(2, pixels)).tolist() == [expected] * 2
    assert expected > pixels * hidden + hidden * classes
