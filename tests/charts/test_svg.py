"""Charts as static drawings: well-formed, self-contained and correctly laid out."""

from __future__ import annotations

import base64
import io
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from dgviz.charts import (
    ErrorLine,
    ErrorPoint,
    Mark,
    RunCurves,
    curves,
    error_by_weights,
    gate_map,
    histogram,
    pixel_map,
    svg,
)
from dgviz.charts.palette import ACTIVE, CARD, GROUND, cividis, css
from dgviz.charts.scales import Scale
from dgviz.pixel_counts import count_pixels

NAMES = {"": "http://www.w3.org/2000/svg"}
GATES = (np.arange(64).reshape(4, 16) * 3).astype(np.uint8)
MASK = GATES > 60


def run(title: str) -> RunCurves:
    epoch = np.arange(11) / 10
    return RunCurves(title, 1, epoch, epoch, epoch, 1 - epoch, (Mark(0.5, "β < τ &", "0.1", "1"),))


FIGURES = {
    "one run": curves([run("a")]),
    "three runs": curves([run("<b>a</b> & 'b'"), run('"quoted"'), run("c")]),
    "histogram": histogram([GATES], 0.3),
    "histogram without a threshold": histogram([GATES], None),
    "mask": gate_map(MASK),
    "error by weights": error_by_weights(
        [
            ErrorLine("<i>a</i> & b", 0, [ErrorPoint(9000, 2, 0.1), ErrorPoint(90_000, 1.5)]),
            ErrorLine("c", 7, [ErrorPoint(200_000, 4.0)]),
        ],
        [ErrorPoint(5000, 3), ErrorPoint(77_000, 1.17), ErrorPoint(77_000, 1.19)],
    ),
    "pixels": pixel_map(count_pixels(MASK, (1, 4, 4), np.arange(16) == 3)),
}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_every_chart_is_well_formed_and_within_its_area(figure: go.Figure) -> None:
    drawing = svg(figure, 'Words & "more" <words>', width=500)
    root = ET.fromstring(drawing)
    assert root.get("viewBox") == f"0 0 500 {figure.layout.height}"
    assert root.get("aria-label") == 'Words & "more" <words>'
    assert "nan" not in drawing
    assert "None" not in drawing
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 <= float(text.get("x", "-1")) <= 500
        assert 0 <= float(text.get("y", "-1")) <= figure.layout.height


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_a_drawing_has_no_script_id_or_address(figure: go.Figure) -> None:
    drawing = svg(figure, "words").replace(NAMES[""], "")
    assert "http" not in drawing
    assert "<script" not in drawing
    # Two drawings on one page must not share ids.
    assert " id=" not in drawing
    hrefs = re.findall(r'href="([^"]*)', drawing)
    assert all(href.startswith("data:image/png;base64,") for href in hrefs)


def test_titles_are_written_as_they_are() -> None:
    root = ET.fromstring(svg(FIGURES["three runs"], "words"))
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"1 · <b>a</b> & 'b'", '2 · "quoted"', "3 · c", "validation"} <= set(texts)


