"""One setting: where it may go, how it is written, and what is said of a value that it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

from dgviz.number_text import read_number


class SettingsError(ValueError):
    """A value that a knob does not accept. `knob` names it; the message is one sentence."""

    def __init__(self, knob: str, message: str) -> None:
        super().__init__(message)
        self.knob = knob


@dataclass(frozen=True)
class Knob:
    """What is known of one setting: where it may go and how to speak of it."""

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
    """How far one press of its + or − goes."""
    choices: tuple[str, ...] = ()
    live: bool = False
    """May change between any two steps of a run."""
    stops: tuple[float, ...] = ()
    """The positions of its slider, ascending."""

    @property
    def short_name(self) -> str:
        """Its symbol where it has one: "β", "epochs"."""
        return self.symbol or self.label

    @property
    def title(self) -> str:
        """How a form names it: "β sparsity penalty", "Epochs", "β schedule"."""
        if self.symbol:
            return f"{self.symbol} {self.label}"
        first = self.label[0]
        # A capital Greek letter is another symbol.
        return (first.upper() if first.isascii() else first) + self.label[1:]

    @property
    def flag(self) -> str:
        """The command-line option: `--learning-rate`."""
        return "--" + self.name.replace("_", "-")

    @property
    def accepted(self) -> str:
        """The accepted values, in words that finish the sentence 'must be …'."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        noun = "a whole number" if self.kind is int else "a number"
        # Ten digits: no bound has more, and a seed's is not to be shown as 2.14748e+09.
        return f"{noun} from {self.minimum:.10g} to {self.maximum:.10g}"

    def check(self, value: object) -> Any:
        """Return `value` as this knob's type, or raise `SettingsError` saying what is accepted.

        Text is parsed, because a URL and a command line hold nothing else.
        """
        parsed = self._parse(value)
        if parsed is None:
            name = f"{self.symbol} ({self.name})" if self.symbol else self.name
            shown = str(value)[:40]
            raise SettingsError(self.name, f"{name} must be {self.accepted}; it was {shown!r}.")
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
