"""Schedules of β, τ and the learning rate: multipliers as functions of progress from 0 to 1."""

import math

SCHEDULES = ("constant", "warmup", "ramp", "cosine")

# The start of "ramp": two decades below its end, so that the first epochs have almost no penalty.
_RAMP_START = 0.01


def multiplier(name: str, progress: float, *, warmup: float, freeze_at: float) -> float:
    """The factor in [0, 1] by which a knob is multiplied at one point of training.

    - `constant`: always 1.
    - `warmup`: linear from 0 to 1 over the first `warmup` of training, then 1.
    - `ramp`: from 0.01 to 1, a straight line on a logarithmic scale, until `freeze_at`, then 1.
    - `cosine`: 1 until `freeze_at`, then half a cosine down to 0 at the end. With `freeze_at` = 1
      there is nothing after it, and the factor is always 1.

    Args:
        name: One of `SCHEDULES`.
        progress: Part of training done, in [0, 1].
        warmup: Part of training that `warmup` takes, in [0, 1].
        freeze_at: Part of training after which gates are frozen, in [0, 1].

    Raises:
        ValueError: When the name is unknown, or a number is not in [0, 1].
    """
    _check(progress=progress, warmup=warmup, freeze_at=freeze_at)
    match name:
        case "constant":
            return 1.0
        case "warmup":
            return progress / warmup if progress < warmup else 1.0
        case "ramp":
            return _RAMP_START ** (1 - progress / freeze_at) if progress < freeze_at else 1.0
        case "cosine":
            if not gates_frozen(progress, freeze_at):
                return 1.0
            return (1 + math.cos(math.pi * (progress - freeze_at) / (1 - freeze_at))) / 2
    raise ValueError(f"There is no schedule {name!r}; choose one of {', '.join(SCHEDULES)}.")


def gates_frozen(progress: float, freeze_at: float) -> bool:
    """Whether gates have stopped learning: from `freeze_at` on, and never when that is 1.

    Args:
        progress: Part of training done, in [0, 1].
        freeze_at: Part of training after which gates are frozen, in [0, 1].

    Raises:
        ValueError: When either is not in [0, 1].
    """
    _check(progress=progress, freeze_at=freeze_at)
    return freeze_at <= progress and freeze_at < 1


def _check(**parts: float) -> None:
    for name, part in parts.items():
        if not 0 <= part <= 1:
            raise ValueError(f"{name} must be a part of training from 0 to 1, not {part!r}.")
