"""The colours of lines; tests/golden/palette.json compares the palette with the browser's."""

from __future__ import annotations

from dgviz.charts import palette


def test_a_written_colour_is_read_again() -> None:
    assert palette.rgb(palette.css(palette.TAU)) == palette.TAU


def luminance(colour: palette.Rgb) -> float:
    linear = [((c / 255 + 0.055) / 1.055) ** 2.4 if c > 10 else c / 255 / 12.92 for c in colour]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_line_of_every_run_is_visible_on_white() -> None:
    for colour in palette.SERIES:
        assert 1.05 / (luminance(colour) + 0.05) >= 3
    assert len(set(palette.SERIES)) == len(palette.SERIES) == len(palette.DASHES)
