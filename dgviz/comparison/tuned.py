"""Which settings make a method keep about a wanted part of its connections active."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dgviz.methods.catalogue import METHODS
from dgviz.methods.spec import MethodSpec
from dgviz.settings import KNOBS, Settings

_FALLBACK = "paper"


def takes_a_ratio(spec: MethodSpec) -> bool:
    """Whether the method's active ratio can be chosen; otherwise it has one run for all ratios."""
    return bool(spec.target or spec.beta_ratios)


def settings_for(
    spec: MethodSpec, ratio: float, preset: str, epochs: int, learning_rate: float | None = None
) -> dict[str, Any]:
    """The settings, by name, with which about `ratio` of the connections end active.

    A method with a knob for the ratio reaches it. For one with a penalty, β is interpolated between
    measured values, so that the ratio is only roughly reached; it depends on the preset and on the
    data too.

    Args:
        ratio: in (0, 1).
        epochs: of the run; a penalty closes connections for as long as training lasts.
        learning_rate: of the run, if it is not the preset's; a higher one closes them faster.
    """
    if spec.target:
        return {spec.target: ratio}
    source, measured = _measured(spec, preset)
    usual = Settings.from_preset(source)
    # Measured runs show that the ratio depends on β times the epochs. Adam's steps are as long as
    # the learning rate, so doubling it does what twice the epochs do.
    beta = _beta_of(measured, ratio) * usual.epochs / epochs
    if learning_rate is not None:
        beta *= usual.learning_rate / learning_rate
    return {"beta": _accepted(beta)}


def corrected_beta(settings: Settings, ratio: float, reached: float) -> float:
    """The β with which about `ratio` of the connections end active, for a method with a penalty.

    Args:
        settings: of a run, which ended with the ratio `reached`.
        ratio, reached: in (0, 1].
    """
    _, measured = _measured(METHODS[settings.method], settings.preset)
    return _accepted(settings.beta * _beta_of(measured, ratio) / _beta_of(measured, reached))


def _measured(spec: MethodSpec, preset: str) -> tuple[str, Sequence[tuple[float, float]]]:
    """The preset whose measured pairs of β and ratio are nearest, and these pairs."""
    source = preset if preset in spec.beta_ratios else _FALLBACK
    return source, spec.beta_ratios[source]


def _accepted(beta: float) -> float:
    """The nearest β that is accepted, with three digits."""
    low, high = KNOBS["beta"].minimum, KNOBS["beta"].maximum
    assert low is not None and high is not None
    return float(f"{min(max(beta, low), high):.3g}")


def _beta_of(measured: Sequence[tuple[float, float]], ratio: float) -> float:
    """Interpolate on logarithmic scales; beyond the ends, along the last straight line.

    Args:
        measured: pairs of β and ratio, by ascending β and descending ratio.
    """
    points = [(math.log(r), math.log(beta)) for beta, r in measured]
    wanted = math.log(ratio)
    # The first pair below the wanted ratio ends the straight line that is used.
    end = next((i for i, (r, _) in enumerate(points) if i and r <= wanted), len(points) - 1)
    (r0, beta0), (r1, beta1) = points[end - 1], points[end]
    return math.exp(beta0 + (wanted - r0) * (beta1 - beta0) / (r1 - r0))
