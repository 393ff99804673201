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


def settings_for(settings: Settings, ratio: float) -> dict[str, Any]:
    """The changes of settings, by name, with which about `ratio` of the connections end active.

    A method with a knob for the ratio reaches it. For one with a penalty, β is interpolated between
    measured values, so that the ratio is only roughly reached; it depends on the preset and on the
    data too. Settings with a number of connections to keep get that of the ratio. If their preset
    has such a number, they get its β, corrected for another number. The measured values are of
    gates for weights; they are used for pixels, hidden units and blocks too.

    Args:
        settings: of the run, without these changes.
        ratio: in (0, 1).
    """
    spec = settings.spec
    if spec.target:
        return {spec.target: ratio}
    changes: dict[str, Any] = {}
    usual = Settings.from_preset(settings.preset, method=settings.method)
    if spec.keep and settings[spec.keep]:
        wanted = round(ratio * settings.dense_weights)
        changes[spec.keep] = _within(spec.keep, wanted, least=1)
    if changes and usual[spec.keep]:
        beta = corrected_beta(usual, ratio, usual[spec.keep] / usual.dense_weights)
    else:
        source, measured = _measured(spec, settings.preset)
        usual = Settings.from_preset(source, method=settings.method)
        beta = _beta_of(measured, ratio)
    return {**changes, "beta": _as_strong(beta, usual, settings)}


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


def _as_strong(beta: float, usual: Settings, settings: Settings) -> float:
    """The β that closes as many connections with `settings` as `beta` does with `usual`.

    Measured runs show that the ratio depends on β times the epochs. Adam's steps are as long as the
    learning rate, so doubling it does what twice the epochs do.
    """
    longer = settings.epochs / usual.epochs
    faster = settings.learning_rate / usual.learning_rate
    return _accepted(beta / longer / faster)


def _accepted(beta: float) -> float:
    """The nearest β that is accepted, with three digits."""
    return float(f"{_within('beta', beta):.3g}")


def _within(name: str, value: float, least: float = -math.inf) -> float:
    """The nearest value that the knob accepts, and that is at least `least`."""
    low, high = KNOBS[name].minimum, KNOBS[name].maximum
    assert low is not None and high is not None
    return min(max(value, low, least), high)


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
