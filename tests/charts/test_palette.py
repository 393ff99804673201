"""The palette is the browser's own."""

from __future__ import annotations

import re
from pathlib import Path

from dgviz.charts import palette

WEB = Path(__file__).parents[2] / "dgviz" / "web"


def colours_in(text: str) -> list[palette.Rgb]:
    found = re.findall(r"\[(\d+), (\d+), (\d+)\]", text)
    return [(int(red), int(green), int(blue)) for red, green, blue in found]


def test_the_light_palette_is_that_of_theme_js() -> None:
    theme = (WEB / "kit" / "theme.js").read_text(encoding="utf-8")
    light = re.search(r"light: \{(.*)\}", theme)
    pruned = re.search(r"pruned: (\[.*\])", theme)
    assert light is not None and pruned is not None
    ours = [palette.KEPT, palette.TAU, palette.TAU_INK, palette.CLOSED]
    assert colours_in(light.group(1)) == ours
    assert colours_in(pruned.group(1)) == [palette.PRUNED]


def test_cividis_is_that_of_colours_js() -> None:
    colours = (WEB / "core" / "colours.js").read_text(encoding="utf-8")
    table = colours[colours.index("CIVIDIS = [") : colours.index("];")]
    assert colours_in(table) == list(palette.CIVIDIS)
    assert palette.cividis(0) == palette.CIVIDIS[0]
    assert palette.cividis(1) == palette.CIVIDIS[-1]
    assert palette.cividis(0.5) == palette.mix(palette.CIVIDIS[8], palette.CIVIDIS[9], 0.5)


def test_closed_connections_fade_as_in_the_browser() -> None:
    drawing = (WEB / "core" / "gate_drawing.js").read_text(encoding="utf-8")
    assert f"FADE = {palette.FADE};" in drawing


def luminance(colour: palette.Rgb) -> float:
    linear = [((c / 255 + 0.055) / 1.055) ** 2.4 if c > 10 else c / 255 / 12.92 for c in colour]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_runs_line_can_be_seen_on_white() -> None:
    for colour in palette.SERIES:
        assert 1.05 / (luminance(colour) + 0.05) >= 3
    assert len(set(palette.SERIES)) == len(palette.SERIES) == len(palette.DASHES)
