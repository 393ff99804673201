"""Layers with gates against the paper's formulas, written out in another way in float64."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

import dgviz
from dgviz.modules.gated_class import gates_of, raw
from dgviz.modules.kinds import Word

WORDS: list[Word] = ["weight", "output", "input", "weight-output", "weight-input-output"]


def gated(layer: Any, word: Word, tau: float, seed: int = 0) -> Any:
    """The layer in float64 with gates on both sides of the threshold."""
    torch.manual_seed(seed)
    dgviz.gate(layer.double(), gates=word, tau=tau)
    for logits in dgviz.split_parameters(layer)[1]:
        nn.init.normal_(logits)
    return layer


def estimator(logits: Tensor, tau: float) -> Tensor:
    """G_hard + G_prob - G_prob.detach(), with the sigmoid written out."""
    prob = 1 / (1 + torch.exp(-logits))
    return torch.where(prob > tau, 1.0, 0.0) + prob - prob.detach()


def oracle_linear(layer: nn.Linear, x: Tensor, parts: dict[str, Tensor], tau: float) -> Tensor:
    """Gates where the paper's network has them: on the inputs, the weights and the outputs."""
    if "input" in parts:
        x = x * estimator(parts["input"], tau)
    weight = parts["W"]
    if "weight" in parts:
        weight = weight * estimator(parts["weight"], tau)
    out = torch.einsum("bi,oi->bo", x, weight)
    out = out + parts["b"] if "b" in parts else out
    return out * estimator(parts["output"], tau) if "output" in parts else out


def oracle_conv(layer: nn.Conv2d, x: Tensor, parts: dict[str, Tensor], tau: float) -> Tensor:
    """A convolution as sums over patches, group by group."""
    if "input" in parts:
        x = x * estimator(parts["input"], tau).view(-1, 1, 1)
    weight = parts["W"]
    if "weight" in parts:
        weight = weight * estimator(parts["weight"], tau)
    (ph, pw), (sh, sw), (kh, kw) = layer.padding, layer.stride, layer.kernel_size  # type: ignore
    padded = x.new_zeros(*x.shape[:2], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw)
    padded[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]] = x
    patches = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    reads = layer.in_channels // layer.groups
    makes = layer.out_channels // layer.groups
    out = torch.cat(
        [
            torch.einsum(
                "bchwij,ocij->bohw",
                patches[:, group * reads : (group + 1) * reads],
                weight[group * makes : (group + 1) * makes],
            )
            for group in range(layer.groups)
        ],
        1,
    )
    out = out + parts["b"].view(-1, 1, 1) if "b" in parts else out
    return out * estimator(parts["output"], tau).view(-1, 1, 1) if "output" in parts else out


def compare(layer: Any, x: Tensor, oracle: Any, tau: float) -> None:
    """The outputs and every gradient are those of the oracle."""
    gates = gates_of(layer)["weight"]
    own = {"W": raw(layer, "weight"), **dict(gates.logits())}
    if layer._parameters["bias"] is not None:
        own["b"] = raw(layer, "bias")
    x.requires_grad_()
    out = layer(x)
    upstream = torch.randn_like(out)
    (out * upstream).sum().backward()
    copies = {name: part.detach().clone().requires_grad_() for name, part in own.items()}
    x2 = x.detach().clone().requires_grad_()
    expected = oracle(layer, x2, copies, tau)
    (expected * upstream).sum().backward()
    torch.testing.assert_close(out, expected, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(x.grad, x2.grad, rtol=1e-12, atol=1e-12)
    for name, part in own.items():
        torch.testing.assert_close(part.grad, copies[name].grad, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("tau", [0.0, 0.5, 1.0])
def test_a_linear_layer_and_its_gradients_are_those_of_the_formulas(
    word: Word, bias: bool, tau: float
) -> None:
    layer = gated(nn.Linear(5, 4, bias=bias), word, tau)
    compare(layer, torch.randn(3, 5, dtype=torch.float64), oracle_linear, tau)


@given(
    word=st.sampled_from(WORDS),
    groups=st.sampled_from([1, 2]),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    padding=st.tuples(st.integers(0, 1), st.integers(0, 1)),
    bias=st.booleans(),
    tau=st.sampled_from([0.3, 0.5, 0.7]),
)
@settings(max_examples=40)
def test_a_convolution_and_its_gradients_are_those_of_the_formulas(
    word: Word,
    groups: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    bias: bool,
    tau: float,
) -> None:
    layer = nn.Conv2d(4, 6, kernel, stride, padding, groups=groups, bias=bias)
    gated(layer, word, tau)
    compare(layer, torch.randn(2, 4, 5, 6, dtype=torch.float64), oracle_conv, tau)


def test_the_penalty_is_the_mean_probability_of_each_kind() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 4))
    dgviz.gate(model, gates="weight-input")
    for logits in dgviz.split_parameters(model)[1]:
        nn.init.normal_(logits)
    probabilities: dict[str, Tensor] = {}
    for kind in ("weight", "input"):
        each = [dict(gates_of(model[i])["weight"].logits())[kind] for i in (0, 2)]
        probabilities[kind] = torch.cat([torch.sigmoid(one).flatten() for one in each])
    assert len(probabilities["weight"]) == 14 and len(probabilities["input"]) == 5
    expected = probabilities["weight"].mean() + probabilities["input"].mean()
    torch.testing.assert_close(dgviz.gate_penalty(model), expected)
    dgviz.gate_penalty(model).backward()
    logits = dict(gates_of(model[0])["weight"].logits())["weight"]
    p = torch.sigmoid(logits.detach())
    torch.testing.assert_close(logits.grad, p * (1 - p) / 14)


def test_the_penalty_of_many_gates_in_half_precision_is_finite() -> None:
    model = dgviz.gate(nn.Linear(500, 200), initial_logit=2.0).half()
    assert float(dgviz.gate_penalty(model).detach()) == pytest.approx(1 / (1 + math.exp(-2)), 1e-3)


def test_active_ratio_counts_weights_whose_gates_are_all_active() -> None:
    layer = dgviz.gate(nn.Linear(4, 2), gates="weight-input")
    gates = gates_of(layer)["weight"]
    assert dgviz.active_ratio(layer) == 1
    with torch.no_grad():
        gates.input_logits[0] = -1  # type: ignore[index]
        gates.weight_logits[0, 1] = -1  # type: ignore[index]
        gates.weight_logits[1, 0] = -1  # type: ignore[index]
    assert dgviz.active_ratio(layer) == 5 / 8
    assert torch.equal(layer.weight != 0, gates.hard_mask(layer.weight))
    dgviz.set_tau(layer, 0.9)
    assert dgviz.active_ratio(layer) == 0
    assert torch.equal(layer(torch.randn(1, 4)), layer.bias[None])


def test_a_closed_output_is_zero_with_its_bias() -> None:
    layer = dgviz.gate(nn.Conv2d(1, 3, 2), gates="output")
    with torch.no_grad():
        gates_of(layer)["weight"].output_logits[1] = -1  # type: ignore[index]
    out = layer(torch.randn(2, 1, 4, 4))
    assert not out[:, 1].any() and out[:, [0, 2]].all()
    assert layer.bias[1] == 0
