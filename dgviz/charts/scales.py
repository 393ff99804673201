"""Convert data to pixels, and choose the ticks of an axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

_FEW_DECADES = 3
"""A logarithmic axis of no more decades has ticks at 2 and 5 times a power of ten, too."""


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
        """At most nine round values within the range, each with its text.

        On a logarithmic axis there are none below 1.
        """
        if self.logarithmic:
            powers = range(math.floor(self.low), math.floor(self.high) + 1)
            first_digits = [1] if self.high - self.low > _FEW_DECADES else [1, 2, 5]
            marked = [digit * 10**power for power in powers if power >= 0 for digit in first_digits]
            return [(value, f"{value:,}") for value in marked if self._holds(math.log10(value))]
        low, high = sorted((self.low, self.high))
        step = _round_step((high - low) / 6)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        if step * 10**digits % 1 > 1e-9:
            digits += 1
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        return [(i * step, f"{i * step:,.{digits}f}") for i in range(first, last + 1)]

    def _holds(self, value: float) -> bool:
        low, high = sorted((self.low, self.high))
        return low - 1e-9 <= value <= high + 1e-9


@dataclass(frozen=True)
class Panel:
    """The area of a pair of axes."""

    x: Scale
    y: Scale


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= least * (1 - 1e-9))
