"""One setting: its range, its names, and the check of its values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Any

from dgviz.number_text import read_number


class SettingsError(ValueError):
    """A knob does not accept a value. `knob` is its name; the message is one sentence."""

    def __init__(self, knob: str, message: str) -> None:
        super().__init__(message)
        self.knob = knob


@dataclass(frozen=True)
class Knob:
    """One setting: its default, its range and its texts.

    Raises:
        TypeError: the knob takes whole numbers, and its default, a bound or its step is not one.
    """

    name: str
    kind: type
    default: Any
    label: str
    help: str
    group: str
    symbol: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    """The change by one press of its + or − button; if not given, 1 or, of a float, 0.01."""
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """What its choices are called on the screen, in their order; if not given, by their names."""
    live: bool = False
    """Whether it may change between any two steps of a run."""
    stops: tuple[float, ...] = ()
    """The positions of its slider, ascending; empty if it has none."""
    before: Any = None
    """The value that a run had which was stored before the knob existed; None: the default."""

    def __post_init__(self) -> None:
        if self.choices:
            return
        if self.step is None:
            object.__setattr__(self, "step", 1 if self.kind is int else 0.01)
        # Of one type, because Streamlit refuses a box whose numbers have several.
        for part in ("default", "minimum", "maximum", "step"):
            number = getattr(self, part)
            if self.kind(number) != number:
                raise TypeError(f"{self.name} takes whole numbers, and its {part} is {number}.")
            object.__setattr__(self, part, self.kind(number))

    @property
    def short_name(self) -> str:
        """Its symbol if it has one, else its label: "β", "epochs"."""
        return self.symbol or self.label

    @property
    def title(self) -> str:
        """Its title in a form: "β sparsity penalty", "Epochs", "β schedule"."""
        if self.symbol:
            return f"{self.symbol} {self.label}"
        first = self.label[0]
        # A capital Greek letter is another symbol.
        return (first.upper() if first.isascii() else first) + self.label[1:]

    @property
    def full_name(self) -> str:
        """Its name in a message, with its symbol: "β (beta)", "epochs"."""
        return f"{self.symbol} ({self.name})" if self.symbol else self.name

    @property
    def flag(self) -> str:
        """The command-line option: `--learning-rate`."""
        return "--" + self.name.replace("_", "-")

    @property
    def accepted(self) -> str:
        """The accepted values, as the end of the sentence 'must be …'."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        noun = "a whole number" if self.kind is int else "a number"
        # Ten digits are enough for every bound; with fewer, a seed's would be 2.14748e+09.
        return f"{noun} from {self.minimum:.10g} to {self.maximum:.10g}"

    def step_at(self, value: float) -> Any:
        """The change by one press of + or − in a box without a slider.

        For a knob with stops, whose values may differ by decades, it is the distance from `value`
        to the next higher stop.
        """
        above = [stop for stop in self.stops if stop > value]
        gap = above[0] - value if above else value - max(self.stops[:-1], default=value)
        return self.kind(float(f"{gap:.3g}")) if gap else self.step

    def check(self, value: object) -> Any:
        """Return `value` as this knob's type; text, as from a URL or a command line, is parsed.

        Raises:
            SettingsError: the value is not accepted.
        """
        parsed = self._parse(value)
        if parsed is None:
            shown = str(value)[:40]
            message = f"{self.full_name} must be {self.accepted}; it was {shown!r}."
            raise SettingsError(self.name, message)
        return parsed

    def _parse(self, value: object) -> Any:
        if self.choices:
            return value if value in self.choices else None
        if isinstance(value, bool) or not isinstance(value, Real | str):
            return None
        try:
            number = read_number(value) if isinstance(value, str) else float(value)
        except OverflowError:
            return None
        assert self.minimum is not None and self.maximum is not None
        if number is None or not self.minimum <= number <= self.maximum:
            return None
        if self.kind is int:
            return int(number) if number == int(number) else None
        return number


def even_stops(low: float, high: float, step: float) -> tuple[float, ...]:
    """Slider positions `step` apart, from `low` to `high`."""
    count = round((high - low) / step)
    return tuple(round(low + i * step, 10) for i in range(count + 1))


def log_stops(low: float, high: float, per_decade: int) -> tuple[float, ...]:
    """Slider positions, evenly spaced on a logarithmic scale and rounded to two digits."""
    count = round(math.log10(high / low) * per_decade)
    return tuple(float(f"{low * (high / low) ** (i / count):.2g}") for i in range(count + 1))
