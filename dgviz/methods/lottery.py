"""The lottery ticket: iterative magnitude pruning with rewinding (Frankle and Carbin 2019).

The network is trained in n rounds. Between two rounds, the smallest weights are pruned, and the
others are set back to their initial values: the sparse network that remains is the ticket, and the
next round trains it from the start. With the target r, every round prunes the part

    q = 1 - r^(1 / (n - 1))

of the weights that are left, so that round k, counted from 0, trains N (1 - q)^k of all N weights.
The output layer is pruned at half the rate, as in the paper: it has the part (1 - q / 2)^k of its
weights, but at most half of all that are left. The hidden layers have the rest.

The weights of a round are pruned in the first step of the next one, which trains nothing, so that
what is measured at the end of a round is its trained network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from dgviz.methods.event import Event
from dgviz.methods.masked import MaskedMLP, prune, pruned_event

if TYPE_CHECKING:
    from dgviz.knobs_in_effect import Clock, KnobsInEffect
    from dgviz.settings import Settings


class LotteryTicket(MaskedMLP):
    """A plain MLP that is pruned and rewound between rounds.

    The initial values and the number of rewinds are buffers, so checkpoints contain them.
    """

    def __init__(self, settings: Settings, sizes: tuple[int, ...]) -> None:
        super().__init__(settings, sizes)
        for linear in self.linears:
            linear.register_buffer("initial_weight", linear.weight.detach().clone())
            linear.register_buffer("initial_bias", linear.bias.detach().clone())
        self.model.register_buffer("rewinds", torch.zeros((), dtype=torch.int64))

    def learning_rate(self, knobs: KnobsInEffect, clock: Clock) -> float:
        return 0.0 if self._is_rewind_due(clock) else knobs.learning_rate

    def change_masks(self, optimiser: torch.optim.Optimizer, clock: Clock) -> Sequence[Event]:
        if not self._is_rewind_due(clock):
            return ()
        *hidden, output = self.linears
        in_hidden, in_output = self.counts(clock.round)
        pruned = prune(hidden, in_hidden) + prune([output], in_output)
        for linear in self.linears:
            linear.weight.copy_(linear.get_buffer("initial_weight"))
            linear.bias.copy_(linear.get_buffer("initial_bias"))
            linear.use(linear.mask)
        # The moments are those of the last round.
        optimiser.state.clear()
        self.model.get_buffer("rewinds").fill_(clock.round)
        now = f"round {clock.round + 1} of {self.settings.rounds} begins"
        rewound = Event("rewound", f"All weights have their initial values again: {now}")
        return [pruned_event(pruned, self), rewound]

    def counts(self, round_: int) -> tuple[int, int]:
        """The numbers of active weights of the hidden layers and of the output layer.

        Args:
            round_: the round, counted from 0; in the first one, all weights are active.
        """
        last, target = self.settings.rounds - 1, self.settings["lottery.target"]
        rate = 1 - target ** (1 / last)
        active = self.count_at(target ** (round_ / last))
        output = round(self.linears[-1].mask.numel() * (1 - rate / 2) ** round_)
        in_output = min(output, active // 2)
        return active - in_output, in_output

    def _is_rewind_due(self, clock: Clock) -> bool:
        return int(self.model.get_buffer("rewinds")) < clock.round
