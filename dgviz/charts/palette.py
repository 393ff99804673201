"""The light palette of `web/kit/theme.js` and the cividis colours of `colours.js`."""

from __future__ import annotations

import math
from collections.abc import Sequence

Rgb = tuple[int, int, int]

GROUND: Rgb = (255, 255, 255)
CARD: Rgb = (251, 252, 253)
INK: Rgb = (22, 25, 29)
MUTED: Rgb = (101, 103, 106)
GRID: Rgb = (227, 227, 228)
ACTIVE: Rgb = (11, 95, 165)
TAU: Rgb = (213, 94, 0)
TAU_INK: Rgb = (176, 77, 0)
"""The colour of tau, dark enough for small text."""
CLOSED: Rgb = (178, 184, 191)
UNUSED: Rgb = (204, 121, 167)

FADE = 0.74
"""The share of the card's colour in that of a closed connection."""

CIVIDIS: tuple[Rgb, ...] = (
    (0, 32, 76),
    (0, 42, 102),
    (0, 52, 110),
    (39, 63, 108),
    (60, 74, 107),
    (76, 85, 107),
    (91, 95, 109),
    (104, 106, 112),
    (117, 117, 117),
    (131, 129, 120),
    (146, 140, 120),
    (161, 152, 118),
    (176, 165, 114),
    (192, 177, 109),
    (209, 191, 102),
    (225, 204, 92),
    (243, 219, 79),
    (255, 233, 69),
)

SERIES: tuple[Rgb, ...] = (ACTIVE, TAU, (0, 133, 97), (163, 69, 124), (86, 87, 92), (64, 155, 209))
"""Colours of several runs: the hues of Okabe and Ito, dark enough for lines on white."""
DASHES = ("solid", "dash", "dashdot", "longdash", "longdashdot", "8px,3px,2px,3px,2px,3px")
"""Dashes that distinguish runs in grey print; dotted lines are reserved for validation."""
EVENT_DASH, CHANGE_DASH = "2px,3px", "7px,4px"
"""Dashes of the lines down from the marks of a method's events, and of changes of settings."""

SYMBOLS = ("circle", "square", "triangle-up", "triangle-down", "cross", "star")
"""Plotly's names of the symbols that distinguish methods in grey print."""


def dot_of(number: int) -> tuple[Rgb, str]:
    """The colour and the symbol of a method; the first 36 numbers differ in one of them.

    `lookOf` of `web/compare/series.js` has the same.
    """
    row = number // len(SERIES)
    return SERIES[number % len(SERIES)], SYMBOLS[(number + row) % len(SYMBOLS)]


def dash_of(number: int) -> str:
    """The dash of a method's lines; methods with one colour have different dashes.

    `lookOf` of `web/compare/series.js` has the same.
    """
    return DASHES[(number + number // len(SERIES)) % len(DASHES)]


def css(colour: Rgb) -> str:
    """(11, 95, 165) -> "#0b5fa5"."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def rgb(colour: str) -> Rgb:
    """ "#0b5fa5" -> (11, 95, 165)."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def mix(a: Rgb, b: Rgb, share: float) -> Rgb:
    """`a` at share 0, `b` at share 1."""
    # Round halves up, as JavaScript does; Python's `round` rounds them to even.
    red, green, blue = (math.floor(x + (y - x) * share + 0.5) for x, y in zip(a, b, strict=True))
    return red, green, blue


def cividis(t: float) -> Rgb:
    """The colour at t in [0, 1], from dark blue to yellow; even for colour-blind readers too."""
    place = min(1.0, max(0.0, t)) * (len(CIVIDIS) - 1)
    i = min(len(CIVIDIS) - 2, int(place))
    return mix(CIVIDIS[i], CIVIDIS[i + 1], place - i)


def scale(colours: Sequence[Rgb]) -> list[list[float | str]]:
    """Evenly spaced colours as a Plotly colour scale."""
    return [[i / (len(colours) - 1), css(colour)] for i, colour in enumerate(colours)]
