"""What the common knobs amount to in one step, moved knobs and schedules included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dgviz.gates.schedules import gates_frozen, multiplier
from dgviz.settings import Settings

SCHEDULED = ("beta", "tau", "learning_rate")
"""The knobs that a schedule multiplies; it is called "beta_schedule" and so on."""


@dataclass(frozen=True)
class Clock:
    """Where training is.

    Attributes:
        step: steps taken.
        round: rounds completed, from 0. Most methods have one; schedules begin anew in each.
        progress: part of the round done, in [0, 1]; 1 after the last step only.
    """

    step: int
    round: int
    progress: float

    @classmethod
    def at(cls, settings: Settings, step: int, total: int) -> Clock:
        """After `step` of `total` steps, which the method's rounds share evenly."""
        rounds = settings.rounds
        done = min(step * rounds // total, rounds - 1)
        # In whole numbers as long as possible: a progress of -1e-16 would be out of its range.
        return cls(step, done, (step * rounds - done * total) / total)


@dataclass(frozen=True)
class KnobsInEffect:
    """The common knobs as a step uses them.

    Attributes:
        beta: weight of the method's sparsity penalty.
        tau: the threshold of gates.
        learning_rate: of the optimiser.
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
        values: of those in `SCHEDULED`, as they have been moved to.
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
