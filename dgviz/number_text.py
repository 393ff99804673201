"""Numbers written by people: in boxes, links, command lines and environment variables."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)


def read_number(text: str) -> float | None:
    """Read a number that a person wrote: `0.03`, `0,03`, `3e-2`, `−1`; None if it is not one.

    A comma is a decimal mark. A text in which it may separate thousands, such as `1,000`, is not
    accepted. The boxes beside the sliders follow the same rule (`web/live/number_text.js`).
    """
    clean = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(clean) or _THOUSANDS.fullmatch(clean):
        return None
    number = float(clean.replace(",", "."))
    return number if math.isfinite(number) else None
