"""The pictures of the Live page and their texts, for a recorded run or a network of a test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from live_page import LivePage
from made_up_net import Net, show
from playwright.sync_api import Browser, Locator, Page, expect
from recorded_run import record

from dgviz.charts.palette import ACTIVE, CARD, CIVIDIS, FADE, TAU, Rgb, mix
from dgviz.settings import Settings

ACTIVE_ABOVE = 0.5


@pytest.fixture(scope="module")
def recorded_small(server: str) -> str:
    """The path of a finished run of 16 hidden units, some of whose connections are closed."""
    return f"/?run={record(Settings.from_preset('classroom', hidden=16, epochs=2))}"


@pytest.fixture(scope="module")
def shown(browser: Browser, server: str, recorded_small: str) -> Iterator[LivePage]:
    """The Live page of that run, which the tests share."""
    with browser.new_context(viewport={"width": 1440, "height": 960}) as context:
        live = LivePage(context.new_page(), server, recorded_small)
        live.wait_for("epoch", lambda epoch: epoch == 2)
        yield live


def picture(live: LivePage, card: str) -> Locator:
    # A plot contains buttons, which the role "figure" allows and "img" does not.
    return live.page.locator(f".{card} :is([role=img], [role=figure])").first


def test_hovering_reads_a_connection(shown: LivePage) -> None:
    shown.map.hover()
    readout = shown.page.locator(".gate-map .readout")
    expect(readout).to_have_text(
        re.compile(
            r"unit \d+ · pixel \(row \d+, column \d+\) · "
            r"gate probability \d\.\d{3} · weight −?\d+\.\d{3} · "
        )
    )
    words = readout.inner_text()
    probability = float(words.split("gate probability ")[1].split(" ")[0])
    assert ("active" in words) == (probability > ACTIVE_ABOVE)
    place = re.search(r"row \d+, column \d+", words)
    assert place
    # The pixel map marks the same pixel.
    expect(shown.page.locator(".pixel-map .readout")).to_contain_text(place[0])


class GateMap:
    """The connection map on an otherwise empty page; its rows are numbered as they are drawn."""

    def __init__(self, page: Page, server: str, net: Net) -> None:
        self.page = page
        self.card = show(page, server, "live/gate_map", net)
        self.map = self.card.get_by_test_id("gate-canvas")
        expect(self.map).to_have_attribute("data-step", "9")

    def choose(self, name: str) -> None:
        button = self.card.get_by_role("button", name=name, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    def expect_colour(self, row: int, image_row: int, colour: Rgb) -> None:
        """Wait until the pixels in this row of the image have the colour in this row of the map."""
        self.page.wait_for_function(
            """([canvas, row, imageRow, colour, card]) => {
                const x = (imageRow + 0.5) / 28 * canvas.width;
                const y = (row + 0.5) / 10 * canvas.height;
                const at = [x, y, 1, 1].map(Math.round);
                const [r, g, b, a] = canvas.getContext("2d").getImageData(...at).data;
                // Where it is clear, the card behind it is seen.
                const seen = [r, g, b].map((c, i) => (c * a + card[i] * (255 - a)) / 255);
                return seen.every((c, i) => Math.abs(c - colour[i]) <= 2);
            }""",
            arg=[self.map.locator("canvas").first.element_handle(), row, image_row, colour, CARD],
        )


def test_each_mode_paints_its_own_picture(page: Page, server: str) -> None:
    """Unit k is connected to row k + 9 of the image, by weights of (k + 1) / 10."""
    net = Net()
    net.first[2] *= -1
    gate_map = GateMap(page, server, net)
    for unit in (2, 7):
        gate_map.expect_colour(unit, unit + 9, ACTIVE)
        gate_map.expect_colour(unit, unit + 8, CARD)
    gate_map.choose("gate")
    for unit in (2, 7):
        gate_map.expect_colour(unit, unit + 9, CIVIDIS[-1])
        gate_map.expect_colour(unit, unit + 8, mix(CIVIDIS[0], CARD, FADE))
    gate_map.choose("weight")
    gate_map.expect_colour(2, 11, mix(CARD, TAU, 0.3**0.5))
    gate_map.expect_colour(7, 16, mix(CARD, ACTIVE, 0.8**0.5))
    gate_map.expect_colour(7, 15, CARD)


def test_units_are_drawn_by_index_or_most_active_first(page: Page, server: str) -> None:
    net = Net()
    net.scores[0][7, :28] = 200
    gate_map = GateMap(page, server, net)
    readout = gate_map.card.locator(".readout")
    for order, first in (("by index", 0), ("most active", 7)):
        gate_map.choose(order)
        gate_map.expect_colour(0, first + 9, ACTIVE)
        gate_map.map.hover(position={"x": 300, "y": 2})
        expect(readout).to_contain_text(f"unit {first} ·")
        page.mouse.move(0, 0)


def test_a_map_of_few_units_has_hard_rows(shown: LivePage) -> None:
    shown.page.mouse.move(0, 0)
    smeared = shown.map.locator("canvas").first.evaluate(
        """canvas => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const pixels = new Uint32Array(data.buffer);
            const high = height / 16;
            let differing = 0;
            for (let row = 0; row < 16; row++) {
                const top = Math.ceil(row * high) + 1;
                for (let y = top + 1; y < (row + 1) * high - 1; y++) {
                    for (let x = 0; x < width; x++) {
                        differing += pixels[y * width + x] !== pixels[top * width + x];
                    }
                }
            }
            return differing;
        }"""
    )
    assert smeared == 0


def test_an_unused_pixel_is_striped_and_one_in_use_is_plain(page: Page, server: str) -> None:
    """The net's units are connected only to rows 9 to 18 of the image."""
    card = show(page, server, "live/pixel_map", Net())
    expect(card.locator(".legend")).to_contain_text("unused (504)")
    unused, used = card.locator(".grid-picture canvas").first.evaluate(
        """canvas => {
            const { width, height } = canvas;
            const coloursIn = (row) => {
                const middle = [0.45 * width, (row + 0.5) * height / 28, 0.1 * width, 1];
                const { data } = canvas.getContext("2d").getImageData(...middle.map(Math.round));
                return new Set(new Uint32Array(data.buffer)).size;
            };
            return [coloursIn(4), coloursIn(12)];
        }"""
    )
    assert (unused > 1, used) == (True, 1)


