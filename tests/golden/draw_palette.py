"""Colours, colour scales and mixtures of colours."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from dgviz.charts import palette

_CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
_GIVEN = {
    "ground": "backgroundColor",
    "ink": "textColor",
    "panel": "secondaryBackgroundColor",
}
"""The colours of Streamlit's theme that the browser uses, and their configuration names."""


def draw() -> dict[str, Any]:
    random = np.random.default_rng(1)
    places = [*np.linspace(0, 1, 35), *random.random(30), -0.5, 1.5]
    pairs = random.integers(0, 256, (40, 2, 3)).tolist()
    shares = [*random.random(20), *[0.5] * 20]
    theme = tomllib.loads(_CONFIG.read_text(encoding="utf-8"))["theme"]["light"]
    return {
        "given": {name: palette.rgb(theme[key]) for name, key in _GIVEN.items()},
        "light": {
            "ground": palette.GROUND,
            "card": palette.CARD,
            "ink": palette.INK,
            "muted": palette.MUTED,
            "active": palette.ACTIVE,
            "tau": palette.TAU,
            "tauInk": palette.TAU_INK,
            "closed": palette.CLOSED,
            "unused": palette.UNUSED,
            "series": palette.SERIES,
        },
        "grid": palette.GRID,
        "fade": palette.FADE,
        "dashes": palette.DASHES,
        "marks": {"event": palette.EVENT_DASH, "knob": palette.CHANGE_DASH},
        "dots": [palette.dot_of(number) for number in range(36)],
        "cividis": [(float(t), palette.cividis(t)) for t in places],
        "mix": [
            (a, b, float(share), palette.mix(a, b, share))
            for (a, b), share in zip(pairs, shares, strict=True)
        ],
    }
