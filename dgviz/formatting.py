"""Numbers written for people, in the format of `web/core/format.js`; an unknown number is "–"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

UNKNOWN = "–"

_EVERY_DIGIT = Context(prec=400, rounding=ROUND_HALF_UP)
"""Room for the digits of the largest float, which has 309, and for decimals."""


def fixed(x: float, digits: int) -> str:
    """A finite `x` with this many decimals: 0.0625 -> "0.063".

    Halves are rounded away from 0, as in JavaScript's `toFixed`; Python's formats round to even.
    """
    return f"{Decimal(x).quantize(Decimal(1).scaleb(-digits), context=_EVERY_DIGIT):f}"


def count(n: float | None) -> str:
    """77046 -> "77,046"."""
    return f"{int(fixed(n, 0)):,}" if n is not None and math.isfinite(n) else UNKNOWN


def counted(n: int, noun: str) -> str:
    """1, "epoch" -> "1 epoch"; 2000, "epoch" -> "2,000 epochs"."""
    return f"{count(n)} {noun}{'' if n == 1 else 's'}"


def percent(share: float | None) -> str:
    """0.9826 -> "98.26%"."""
    return f"{fixed(100 * share, 2)}%" if share is not None and math.isfinite(share) else UNKNOWN


def ratio(r: float | None) -> str:
    """0.379 -> "0.379"; a very small ratio keeps a fourth decimal."""
    if r is None or not math.isfinite(r):
        return UNKNOWN
    if 0 < r < 5e-5:
        return "< 0.0001"
    # A ratio below 1 must not be shown as 1.
    return fixed(r, 4) if 0 < r < 0.01 else fixed(min(r, 0.999) if r < 1 else r, 3)


def plain(x: float, digits: int = 6) -> str:
    """A finite number with at most this many digits and no exponent: 0.03, 1, 30, −1, 0.00001."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(x).normalize()
    return f"{rounded:f}".replace("-", "−") if rounded else "0"


def threshold(tau: float) -> str:
    """tau with at least two decimals: 0.5 -> "0.50", 0.505 -> "0.505"."""
    return fixed(tau, 3 if abs(tau * 100 - round(tau * 100)) > 1e-6 else 2)


def size(n: int) -> str:
    """8388608 -> "8 MB", 65536 -> "64 KB"; for limits, which are round numbers of either unit."""
    return f"{n / 2**20:g} MB" if n >= 2**20 else f"{n / 2**10:g} KB"


def file_size(n: float) -> str:
    """996 -> "996 bytes", 327676 -> "328 kB", 1234567 -> "1.2 MB"."""
    if n < 1000:
        return f"{count(n)} bytes"
    kilobytes = int(fixed(n / 1000, 0))
    return f"{kilobytes} kB" if kilobytes < 1000 else f"{fixed(n / 1e6, 1)} MB"


def duration(seconds: float) -> str:
    """1.31 -> "1.3 s", 125 -> "2 min 5 s", 3780 -> "1 h 3 min"."""
    if seconds < 9.95:
        return f"{fixed(seconds, 1)} s"
    whole = int(fixed(seconds, 0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = int(fixed(whole / 60, 0))
    return f"{minutes // 60} h {minutes % 60} min"


def resume_text(resuming: str, step: int, epoch: float | None = None) -> str:
    """Where training begins when a run is resumed, as a sentence.

    Args:
        resuming: the name of the button, or the command, that resumes the run.
        step: the step of the newest checkpoint; 0 if there is none.
        epoch: the same in epochs, if the sentence is to contain it.
    """
    if not step:
        return f"{resuming} begins the run again from the start."
    place = f"step {step:,}" if epoch is None else f"epoch {epoch:.1f} (step {step:,})"
    return f"{resuming} goes on from {place}."


def system_text(info: Mapping[str, object]) -> str:
    """The known facts about a machine or its software: "cores 2, device cpu"."""
    return ", ".join(f"{name} {value}" for name, value in info.items() if value is not None)


def joined(words: Iterable[str], word: str = "and") -> str:
    """The words as part of a sentence, as in: a, b and c; "" for none."""
    *first, last = ["", *words]
    return f"{', '.join(first[1:])} {word} {last}" if len(first) > 1 else last
