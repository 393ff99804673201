"""The values of the common knobs in one step, after moves and schedules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dgviz.gates.schedules import gates_frozen, multiplier
from dgviz.settings import Settings

SCHEDULED = ("beta", "tau", "learning_rate")
"""The knobs that a schedule multiplies; the schedule's name is "beta_schedule" and so on."""


@dataclass(frozen=True)
class Clock:
    """A position in the training.

    Attributes:
        step: number of steps taken.
        round: number of rounds completed. Most methods have one round; schedules begin again in
            each.
        progress: the part of the round that is done, in [0, 1].
    """

    step: int
    round: int
    progress: float

    @classmethod
    def before(cls, settings: Settings, step: int, total: int) -> Clock:
        """The position before the step that follows `step`; the rounds share `total` evenly."""
        rounds = min(settings.rounds, total)
        # No step follows the last one: it is the end of the last round.
        return cls._in_round(min(step * rounds // total, rounds - 1), step, total, rounds)

    @classmethod
    def after(cls, settings: Settings, step: int, total: int) -> Clock:
        """The position after `step` of `total`, counted from 1; a round ends at its last step."""
        rounds = min(settings.rounds, total)
        return cls._in_round((step - 1) * rounds // total, step, total, rounds)

    @classmethod
    def _in_round(cls, done: int, step: int, total: int, rounds: int) -> Clock:
        # Whole numbers as long as possible: rounding could make a progress of -1e-16.
        return cls(step, done, min(1.0, max(0.0, (step * rounds - done * total) / total)))


@dataclass(frozen=True)
class KnobsInEffect:
    """The common knobs as a step uses them.

    Attributes:
        beta: weight of the method's sparsity penalty.
        tau: the threshold of gates.
        learning_rate: the optimiser's learning rate.
        label_smoothing: in [0, 0.5].
        gates_frozen: whether the gates no longer change.
    """

    beta: float
    tau: float
    learning_rate: float
    label_smoothing: float
    gates_frozen: bool


def in_effect(settings: Settings, values: Mapping[str, float], clock: Clock) -> KnobsInEffect:
    """The knobs in the step after `clock`.

    Args:
        values: the present values of the knobs in `SCHEDULED`, before their schedules.
    """
    scheduled = {
        name: values[name]
        * multiplier(
            settings[f"{name}_schedule"],
            clock.progress,
            warmup=settings.warmup,
            freeze_at=settings.freeze_at,
        )
        for name in SCHEDULED
    }
    return KnobsInEffect(
        **scheduled,
        label_smoothing=settings.label_smoothing,
        gates_frozen=gates_frozen(clock.progress, settings.freeze_at),
    )
