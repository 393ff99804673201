"""Our loop compared with the literal one: knobs, schedules, freezing, batches and optimiser."""

import math
from typing import Any

import pytest
import torch
from literal import Schedule, train_literally

from dgviz.data.split import Splits
from dgviz.settings import Settings
from dgviz.training.knobs import Knobs
from dgviz.training.loop import train

BASE: dict[str, Any] = {
    "hidden": 5,
    "epochs": 2,
    "batch_size": 16,
    "initial_logit": 0.1,
    "beta": 3.0,
    "learning_rate": 0.02,
    "device": "cpu",
}


def ours(
    settings: Settings, data: Splits, steps: int, moves: dict[int, dict[str, float]]
) -> dict[str, torch.Tensor]:
    """The state after `steps`; `moves` has the moved knobs by the step after which they move."""
    knobs = Knobs(settings)
    snapshots = train(settings, data, knobs=knobs)
    for snapshot in snapshots:
        if snapshot.step == steps:
            snapshots.close()
            return {k: v.clone() for k, v in snapshot.method.model.state_dict().items()}
        for name, value in moves.get(snapshot.step, {}).items():
            setattr(knobs, name, value)
    raise AssertionError("the run ended early")


def literally(
    settings: Settings, data: Splits, steps: int, moves: dict[int, dict[str, float]], **rest: Any
) -> dict[str, torch.Tensor]:
    def knobs(step: int) -> dict[str, float]:
        values = {name: getattr(settings, name) for name in ("beta", "tau", "learning_rate")}
        for moved in sorted(moves):
            if moved <= step:
                values.update(moves[moved])
        return values

    return train_literally(
        data,
        hidden=settings.hidden,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        steps=steps,
        initial_logit=settings.initial_logit,
        smoothing=settings.label_smoothing,
        decay=settings.weight_decay,
        seed=settings.seed,
        knobs=knobs,
        **rest,
    )


def warmup(share: float) -> Schedule:
    return lambda progress: min(1.0, progress / share)


def cosine(start: float) -> Schedule:
    return lambda p: 1.0 if p < start else 0.5 + 0.5 * math.cos(math.pi * (p - start) / (1 - start))


def ramp(end: float) -> Schedule:
    return lambda progress: 10 ** (-2 * max(0.0, 1 - progress / end))


CASES: dict[str, tuple[dict[str, Any], dict[int, dict[str, float]], dict[str, Any]]] = {
    "plain": ({}, {}, {}),
    "smoothing, another seed": ({"label_smoothing": 0.1, "seed": 5}, {}, {}),
    "weight decay": ({"weight_decay": 0.01}, {}, {}),
    "beta warms up": ({"beta_schedule": "warmup", "warmup": 0.5}, {}, {"beta_factor": warmup(0.5)}),
    "beta ramps": (
        {"beta_schedule": "ramp", "freeze_at": 0.75},
        {},
        {"beta_factor": ramp(0.75), "frozen_from": 0.75},
    ),
    "tau warms up": ({"tau_schedule": "warmup", "warmup": 1.0}, {}, {"tau_factor": warmup(1.0)}),
    "learning rate falls after the freeze": (
        {"learning_rate_schedule": "cosine", "freeze_at": 0.25},
        {},
        {"rate_factor": cosine(0.25), "frozen_from": 0.25},
    ),
    "frozen from the start": ({"freeze_at": 0.0}, {}, {"frozen_from": 0.0}),
    "beta moved": ({}, {3: {"beta": -1.0}}, {}),
    "tau moved": ({}, {2: {"tau": 0.3}, 4: {"tau": 0.53}}, {}),
    "learning rate moved before the first step": ({}, {0: {"learning_rate": 0.1}}, {}),
    "learning rate moved under a schedule": (
        {"learning_rate_schedule": "warmup", "warmup": 1.0},
        {5: {"learning_rate": 0.1}},
        {"rate_factor": warmup(1.0)},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_loop_agrees_with_the_formulas(case: str, tiny: Splits) -> None:
    changes, moves, schedules = CASES[case]
    settings = Settings(**{**BASE, **changes})
    found = ours(settings, tiny, 8, moves)
    expected = literally(settings, tiny, 8, moves, **schedules)
    assert found.keys() == expected.keys()
    for name in expected:
        assert torch.allclose(found[name], expected[name], atol=1e-4), name


@pytest.mark.parametrize("case", [case for case in CASES if case != "plain"])
def test_each_case_differs_from_the_plain_one(case: str, tiny: Splits) -> None:
    """Otherwise the test above would not test the knob of the case."""
    changes, moves, _ = CASES[case]
    plain = ours(Settings(**BASE), tiny, 8, {})
    other = ours(Settings(**{**BASE, **changes}), tiny, 8, moves)
    assert any(not torch.allclose(other[name], plain[name], atol=1e-3) for name in plain)


def test_the_loop_agrees_with_the_formulas_on_mnist(mnist: Splits) -> None:
    settings = Settings(device="cpu", initial_logit=0.002, beta=0.5)
    found, expected = ours(settings, mnist, 5, {}), literally(settings, mnist, 5, {})
    for name in expected:
        # For a gradient of almost 0, Adam makes a full step from its rounding error.
        apart = (found[name] - expected[name]).abs() > 1e-5
        assert apart.float().mean() < 1e-3, name
    active = torch.sigmoid(found["layers.0.gate_logits"]) > 0.5
    assert 0 < active.float().mean() < 1
