"""Gradual magnitude pruning compared with its schedule and with a sort of the weights."""

import pytest
import torch
from pruned import masks_kept

from dgviz.knobs_in_effect import Clock
from dgviz.methods.magnitude import GradualMagnitude
from dgviz.settings import Settings

OWN = {"target": 0.1, "begin": 0.2, "end": 0.6, "every": 10}


def built(**changes: float) -> GradualMagnitude:
    torch.manual_seed(0)
    own = tuple((f"magnitude.{name}", value) for name, value in {**OWN, **changes}.items())
    return GradualMagnitude(Settings(method="magnitude", own=own), (20, 12, 5))


def at(step: int, total: int = 1000) -> Clock:
    return Clock(step, 0, step / total)


def active(method: GradualMagnitude) -> int:
    return sum(int(layer.mask.sum()) for layer in method.layers())


def test_the_ratio_falls_by_the_cubic_schedule() -> None:
    method = built()
    assert [method.ratio(p) for p in (0.0, 0.1999)] == [1.0, 1.0]
    assert method.ratio(0.2) == 1.0
    assert method.ratio(0.4) == pytest.approx(0.1 + 0.9 * 0.5**3)
    assert [method.ratio(p) for p in (0.6, 0.9, 1.0)] == [0.1] * 3


def test_the_smallest_weights_of_all_layers_together_are_pruned() -> None:
    method = built()
    before = torch.cat([layer.weight.abs().flatten() for layer in method.layers()])
    (event,) = method.after_step(method.make_optimiser(), at(400))
    left = round(300 * method.ratio(0.4))
    assert active(method) == left
    assert event.name == "pruned"
    assert event.text == f"{300 - left} weights pruned, {left} of 300 are left"
    mask = torch.cat([layer.mask.flatten() for layer in method.layers()])
    assert before[mask].min() > before[~mask].max()
    now = torch.cat([layer.weight.flatten() for layer in method.layers()])
    assert bool((now[~mask] == 0).all()) and bool((now[mask] != 0).all())


def test_pruned_weights_stay_pruned_when_the_optimiser_moves_them() -> None:
    method = built()
    optimiser = method.make_optimiser()
    masks = masks_kept(method, optimiser, at(400), at(401))
    method.after_step(optimiser, at(500))
    assert all(
        bool((layer.mask <= mask).all()) for layer, mask in zip(method.layers(), masks, strict=True)
    )


def test_pruning_is_at_regular_steps_and_reaches_the_target_at_its_end() -> None:
    method = built(every=90)
    optimiser = method.make_optimiser()
    steps = [step for step in range(1, 1001) if method.after_step(optimiser, at(step))]
    assert steps == [270, 360, 450, 540, 600]
    assert active(method) == 30