def test_a_network_is_drawn_at_its_weights_and_its_error_with_the_deviation() -> None:
    figure = FIGURES["error by weights"]
    drawing = svg(figure, "words", width=760)
    root = ET.fromstring(drawing)
    (low, high), (bottom, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    margin, height = figure.layout.margin, figure.layout.height

    def place(weights: float, error: float) -> tuple[float, float]:
        x, y = (
            Scale(margin.l, 760 - margin.r, low, high),
            Scale(height - margin.b, margin.t, bottom, top),
        )
        return x(math.log10(weights)), y(math.log10(error))

    (x, upper), (_, lower) = place(9000, 2.1), place(9000, 1.9)
    assert f'd="M{x:.1f},{lower:.1f}V{upper:.1f}"' in drawing
    texts = {text.text: text for text in root.iter(f"{{{NAMES['']}}}text")}
    assert {"<i>a</i> & b", "c", "published", "1", "2, 3"} <= texts.keys()
    x, y = place(5000, 3)
    assert (float(texts["1"].get("x", 0)), float(texts["1"].get("y", 0))) == (
        pytest.approx(x, abs=0.1),
        pytest.approx(y - 7, abs=0.1),
    )


def test_the_lines_of_a_mark_do_not_cross_its_label() -> None:
    root = ET.fromstring(svg(FIGURES["one run"], "words"))
    words = next(text for text in root.iter(f"{{{NAMES['']}}}text") if "→" in (text.text or ""))
    down = re.compile(r"M([\d.]+),([\d.]+)L\1,([\d.]+)")
    drawn = [down.fullmatch(path.get("d", "")) for path in root.iter(f"{{{NAMES['']}}}path")]
    upper, lower = sorted(sorted(float(end) for end in line.groups()[1:]) for line in drawn if line)
    assert upper[1] < float(words.get("y", 0)) < lower[0]


def test_lines_pass_through_their_points() -> None:
    root = ET.fromstring(svg(FIGURES["one run"], "words", width=720))
    stroke = root.find("svg/path", NAMES)
    assert stroke is not None
    points = [tuple(map(float, p.split(","))) for p in stroke.get("d", "")[1:].split()]
    # Evenly from the left margin to the right one, with equal rises.
    assert [x for x, _ in points] == pytest.approx(np.linspace(56, 704, 11), abs=0.06)
    assert np.diff([y for _, y in points]) == pytest.approx(
        np.full(10, np.diff(points, axis=0)[0, 1]), abs=0.2
    )
    assert points[-1][1] < points[0][1]


def test_a_mask_is_an_image_with_a_pixel_for_each_connection() -> None:
    drawing = svg(gate_map(MASK), "words")
    (href,) = re.findall(r"base64,([^\"]*)", drawing)
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(href))).convert("RGB"))
    assert picture.shape == (4, 16, 3)
    blue = (picture == ACTIVE).all(axis=2)
    assert blue.sum() == (GATES > 60).sum()
    assert (picture[~blue] == CARD).all()


def test_known_values_are_coloured_and_unknown_ones_transparent() -> None:
    drawing = svg(FIGURES["pixels"], "words")
    first = re.findall(r"base64,([^\"]*)", drawing)[0]
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(first))).convert("RGBA"))
    assert picture[0, 3, 3] == 0
    # Pixel 15 has 3 of 4 active connections.
    assert tuple(picture[3, 3, :3]) == cividis(math.log(4) / math.log(5))


def test_a_legend_entry_has_the_pattern_of_its_cells() -> None:
    pixels = svg(pixel_map(count_pixels(np.zeros((4, 16), bool))), "words")
    stripes = f'stroke="{css(GROUND)}"'
    above_the_picture = pixels[: pixels.index("<image")]
    assert above_the_picture.count(stripes) == 1


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (Scale(0, 1, 0, 50), ["0", "10", "20", "30", "40", "50"]),
        (Scale(0, 1, 0, 1.03), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (Scale(0, 1, 98, 100.5), ["98.0", "98.5", "99.0", "99.5", "100.0", "100.5"]),
        (Scale(0, 1, 97, 100.1), ["97", "98", "99", "100"]),
        (Scale(0, 1, 0, 2000), ["0", "500", "1,000", "1,500", "2,000"]),
        (Scale(0, 1, -0.3, 3.2, logarithmic=True), ["1", "10", "100", "1,000"]),
        (Scale(0, 1, 3.2, 4.8, logarithmic=True), ["2,000", "5,000", "10,000", "20,000", "50,000"]),
        (Scale(1, 0, 0.1, 1.1, logarithmic=True), ["2", "5", "10"]),
    ],
)
def test_axes_are_marked_at_round_values(scale: Scale, words: list[str]) -> None:
    assert [word for _, word in scale.ticks()] == words
    assert all(-1e-9 <= scale(value) <= 1 + 1e-9 for value, _ in scale.ticks())


def test_values_up_to_zero_are_at_the_low_end_of_a_logarithmic_axis() -> None:
    scale = Scale(100, 0, -1, 3, logarithmic=True)
    assert (scale(0), scale(0.1), scale(10), scale(1000)) == (100, 100, 50, 0)


def test_a_colour_is_six_digits() -> None:
    assert css(ACTIVE) == "#0b5fa5"
