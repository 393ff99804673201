"""Protect text from being computed as a formula by a spreadsheet."""

from __future__ import annotations

import re

_FORMULA = re.compile("[=+\\-@\t\r＝＋－＠]")  # noqa: RUF001


def plain_cell(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would compute as a formula.

    Only for cells of text: a negative number is not a formula.
    """
    return f"'{text}" if _FORMULA.match(text) else text
