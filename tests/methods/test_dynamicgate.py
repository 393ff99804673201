"""DynamicGate behind the protocol: tau and frozen gates."""

from itertools import pairwise
from typing import get_args

import pytest
import torch
from torch import Tensor

from dgviz.data.split import Splits
from dgviz.gates.mlp import Gates
from dgviz.knobs_in_effect import Clock, KnobsInEffect
from dgviz.methods.dynamicgate import DynamicGate
from dgviz.methods.method import Method, build
from dgviz.settings import KNOBS, Settings
from dgviz.training.knobs import Knobs
from dgviz.training.loop import train
from dgviz.training.snapshot import Snapshot

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


KEEPING = {"hidden": 4, "batch_size": 7, "validation": 0, "learning_rate": 0.05, "device": "cpu"}
"""Settings with 9 steps in an epoch on the tiny data; at first, 36 connections are active."""


def run_that_keeps(
    keep: int, data: Splits, knobs: Knobs | None = None, **more: object
) -> list[tuple[int, list[bytes], list[bytes], list[str]]]:
    """After each step: active connections, bytes of gates, bytes of weights, texts of events."""
    settings = Settings.from_dict(
        {**KEEPING, "epochs": 12, "beta": 2, "dynamicgate.keep": keep, **more}
    )

    def state(snapshot: Snapshot) -> tuple[int, list[bytes], list[bytes], list[str]]:
        method = snapshot.method
        gates = [gate.detach().numpy().tobytes() for gate in method.gates()]
        weights = [layer.weight.numpy().tobytes() for layer in method.layers()]
        texts = [f"{event.name}: {event.text}" for event in snapshot.events]
        return snapshot.gates.measures.active_weights, gates, weights, texts

    return [state(snapshot) for snapshot in train(settings, data, knobs=knobs)]


@pytest.mark.parametrize("gates", ["weight", "block", "pixel-unit"])
def test_gates_change_until_few_enough_connections_are_active(gates: str, tiny: Splits) -> None:
    states = run_that_keeps(20, tiny, **{"dynamicgate.gates": gates})
    counts = [count for count, *_ in states]
    reached = next(step for step, count in enumerate(counts) if count <= 20)
    assert 0 < reached < len(states) - 9
    for step, ((_, before, old, _), (_, after, new, texts)) in enumerate(pairwise(states), 1):
        assert (before != after) == (step <= reached)
        assert old != new
        expected = [f"frozen: gates frozen, {counts[reached]} connections are left"]
        assert texts == (expected if step == reached else [])


def test_the_number_of_connections_to_keep_acts_at_once(tiny: Splits) -> None:
    settings = Settings.from_dict({**KEEPING, "epochs": 12, "beta": 2, "dynamicgate.keep": 20})
    knobs = Knobs(settings)
    knobs.plan(90, "dynamicgate.keep", 7)
    states = run_that_keeps(20, tiny, knobs)
    assert 7 < states[90][0] <= 20 and states[-1][0] <= 7
    assert sum(len(texts) for *_, texts in states) == 2
    # With tau higher, fewer connections are active; lowered again, gates change again.
    knobs = Knobs(settings)
    knobs.plan(1, "tau", 0.9)
    knobs.plan(5, "tau", 0.5)
    states = run_that_keeps(20, tiny, knobs)
    changed = [before[1] != after[1] for before, after in pairwise(states)]
    assert changed[:6] == [True, False, False, False, False, True]


def test_gates_that_freeze_with_more_connections_than_wanted_say_so(tiny: Splits) -> None:
    states = run_that_keeps(2, tiny, epochs=2, beta=0, freeze_at=0.5)
    texts = [text for *_, texts in states for text in texts]
    assert texts == [f"frozen: gates frozen, {states[-1][0]} connections are left, more than 2"]
    assert states[-1][1] == states[9][1] != states[8][1]
