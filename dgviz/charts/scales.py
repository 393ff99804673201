"""Convert data to pixels, and choose the ticks of an axis."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """An axis with `low` at pixel `start` and `high` at pixel `end`.

    On a logarithmic axis, `low` and `high` are exponents of ten, as in Plotly.
    """

    start: float
    end: float
    low: float
    high: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """The pixel of a value; on a logarithmic axis, values up to 0 are at its low end."""
        if self.logarithmic:
            value = math.log10(value) if value > 0 else self.low
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """At most seven round values within the range, each with its text."""
        if self.logarithmic:
            powers = range(math.ceil(self.low), math.floor(self.high) + 1)
            return [(10.0**power, f"{10**power:,}") for power in powers if power >= 0]
        low, high = sorted((self.low, self.high))
        step = _round_step((high - low) / 6)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        if step * 10**digits % 1 > 1e-9:
            digits += 1
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        return [(i * step, f"{i * step:,.{digits}f}") for i in range(first, last + 1)]


@dataclass(frozen=True)
class Panel:
    """The area of a pair of axes."""

    x: Scale
    y: Scale


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= least * (1 - 1e-9))
