"""Write the golden files, which check that Python and JavaScript give the same results.

    python -m tests.golden.draw

Most results come from functions of dgviz. A formula that only the browser has is written here in
NumPy. The unit tests of the browser's modules read the files, and a test compares them with new
results.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.golden import (
    draw_charts,
    draw_formatting,
    draw_networks,
    draw_palette,
    draw_routed,
    draw_sweep,
)

FOLDER = Path(__file__).parent

FILES: dict[str, Callable[[], Mapping[str, Any]]] = {
    "charts.json": draw_charts.draw,
    "formatting.json": draw_formatting.draw,
    "networks.json": draw_networks.draw,
    "palette.json": draw_palette.draw,
    "routed.json": draw_routed.draw,
    "sweep.json": draw_sweep.draw,
}


def text(drawn: Any) -> str:
    """JSON with one line for each case or field, so that differences are easy to see."""
    if isinstance(drawn, Mapping):
        fields = (f"{json.dumps(name)}: {text(value)}" for name, value in drawn.items())
        return "{\n" + ",\n".join(fields) + "\n}"
    if isinstance(drawn, list) and drawn and isinstance(drawn[0], tuple | Mapping):
        return "[\n" + ",\n".join(map(text, drawn)) + "\n]"
    return json.dumps(drawn, ensure_ascii=False, allow_nan=False)


if __name__ == "__main__":
    for name, draw in FILES.items():
        (FOLDER / name).write_text(text(draw()) + "\n", encoding="utf-8")
