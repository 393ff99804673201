"""The lottery ticket: its counts in each round, and its rewinds."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from dgviz.data.split import Splits
from dgviz.knobs_in_effect import Clock, KnobsInEffect
from dgviz.methods.lottery import LotteryTicket
from dgviz.settings import Settings
from dgviz.training.loop import train

KNOBS = KnobsInEffect(
    beta=0.0, tau=0.5, learning_rate=0.01, label_smoothing=0.0, gates_frozen=False
)
SIZES = (784, 256, 10)


def built(rounds: int, target: float, sizes: tuple[int, ...] = SIZES) -> LotteryTicket:
    torch.manual_seed(0)
    own = (("lottery.rounds", rounds), ("lottery.target", target))
    return LotteryTicket(Settings(method="lottery", own=own), sizes)


@pytest.mark.parametrize(("rounds", "target"), [(2, 0.3), (5, 0.05), (8, 0.01), (20, 0.001)])
def test_every_round_prunes_the_same_part_and_the_output_layer_half_of_it(
    rounds: int, target: float
) -> None:
    method = built(rounds, target)
    counts = [method.counts(round_) for round_ in range(rounds)]
    assert counts[0] == (200_704, 2560)
    left, in_output = 203_264.0, 2560.0
    rate = 1 - target ** (1 / (rounds - 1))
    for hidden, output in counts[1:]:
        left, in_output = left * (1 - rate), in_output * (1 - rate / 2)
        assert hidden + output == pytest.approx(left, abs=0.51)
        # Half of an odd number is rounded.
        assert output == pytest.approx(min(in_output, left / 2), abs=1)
    assert sum(counts[-1]) == round(203_264 * target)


def test_a_ticket_of_5_percent_has_these_counts() -> None:
    assert [sum(built(5, 0.05).counts(k)) for k in range(5)] == [
        203_264,
        96_118,
        45_451,
        21_493,
        10_163,
    ]


def test_a_rewind_restores_the_initial_values_bit_for_bit_and_forgets_the_moments(
    tiny: Splits,
) -> None:
    """In the first step of each later round, which leaves the trained weights as they are."""
    settings = Settings(
        method="lottery",
        hidden=4,
        batch_size=3,
        epochs=3,
        device="cpu",
        validation=0,
        own=(("lottery.rounds", 3), ("lottery.target", 0.4)),
    )
    initial: dict[str, Tensor] = {}
    trained: dict[str, Tensor] = {}
    rewound = []
    for snapshot in train(settings, tiny):
        state = snapshot.method.model.state_dict()
        if not snapshot.step:
            initial = {name: value.clone() for name, value in state.items()}
        if snapshot.events:
            rewound.append(snapshot.step)
            # Of the trained weights, the smallest are pruned.
            for layer in ("0", "2"):
                mask, magnitude = state[f"{layer}.mask"], trained[f"{layer}.weight"].abs()
                assert magnitude[mask].min() >= magnitude[~mask].max()
                assert torch.equal(
                    state[f"{layer}.weight"], initial[f"{layer}.weight"].where(mask, 0)
                )
                assert torch.equal(state[f"{layer}.bias"], initial[f"{layer}.bias"])
            assert snapshot.checkpoint().optimiser == {}
            assert [event.name for event in snapshot.events] == ["pruned", "rewound"]
        trained = {name: value.clone() for name, value in state.items()}
    assert rewound == [21, 41]
    assert snapshot.gates.measures.active_weights == round(0.4 * 36)


def test_its_events_say_what_happened() -> None:
    method = built(3, 0.25, (20, 12, 5))
    pruned, rewound = method.after_step(method.make_optimiser(), Clock(11, 1, 0.1))
    assert pruned.text == "150 weights pruned, 150 of 300 are left"
    assert rewound.text == "All weights have their initial values again: round 2 of 3 begins"


def test_only_the_first_step_of_a_later_round_trains_nothing() -> None:
    method = built(3, 0.25, (20, 12, 5))
    optimiser: Any = method.make_optimiser()
    used = []
    for step in range(30):
        used.append(method.learning_rate(KNOBS, Clock(step, step // 10, step % 10 / 10)))
        method.after_step(optimiser, Clock(step + 1, step // 10, (step % 10 + 1) / 10))
    assert [step for step, rate in enumerate(used) if rate == 0] == [10, 20]
    assert set(used) == {0.0, 0.01}
