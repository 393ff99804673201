"""DynamicGate behind the protocol: tau and frozen gates."""

from typing import get_args

import pytest
import torch
from torch import Tensor

from dgviz.gates.mlp import Gates
from dgviz.knobs_in_effect import Clock, KnobsInEffect
from dgviz.methods.dynamicgate import DynamicGate
from dgviz.methods.method import Method, build
from dgviz.settings import KNOBS, Settings

CLOCK = Clock(step=0, round=0, progress=0.0)


def built(**changes: object) -> DynamicGate:
    torch.manual_seed(0)
    return DynamicGate(Settings(**changes), (6, 5, 3))


def in_effect(frozen: bool = False) -> KnobsInEffect:
    return KnobsInEffect(
        beta=1.0, tau=0.5, learning_rate=0.01, label_smoothing=0.0, gates_frozen=frozen
    )


def gated_by(gates: str) -> Method:
    settings = Settings.from_dict({"initial_logit": 0.5, "dynamicgate.gates": gates})
    return build(settings, (6, 5, 3))


def batch() -> tuple[Tensor, Tensor]:
    return torch.rand(8, 6), torch.arange(8) % 3


def test_tau_closes_gates_from_the_next_pass_on() -> None:
    method = built(initial_logit=0.0)
    method.set_tau(0.49)
    assert all(bool(layer.mask.all()) for layer in method.layers())
    method.set_tau(0.5)
    assert not any(bool(layer.mask.any()) for layer in method.layers())
    bias = method.model.layers[-1].bias
    assert torch.equal(method.model(torch.rand(4, 6)), bias.expand(4, 3))


def test_the_views_have_the_masks_and_probabilities_of_the_model() -> None:
    method = built()
    for layer in method.model.layers:
        torch.nn.init.normal_(layer.gate_logits)
    views = method.layers()
    assert all(map(torch.equal, [view.mask for view in views], method.model.hard_masks()))
    assert all(map(torch.equal, [view.score for view in views], method.model.gate_probs()))


def test_the_setting_offers_the_gates_that_exist() -> None:
    assert KNOBS["dynamicgate.gates"].choices == get_args(Gates)


@pytest.mark.parametrize("gates", get_args(Gates))
def test_frozen_gates_have_no_gradient(gates: str) -> None:
    method = gated_by(gates)
    assert {id(gate) for gate in method.gates()} == {
        id(p) for key, p in method.model.named_parameters() if key.endswith("gate_logits")
    }
    method.gradients(*batch(), in_effect(), CLOCK)
    assert all(parameter.grad is not None for parameter in method.model.parameters())
    method.gradients(*batch(), in_effect(frozen=True), CLOCK)
    for key, parameter in method.model.named_parameters():
        assert (parameter.grad is None) == key.endswith("gate_logits")


def test_gates_of_pixels_and_units_start_with_the_weights_of_the_paper_s_network() -> None:
    weights = [[layer.weight for layer in gated_by(gates).layers()] for gates in get_args(Gates)]
    assert all(torch.equal(a, b) for each in weights for a, b in zip(each, weights[0], strict=True))
