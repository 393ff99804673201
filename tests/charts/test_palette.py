"""Lines are told apart; tests/golden/palette.json holds the palette to the browser's own."""

from __future__ import annotations

from dgviz.charts import palette


def test_a_colour_is_read_as_it_is_written() -> None:
    assert palette.rgb(palette.css(palette.TAU)) == palette.TAU


def luminance(colour: palette.Rgb) -> float:
    linear = [((c / 255 + 0.055) / 1.055) ** 2.4 if c > 10 else c / 255 / 12.92 for c in colour]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_runs_line_can_be_seen_on_white() -> None:
    for colour in palette.SERIES:
        assert 1.05 / (luminance(colour) + 0.05) >= 3
    assert len(set(palette.SERIES)) == len(palette.SERIES) == len(palette.DASHES)
