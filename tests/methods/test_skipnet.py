"""SkipNet against its equations: its gates, their straight-through gradient, and its cost."""

from __future__ import annotations

from typing import Any

import plain
import pytest
import torch
from test_conformance import CLOCK, IN_EFFECT, short
from torch.nn import functional

from dgviz.data.split import Splits
from dgviz.methods.method import build
from dgviz.methods.skipnet import SkipNet, straight_through, width_of
from dgviz.settings import Settings
from dgviz.training.loop import train

SIZES = (6, 8, 3)


def built(**knobs: Any) -> SkipNet:
    method = build(Settings(method="skipnet", own=tuple(knobs.items())), SIZES)
    assert isinstance(method, SkipNet)
    plain.shuffled(method)
    return method


def test_the_second_layer_is_skipped_where_the_gate_is_closed() -> None:
    method = built()
    hidden, gate, residual, output = method.layers()
    images = plain.images(20)
    always = hidden.weight.numel() + gate.weight.numel() + output.weight.numel()
    ways = set()
    for image, logits, shares, cost in zip(
        images.tolist(),
        method.model(images),
        method.routing(images),
        method.cost(images),
        strict=True,
    ):
        values = plain.relu(plain.apply(hidden, image))
        computed = plain.apply(gate, values)[0] > 0
        ways.add(computed)
        if computed:
            more = plain.relu(plain.apply(residual, values))
            values = [value + extra for value, extra in zip(values, more, strict=True)]
        assert logits.tolist() == pytest.approx(plain.apply(output, values), rel=1e-4, abs=1e-5)
        assert shares.tolist() == [computed, not computed]
        assert int(cost) == always + computed * residual.weight.numel()
    assert ways == {True, False}


def test_a_gate_is_exactly_0_or_1_with_the_gradient_of_its_probability() -> None:
    logits = torch.linspace(-20, 20, 1001, requires_grad=True)
    probs = logits.sigmoid()
    gates = straight_through(probs)
    assert gates.tolist() == [float(logit > 0) for logit in logits.tolist()]
    gates.sum().backward()
    assert logits.grad is not None
    assert torch.allclose(logits.grad, (probs * (1 - probs)).detach())


def test_the_gradient_is_the_straight_through_estimator() -> None:
    """As if the gates were inputs, and their gradient then went through σ alone."""
    method = built(**{"skipnet.cost": 0.3})
    model, images, labels = method.model.double(), plain.images(9).double(), torch.arange(9) % 3
    hidden = model.hidden(images).relu()
    probs = model.gate(hidden)[:, 0].sigmoid()
    gates = (probs > 0.5).double().requires_grad_()
    logits = model.output(hidden + gates[:, None] * model.residual(hidden).relu())
    loss = functional.cross_entropy(logits, labels, label_smoothing=0.1)
    (by_gate,) = torch.autograd.grad(loss + 0.3 * gates.mean(), gates, retain_graph=True)
    through = (by_gate * probs).sum()
    expected = torch.autograd.grad(loss + 0.3 * gates.mean() + through, [*model.parameters()])
    method.gradients(images, labels, IN_EFFECT, CLOCK)
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        assert parameter.grad is not None and torch.allclose(parameter.grad, gradient)


def test_a_high_cost_skips_every_image_and_none_skips_few(tiny: Splits) -> None:
    computed = {}
    for cost in (0.0, 1.0):
        settings = short("skipnet", epochs=12, hidden=8, **{"skipnet.cost": cost})
        routing = list(train(settings, tiny))[-1].evaluation.routing
        assert routing is not None
        computed[cost] = sum(row[0] for row in routing.by_class) / 3
    assert computed[1.0] == 0 < computed[0.0]


def test_it_has_at_most_as_many_weights_as_a_dense_network() -> None:
    for pixels, hidden, classes in ((784, 256, 10), (784, 32, 10), (6, 8, 3), (3072, 2048, 10)):
        dense = (pixels + classes) * hidden
        width = width_of(pixels, hidden, classes)
        ours = [(pixels + classes) * w + w * w for w in (width, width + 1)]
        assert ours[0] <= dense < ours[1]
    assert width_of(784, 256, 10) == 203
