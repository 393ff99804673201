"""Draws the golden files, which hold Python and JavaScript to the same answers.

    python -m tests.golden.draw

Most answers are those of the product's own functions; where only the browser has a formula, it is
written out in NumPy. The unit tests of the browser's modules read the files, and a test compares
them with what is drawn here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.golden import draw_charts, draw_formatting, draw_networks, draw_palette

FOLDER = Path(__file__).parent

FILES: dict[str, Callable[[], Mapping[str, Any]]] = {
    "charts.json": draw_charts.draw,
    "formatting.json": draw_formatting.draw,
    "networks.json": draw_networks.draw,
    "palette.json": draw_palette.draw,
}


def text(drawn: Any) -> str:
    """As JSON with a line for each case or field, so that a difference is easy to see."""
    if isinstance(drawn, Mapping):
        fields = (f"{json.dumps(name)}: {text(value)}" for name, value in drawn.items())
        return "{\n" + ",\n".join(fields) + "\n}"
    if isinstance(drawn, list) and drawn and isinstance(drawn[0], tuple | Mapping):
        return "[\n" + ",\n".join(map(text, drawn)) + "\n]"
    return json.dumps(drawn, ensure_ascii=False, allow_nan=False)


if __name__ == "__main__":
    for name, draw in FILES.items():
        (FOLDER / name).write_text(text(draw()) + "\n", encoding="utf-8")
