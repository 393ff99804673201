"""The retention map and the class maps of the Pixels page."""

from __future__ import annotations

import csv
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from made_up_net import Net, mount, show
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect
from recorded_run import record

from dgviz.settings import Settings


@pytest.fixture(scope="module")
def maps(browser: Browser, server: str) -> Iterator[Page]:
    """The Pixels page of a finished run, which the tests share."""
    run = record(Settings.from_preset("classroom", hidden=16, epochs=1))
    with browser.new_context(viewport={"width": 1440, "height": 1200}) as context:
        page = context.new_page()
        page.goto(f"{server}/pixels?run={run}")
        expect(page.locator(".by-class .readout")).to_contain_text("Point at or tap a pixel")
        expect(picture(page, "retention")).to_have_attribute("aria-label", re.compile("in use"))
        yield page


def picture(page: Page, card: str, place: int = 0) -> Locator:
    return page.locator(f".{card} .grid-picture").nth(place)


def readout(page: Page, card: str) -> Locator:
    return page.locator(f".{card} .readout")


def saved(page: Page, card: str, kind: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(f".{card} .sheets").get_by_role("button", name=kind, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_names_of_downloads_contain_the_card(maps: Page) -> None:
    groups = maps.locator(".sheets")
    expect(groups).to_have_count(6)
    names = [group.get_attribute("aria-label") for group in groups.all()]
    assert "Which pixels are in use: table and downloads" in names
    assert len(set(names)) == len(names)


def rows_of(card: Locator, page: Page) -> list[dict[str, str]]:
    """The rows of the CSV of a card that is alone on its page, by column."""
    with page.expect_download() as download:
        card.get_by_role("button", name="CSV", exact=True).click()
    with download.value.path().open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_the_nets_values_of_each_pixel(page: Page, server: str) -> None:
    """Unit k is connected to row k + 9 of the image, by weights of (k + 1) / 10."""
    net = Net()
    net.blank[:28] = True
    card = show(page, server, "pixels/retention", net)
    legend = card.locator(".legend")
    for words in ("nothing about importance (28)", "no active connection (476)", "in use (280)"):
        expect(legend).to_contain_text(words)
    rows = rows_of(card, page)
    assert len(rows) == 784
    for row in rows:
        unit = int(row["row"]) - 9
        used = 0 <= unit < 10
        kind = "in use" if used else "always blank" if row["row"] == "0" else "unused"
        assert (row["kind"], row["active connections of 10"]) == (kind, str(int(used)))
        weight = (unit + 1) / 10 if used else 0
        assert float(row["sum of |W|"]) == pytest.approx(weight, abs=1e-3)
    card.get_by_role("button", name="table", exact=True).click()
    table = page.get_by_role("dialog").get_by_role("table")
    expect(table.locator("tbody tr")).to_have_count(784)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_classes_are_compared_by_their_difference(page: Page, server: str) -> None:
    """Class k sees row k + 9 of the image alone, through one unit, by weights of (k + 1) / 10."""
    card = show(page, server, "pixels/by_class", Net())
    expect(card).to_contain_text("Blue pixels count for 4, orange pixels for 9.")
    card.get_by_role("combobox", name="with", exact=True).select_option("7")
    expect(card).to_contain_text("Blue pixels count for 4, orange pixels for 7.")
    rows = rows_of(card, page)
    assert len(rows) == 784
    for row in rows:
        added = {13: 0.5, 16: -0.8}.get(int(row["row"]), 0)
        assert float(row["4 minus 7"]) == pytest.approx(added, abs=1e-3)
        assert float(row["class 4"]) == pytest.approx(max(0, added), abs=1e-3)


def test_contours_are_drawn_where_a_class_has_its_ink(page: Page, server: str) -> None:
    net = Net()
    net.means[3].view(28, 28)[2:8, 10:20] = 255
    card = show(page, server, "pixels/retention", net)
    expect(card.locator(".legend")).to_contain_text("in use (")
    canvas = card.locator(".grid-picture canvas").first
    plain = canvas.evaluate("canvas => canvas.toDataURL()")
    lines = card.get_by_role("combobox", name="contour lines", exact=True)
    lines.select_option(label="class 3")
    expect(card.locator(".legend")).to_contain_text("of the mean of class 3")
    top, bottom, left, right = page.wait_for_function(
        """async ([canvas, plain]) => {
            const before = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
            const picture = Object.assign(new Image(), { src: plain });
            await picture.decode();
            before.drawImage(picture, 0, 0);
            const whole = [0, 0, canvas.width, canvas.height];
            const [old, now] = [before, canvas.getContext("2d")]
                .map((context) => new Uint32Array(context.getImageData(...whole).data.buffer));
            const changed = [...now.keys()].filter((at) => now[at] !== old[at]);
            if (!changed.length) return false;
            const rows = changed.map((at) => Math.floor(at / canvas.width) * 28 / canvas.height);
            const columns = changed.map((at) => (at % canvas.width) * 28 / canvas.width);
            return [rows, columns].flatMap((all) => [Math.min(...all), Math.max(...all)]);
        }""",
        arg=[canvas.element_handle(), plain],
    ).json_value()
    # Lines have a width, so pixels beside them are coloured as well.
    assert (top, bottom, left, right) == pytest.approx((2, 8, 10, 20), abs=1.2)
    lines.select_option(label="none")
    page.wait_for_function(
        "([canvas, plain]) => canvas.toDataURL() === plain",
        arg=[canvas.element_handle(), plain],
    )


def test_a_pixel_is_read_in_all_cards_and_stays_when_pinned(maps: Page) -> None:
    first = picture(maps, "retention")
    first.hover()
    words = readout(maps, "retention").inner_text()
    assert re.search(
        r"in use · \d+ of 16 active · weight [\d.]+ · path weight [\d.]+ · ink 0\.\d", words
    )
    place = words.split(" · ")[0]
    expect(readout(maps, "by-class")).to_contain_text(place)
    first.click()
    maps.mouse.move(0, 0)
    expect(readout(maps, "retention")).to_contain_text(f"pinned: {place}")
    expect(readout(maps, "by-class")).to_contain_text(f"pinned: {place}")
    maps.keyboard.press("ArrowRight")
    maps.keyboard.press("ArrowRight")
    expect(readout(maps, "retention")).not_to_contain_text(place)
    maps.keyboard.press("Escape")
    first.blur()
    expect(readout(maps, "retention")).to_contain_text("Point at or tap a pixel")


@pytest.mark.parametrize("card", ["retention", "by-class"])
def test_a_picture_is_saved_with_title_and_caption(maps: Page, card: str, tmp_path: Path) -> None:
    vector = ElementTree.parse(saved(maps, card, "SVG", tmp_path)).getroot()
    words = " ".join(text for text in vector.itertext() if text.strip())
    assert "MNIST" in words
    assert re.search(r"step \d+, tau 0\.50", words)
    striped = [node.get("d") for node in vector.iter() if node.get("fill") == "url(#stripes)"]
    assert any(striped) == (card == "retention")
    width = float(vector.attrib["width"])
    png = saved(maps, card, "PNG", tmp_path).read_bytes()
    assert struct.unpack(">8s4x4sI", png[:20]) == (b"\x89PNG\r\n\x1a\n", b"IHDR", round(3 * width))


def test_units_can_be_sorted_again_only_after_another_snapshot(page: Page, server: str) -> None:
    sockets: list[WebSocketRoute] = []
    answers: list[str] = []

    def serve(socket: WebSocketRoute) -> None:
        socket.on_message(lambda answer: answers.append(str(answer)))
        sockets.append(socket)

    def send(*blobs: bytes) -> None:
        """Send snapshots and wait until the card has drawn them."""
        wanted = answers.count("ready") + len(blobs)
        for blob in blobs:
            sockets[-1].send(blob)
        while answers.count("ready") < wanted:
            page.wait_for_timeout(20)
        # A download draws at once what a card would draw within half a second.
        assert len(rows_of(card, page)) == 10

    page.route_web_socket("**/dgviz/stream/**", serve)
    card = mount(page, server, "pixels/units")
    while not sockets:
        page.wait_for_timeout(20)
    net = Net()
    facts, gates, weights = net.blobs()
    again = card.get_by_role("button", name="sort again", exact=True)
    send(facts, gates, weights)
    # The same snapshot comes again once its scores are requested.
    send(gates)
    assert again.is_hidden()
    send(net.blobs(step=10)[1])
    expect(again).to_be_visible()
    again.click()
    expect(again).to_be_hidden()
