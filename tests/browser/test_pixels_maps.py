"""What the Pixels page says of retention and of the classes, read off one paused run."""

from __future__ import annotations

import csv
import re
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from live_page import LivePage
from playwright.sync_api import Browser, Locator, Page, expect

SMALL = "/?preset=classroom&hidden=16&epochs=50"
PIXELS = 784


@pytest.fixture(scope="module")
def maps(browser: Browser, server: str) -> Iterator[Page]:
    """The Pixels page of a run of 16 hidden units, paused once it has closed connections."""
    with browser.new_context(viewport={"width": 1440, "height": 1200}) as context:
        live = LivePage(context.new_page(), server, SMALL)
        live.start()
        live.wait_for("active-ratio", lambda ratio: ratio < 0.6)
        live.pause()
        page = live.page
        page.get_by_role("link", name="Pixels", exact=True).click()
        expect(page.locator(".by-class .readout")).to_contain_text("Point at or tap a pixel")
        expect(picture(page, "retention")).to_have_attribute("aria-label", re.compile("in use"))
        yield page
        page.get_by_role("link", name="Live", exact=True).click()
        live.button("Stop").click()


def picture(page: Page, card: str, place: int = 0) -> Locator:
    return page.locator(f".{card} .grid-picture").nth(place)


def readout(page: Page, card: str) -> Locator:
    return page.locator(f".{card} .readout")


def legend_counts(page: Page) -> dict[str, int]:
    """How many pixels of each kind the legend names."""
    words = page.locator(".retention .legend").inner_text()
    patterns = {
        "always blank": r"nothing about importance \((\d+)\)",
        "pruned": r"no active connection \((\d+)\)",
        "in use": r"in use \((\d+)\)",
    }
    return {kind: int(re.findall(pattern, words)[0]) for kind, pattern in patterns.items()}


def saved(page: Page, card: str, kind: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(f".{card} .sheets").get_by_role("button", name=kind, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_downloads_are_told_apart_by_their_card(maps: Page) -> None:
    groups = maps.locator(".sheets")
    names = [group.get_attribute("aria-label") for group in groups.all()]
    assert "Which pixels are in use: table and downloads" in names
    assert len(set(names)) == len(names) > 3


def test_the_three_kinds_are_those_of_the_table(maps: Page, tmp_path: Path) -> None:
    kinds = legend_counts(maps)
    assert kinds["always blank"] == 67
    assert sum(kinds.values()) == PIXELS
    with saved(maps, "retention", "CSV", tmp_path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {kind: n for kind, n in kinds.items() if n} == Counter(row["kind"] for row in rows)
    for row in rows:
        active = int(row["active connections of 16"])
        assert 0 <= active <= 16
        assert (active == 0) <= (float(row["sum of |W|"]) == 0)
    maps.locator(".retention").get_by_role("button", name="table", exact=True).click()
    table = maps.get_by_role("dialog").get_by_role("table")
    expect(table.locator("tbody tr")).to_have_count(PIXELS)
    maps.keyboard.press("Escape")
    expect(maps.get_by_role("dialog")).to_have_count(0)


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


def test_contours_are_drawn_over_the_maps(maps: Page) -> None:
    def painted() -> str:
        canvas = picture(maps, "retention").locator("canvas").first
        painting: str = canvas.evaluate("canvas => canvas.toDataURL()")
        return painting

    plain = painted()
    lines = maps.locator(".retention").get_by_label("contour lines")
    lines.select_option(label="class 3")
    assert painted() != plain
    expect(maps.locator(".retention .legend")).to_contain_text("of the mean of class 3")
    lines.select_option(label="none")
    assert painted() == plain


def test_what_tells_two_classes_apart_is_their_difference(maps: Page, tmp_path: Path) -> None:
    card = maps.locator(".by-class")
    expect(card).to_contain_text("Blue pixels count for 4, orange pixels for 9.")
    card.get_by_role("combobox", name="with").select_option("7")
    expect(card).to_contain_text("Blue pixels count for 4, orange pixels for 7.")
    with saved(maps, "by-class", "CSV", tmp_path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == PIXELS
    for row in rows:
        difference = float(row["class 4"]) - float(row["class 7"])
        assert float(row["4 minus 7"]) == pytest.approx(difference, abs=1e-5)
    card.get_by_role("combobox", name="with").select_option("9")


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


def test_contours_close_around_what_lies_above_their_level(maps: Page) -> None:
    lines = maps.evaluate(
        """async () => {
          const { contourLines } = await dgviz("core/contours");
          const values = new Float32Array(25);
          values[0] = values[12] = values[18] = 1;
          return contourLines(values, 5, 0.5);
        }"""
    )
    # The two that touch at a corner stay apart; the one in the corner is closed outside the image.
    assert [len(line) for line in lines] == [4, 4, 4]
    assert min(x for line in lines for x, _ in line) == 0
    assert all(0 <= value <= 5 for line in lines for point in line for value in point)


def test_a_scale_grows_in_steps_and_never_shrinks_within_a_run(maps: Page) -> None:
    ends = maps.evaluate(
        """async () => {
          const { steadyScale } = await dgviz("pixels/steady_scale");
          const scale = steadyScale();
          return [3.1, 3.9, 2, 4.2, 3, 1.1, 0].map((most) => scale(most, "a"))
            .concat(scale(0, "b"));
        }"""
    )
    assert ends == pytest.approx([4, 4, 4, 6, 6, 6, 6, 1])
