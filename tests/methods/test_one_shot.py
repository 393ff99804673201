"""One-shot pruning compared with a sort of the weights, and its learning rates."""

from typing import Any

import pytest
import torch
from pruned import masks_kept

from dgviz.knobs_in_effect import Clock, KnobsInEffect
from dgviz.methods.one_shot import OneShot
from dgviz.settings import Settings

OWN = {"target": 0.1, "at": 0.4, "factor": 0.2}
KNOBS = KnobsInEffect(
    beta=0.0, tau=0.5, learning_rate=0.01, label_smoothing=0.0, gates_frozen=False
)


def built(**changes: Any) -> OneShot:
    torch.manual_seed(0)
    own = tuple((f"one_shot.{name}", value) for name, value in {**OWN, **changes}.items())
    return OneShot(Settings(method="one_shot", own=own), (20, 12, 5))


def at(step: int) -> Clock:
    return Clock(step, 0, step / 1000)


def test_weights_are_pruned_once_and_the_next_step_has_the_lower_learning_rate() -> None:
    method = built()
    optimiser = method.make_optimiser()
    events = {step: method.after_step(optimiser, at(step)) for step in range(1, 1001)}
    ((step, (event,)),) = [(step, found) for step, found in events.items() if found]
    assert step == 400 and event.name == "pruned"
    assert event.text == "270 weights pruned, 30 of 300 are left"
    rates = [method.learning_rate(KNOBS, at(step)) for step in (0, 399, 400, 999)]
    assert rates == pytest.approx([0.01, 0.01, 0.002, 0.002])


def test_the_smallest_weights_of_all_layers_together_are_pruned() -> None:
    method = built()
    before = torch.cat([layer.weight.abs().flatten() for layer in method.layers()])
    method.after_step(method.make_optimiser(), at(400))
    mask = torch.cat([layer.mask.flatten() for layer in method.layers()])
    assert int(mask.sum()) == 30 and before[mask].min() > before[~mask].max()


def test_or_the_smallest_of_each_layer() -> None:
    method = built(scope="layer")
    before = [layer.weight.abs().clone() for layer in method.layers()]
    method.after_step(method.make_optimiser(), at(400))
    for layer, magnitude, count in zip(method.layers(), before, (24, 6), strict=True):
        assert int(layer.mask.sum()) == count
        assert magnitude[layer.mask].min() > magnitude[~layer.mask].max()


def test_pruned_weights_stay_0_when_the_optimiser_moves_them() -> None:
    method = built()
    masks_kept(method, method.make_optimiser(), at(400), at(401))
