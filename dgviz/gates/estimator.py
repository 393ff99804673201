"""A gate from its logit, forward and backward, and the penalty on gates: for gates of any layer."""

import math
from collections.abc import Sequence
from numbers import Real

import torch
from torch import Tensor


def straight_through(logits: Tensor, tau: float) -> Tensor:
    """The value of `G_hard = 1[σ(logit) > τ]`, the gradient of `G_prob = σ(logit)`, of any shape.

    It is the straight-through estimator `G = G_hard + (G_prob - G_prob.detach())`. A closed gate
    therefore still learns and can become active again.
    """
    p = torch.sigmoid(logits)
    hard = (p > tau).to(p.dtype)
    # p - p.detach() is exactly 0 in floating point too; adding hard first would round.
    return hard + (p - p.detach()) if torch.is_grad_enabled() else hard


def mean_probability(kind: Sequence[Tensor]) -> Tensor:
    """mean(G_prob) over all gates of one kind: 0-dim, differentiable.

    Args:
        kind: The logits of one tensor or more, of any shapes. Every gate weighs the same, so a
            large layer weighs more than a small one.
    """
    sums = [
        # 65,520 gates in float16 would have an infinite sum.
        torch.sigmoid(logits).sum(dtype=torch.promote_types(logits.dtype, torch.float32))
        for logits in kind
    ]
    return torch.stack(sums).sum() / sum(logits.numel() for logits in kind)


def checked_tau(tau: object) -> float:
    """The threshold τ as a float.

    Raises:
        ValueError: When it is anything but a number in [0, 1].
    """
    if not _is_number(tau) or not 0 <= tau <= 1:  # type: ignore[operator]
        raise ValueError(f"tau must be a number from 0 to 1, not {tau!r}.")
    return float(tau)  # type: ignore[arg-type]


def checked_initial_logit(initial_logit: object) -> float:
    """The starting value of gate logits as a float.

    Raises:
        ValueError: When it is anything but a finite number.
    """
    if not _is_number(initial_logit) or not math.isfinite(initial_logit):  # type: ignore[arg-type]
        raise ValueError(f"initial_logit must be a finite number, not {initial_logit!r}.")
    return float(initial_logit)  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
