"""Text that a spreadsheet shows and does not compute."""

from __future__ import annotations

import re

_FORMULA = re.compile("[=+\\-@\t\r＝＋－＠]")  # noqa: RUF001


def plain_cell(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would take it for a formula.

    For cells of text only: a negative number is none.
    """
    return f"'{text}" if _FORMULA.match(text) else text
