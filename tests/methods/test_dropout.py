"""Dropout compared with its definition."""

import torch

from dgviz.methods.dropout import Dropout
from dgviz.settings import Settings


def built(image: float, hidden: float) -> Dropout:
    own = (("dropout.input", image), ("dropout.hidden", hidden))
    return Dropout(Settings(method="dropout", own=own), (4000, 3000, 10))


def test_inputs_are_dropped_at_the_rate_and_the_others_are_scaled_up() -> None:
    drop = built(0.2, 0.5).model[0]
    seen = drop(torch.ones(50, 4000))
    assert set(seen.unique().tolist()) == {0.0, 1.25}
    # The standard error of the share is 0.0009.
    assert abs(float((seen == 0).float().mean()) - 0.2) < 0.005
    assert abs(float(seen.mean()) - 1) < 0.01
    assert not torch.equal(seen[0], seen[1])


def test_nothing_is_dropped_in_eval_mode_or_at_rate_0() -> None:
    x = torch.rand(5, 4000)
    assert torch.equal(built(0.2, 0.5).model[0].eval()(x), x)
    assert torch.equal(built(0.0, 0.5).model[0](x), x)


def test_random_numbers_come_from_the_methods_generator_alone() -> None:
    method = built(0.2, 0.5)
    state = method.generator.get_state()
    first = method.model[0](torch.ones(5, 4000))
    torch.rand(7)
    method.generator.set_state(state)
    assert torch.equal(method.model[0](torch.ones(5, 4000)), first)