def test_the_keyboard_stays_on_its_connection_when_units_are_reordered(shown: LivePage) -> None:
    readout = shown.page.locator(".gate-map .readout")
    shown.map.press("ArrowDown")
    before = readout.inner_text()
    unit = int(before.split("unit ")[1].split(" ")[0])
    shown.button("by index").click()
    expect(readout).to_have_text(before)
    shown.map.press("ArrowUp")
    expect(readout).to_contain_text(f"unit {max(0, unit - 1)} ·")
    shown.button("most active").click()
    # The pointer moves the cursor, and removes it when it leaves.
    shown.map.hover()
    shown.page.mouse.move(0, 0)


def test_names_of_controls_contain_the_words_on_them(shown: LivePage) -> None:
    controls = shown.page.locator(".dgviz button[aria-label]")
    named = controls.evaluate_all(
        "nodes => nodes.map((node) => [node.innerText.trim(), node.getAttribute('aria-label')])"
    )
    worded = [(words, name) for words, name in named if re.search(r"[^\W\d_]", words)]
    assert ("fit", "fit the whole map") in worded
    assert all(words.lower() in name.lower() for words, name in worded), worded


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        ("gate-map", r"first layer: 16 units × 784 pixels\. [\d,]+ of 12,704 "
                     r"connections are active at tau 0\.50: active ratio 0\.\d{3}\. [\d,]+ of "
                     r"them are in the first layer, which the map shows\. Epoch \d+\.\d, "
                     r"test accuracy \d+\.\d+%"),
        ("pixel-map", r"28 by 28 pixels at tau 0\.50: \d+ are in use, \d+ are unused, 67 are"),
        ("curves", r"epoch \d+\.\d: test accuracy \d+\.\d+%, active ratio 0\.\d{3}"),
        ("histogram", r"[\d,]+ of 12,704 connections are above tau 0\.50"),
    ],
)  # fmt: skip
def test_every_picture_states_its_figures(shown: LivePage, card: str, sentence: str) -> None:
    expect(picture(shown, card)).to_have_attribute("aria-label", re.compile(sentence))


def test_the_pictures_agree_on_what_is_active(shown: LivePage) -> None:
    active = round(shown.stated("active-ratio") * 12704)
    expect(picture(shown, "histogram")).to_have_attribute(
        "aria-label", re.compile(f"{active:,} of")
    )
    figures = shown.page.locator(".figures")
    expect(figures.locator(".connections .aside")).to_contain_text(
        f"of 12,704 connections{active:,} multiplications an image"
    )
    meter = figures.get_by_role("meter", name="active connections")
    share = 100 * active / 12704
    assert float(meter.get_attribute("aria-valuenow") or 0) == pytest.approx(share)
    filled = "meter => 100 * meter.firstChild.getBoundingClientRect().width / meter.clientWidth"
    assert meter.evaluate(filled) == pytest.approx(share, abs=1)
    parts = shown.page.locator(".remains dd").all_inner_texts()
    layers = [int(part.split(" of ")[0].replace(",", "")) for part in parts[:2]]
    assert layers[0] + layers[1] == active
    assert parts[0].endswith(" of 12,544") and parts[1].endswith(" of 160")
    expect(shown.page.locator(".gate-map .legend")).to_contain_text(
        f"first layer:active {layers[0]:,}"
    )


def test_a_zoomed_chart_stays_zoomed_while_it_is_updated(page: Page, server: str) -> None:
    live = LivePage(page, server, "/?preset=classroom&hidden=16&epochs=1000")
    live.start()
    plot = page.locator(".curves .plot")
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=4)
    page.mouse.up()
    seen = "plot => [plot.layout.xaxis.range.join(), plot.data[0].x.length]"
    zoomed, points = plot.evaluate(seen)
    assert not zoomed.startswith("0,")
    page.wait_for_function(
        "([plot, points]) => plot.data[0].x.length > points + 5",
        arg=[plot.element_handle(), points],
    )
    assert plot.evaluate(seen)[0] == zoomed
    page.mouse.dblclick(box["x"] + box["width"] / 2, middle)
    page.wait_for_function("plot => plot.layout.xaxis.range[0] === 0", arg=plot.element_handle())


def test_dark_mode_paints_on_a_dark_ground(
    browser: Browser, server: str, recorded_small: str
) -> None:
    with browser.new_context(color_scheme="dark") as context:
        live = LivePage(context.new_page(), server, recorded_small)
        bar = live.page.locator(".histogram .bars path").last
        expect(bar).to_have_css("fill", "rgb(86, 180, 240)")
        card = live.page.locator(".gate-map .card")
        ground = card.evaluate("card => getComputedStyle(card).backgroundColor")
        # The browser gives either rgb(r, g, b) or color(srgb r g b).
        scale = 1 if ground.startswith("color") else 255
        assert max(float(part) for part in re.findall(r"[\d.]+", ground)[:3]) / scale < 0.2
