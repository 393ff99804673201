"""Positions in the training, and the values of the knobs there."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgviz.gates.schedules import multiplier
from dgviz.knobs_in_effect import SCHEDULED, Clock, in_effect
from dgviz.methods.catalogue import METHODS
from dgviz.settings import Settings


@given(rounds=st.integers(1, 40), total=st.integers(40, 10**7), data=st.data())
def test_rounds_share_the_steps_evenly_and_progress_begins_again_in_each(
    rounds: int, total: int, data: st.DataObject
) -> None:
    settings = SimpleNamespace(rounds=rounds)
    step = data.draw(st.integers(0, total))
    clock = Clock.before(settings, step, total)
    assert clock.step == step and 0 <= clock.round < rounds and 0 <= clock.progress <= 1
    assert (clock.round + clock.progress) / rounds == pytest.approx(step / total)
    assert (clock.progress == 1) == (step == total)
    if step:
        after = Clock.after(settings, step, total)
        # The last step of a round belongs to that round.
        assert after.round == Clock.before(settings, step - 1, total).round
        assert (after.round + after.progress) / rounds == pytest.approx(step / total, abs=1 / total)


def test_a_round_ends_with_a_progress_of_1() -> None:
    settings = SimpleNamespace(rounds=3)
    seen = [Clock.after(settings, step, 30) for step in range(1, 31)]
    assert [clock.step for clock in seen if clock.progress == 1] == [10, 20, 30]
    assert [clock.round for clock in seen] == [0] * 10 + [1] * 10 + [2] * 10


def test_a_method_without_rounds_has_one_round() -> None:
    for name, spec in METHODS.items():
        if not spec.rounds:
            assert Settings(method=name).rounds == 1
    assert Clock.before(Settings(), 43, 430) == Clock(43, 0, 0.1)


@pytest.mark.parametrize("progress", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_each_knob_is_multiplied_by_its_own_schedule(progress: float) -> None:
    schedules = {"beta": "ramp", "tau": "warmup", "learning_rate": "cosine"}
    settings = Settings(
        **{f"{name}_schedule": schedule for name, schedule in schedules.items()},
        warmup=0.4,
        freeze_at=0.6,
        label_smoothing=0.1,
    )
    values = {"beta": 2.0, "tau": 0.6, "learning_rate": 0.01}
    used = in_effect(settings, values, Clock(0, 0, progress))
    for name in SCHEDULED:
        factor = multiplier(schedules[name], progress, warmup=0.4, freeze_at=0.6)
        assert getattr(used, name) == values[name] * factor
    assert used.label_smoothing == 0.1 and used.gates_frozen == (progress >= 0.6)
