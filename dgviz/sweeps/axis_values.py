"""The values of an axis as people write them: "0.3,0.5", "0.1:0.9:lin5", "0.01:10:log8"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from dgviz.knob import Knob, SettingsError

MOST_VALUES = 1000
_RANGE = re.compile(r"(?P<low>[^:]+):(?P<high>[^:]+):(?P<scale>lin|log)(?P<number>\d{1,6})")
_DIGITS = 4


def axis_values(knob: Knob, text: str) -> tuple[Any, ...]:
    """The values of a knob that a text names, each once, in the order of the text.

    The values of a range are rounded to four significant digits, so that they can be read and
    written again; for a knob of whole numbers, to whole numbers.

    Args:
        text: values with commas between them, or FIRST:LAST:linN or FIRST:LAST:logN for N values
            from FIRST to LAST, with equal differences or with equal ratios.

    Raises:
        SettingsError: the text is none of these, or the knob does not accept a value.
    """
    if ":" not in text:
        return tuple(dict.fromkeys(knob.check(part.strip()) for part in text.split(",")))
    parts = _RANGE.fullmatch(text.replace(" ", ""))
    if parts is None or knob.choices:
        raise _error(knob, f"it was {text[:40]!r}")
    number = int(parts["number"])
    low, high = knob.check(parts["low"]), knob.check(parts["high"])
    if not 2 <= number <= MOST_VALUES:
        raise _error(knob, f"N must be a whole number from 2 to {MOST_VALUES:,}; it was {number}")
    if parts["scale"] == "lin":
        values = [low + (high - low) * i / (number - 1) for i in range(number)]
    elif low > 0 and high > 0:
        values = [low * (high / low) ** (i / (number - 1)) for i in range(number)]
    else:
        raise _error(knob, "the ends of a range with equal ratios must be above 0")
    rounded = [round(v) if knob.kind is int else float(f"{v:.{_DIGITS}g}") for v in values]
    # The ends keep all their digits.
    rounded[0], rounded[-1] = low, high
    return tuple(dict.fromkeys(knob.check(value) for value in rounded))


def axis_text(knob: Knob, values: Sequence[Any]) -> str:
    """The shortest text from which `axis_values` makes these values of a knob, in this order."""
    parts = [str(value).removesuffix(".0") for value in values]
    texts = [",".join(parts)]
    for scale in () if knob.choices else ("lin", "log"):
        text = f"{parts[0]}:{parts[-1]}:{scale}{len(values)}"
        with suppress(SettingsError):
            if axis_values(knob, text) == tuple(values):
                texts.append(text)
    return min(texts, key=len)


def _error(knob: Knob, why: str) -> SettingsError:
    accepted = "values with commas between them"
    if not knob.choices:
        accepted += ", or FIRST:LAST:linN or FIRST:LAST:logN"
    return SettingsError(knob.name, f"Several values of {knob.full_name} are {accepted}; {why}.")
