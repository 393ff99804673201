"""The stories of a pixel and of a hidden unit on the Pixels page, in Chromium."""

from __future__ import annotations

import csv
import re

import pytest
from live_page import LivePage
from playwright.sync_api import Locator, Page, expect
from recorded_run import record

from dgviz.settings import Settings

HIDDEN = 70


@pytest.fixture(scope="module")
def recorded(server: str) -> str:
    """The id of a finished run with more units than fit on one page of the gallery."""
    return record(Settings.from_preset("classroom", hidden=HIDDEN, epochs=2))


class Stories:
    """The two cards, operated like a user does."""

    def __init__(self, page: Page, server: str, query: str) -> None:
        self.page = page
        page.goto(f"{server}/pixels?{query}")
        self.pixel = page.locator(".dgviz.pixel-story")
        self.units = page.locator(".dgviz.units")
        self.gallery = self.units.locator(".gallery")
        self.unit = self.units.locator(".unit-story")
        self.gallery.wait_for()

    def pinned_unit(self) -> int:
        return int(self.unit.get_attribute("data-unit") or -1)

    def table(self, card: Locator) -> list[dict[str, str]]:
        """The rows of the card's CSV."""
        with self.page.expect_download() as download:
            card.get_by_role("button", name="CSV", exact=True).first.click()
        with download.value.path().open(newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def stories(page: Page, server: str, recorded: str) -> Stories:
    return Stories(page, server, f"run={recorded}")


def test_the_busiest_pixel_has_a_story(stories: Stories) -> None:
    expect(stories.page.locator("h3:empty")).to_have_count(0)
    card = stories.pixel
    card.get_by_role("button", name="Show the pixel with the most connections", exact=True).click()
    expect(card.locator(".about")).to_contain_text("in use")
    expect(card.get_by_text(re.compile(r"\d+ of \d+ recorded snapshots\."))).to_be_visible()
    expect(
        card.get_by_text("It has active connections from the beginning to the end.")
    ).to_be_visible()

    rows = stories.table(card)
    assert len(rows) == HIDDEN
    active = [row for row in rows if row["active"] == "yes"]
    sizes = [abs(float(row["W"])) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert {row["active"] == "yes" for row in rows if float(row["gate probability"]) > 0.5} == {
        True
    }
    bars = card.locator(".signed-bars button")
    expect(bars).to_have_count(min(14, len(active)))
    expect(bars.first).to_contain_text(f"unit {active[0]['unit']}")

    bars.first.click()
    expect(bars.first).to_have_attribute("aria-pressed", "true")
    assert stories.pinned_unit() == int(active[0]["unit"])


def test_a_pixel_without_data_says_when_its_gates_closed(
    page: Page, server: str, recorded: str
) -> None:
    card = Stories(page, server, f"run={recorded}&pixel=0").pixel
    # A card out of sight is not drawn.
    card.scroll_into_view_if_needed()
    expect(card.locator(".about")).to_contain_text("0 in every training image")
    expect(card.locator(".about")).to_contain_text("always blank")
    expect(
        card.get_by_text(re.compile(r"Its last connection closed at epoch \d\.\d or shortly"))
    ).to_be_visible()


def test_a_snapshot_of_the_history_takes_the_replay_there(stories: Stories) -> None:
    card = stories.pixel
    card.get_by_role("button", name="Show the pixel with the most connections", exact=True).click()
    chart = card.get_by_role("img", name=re.compile("connections of the pixel over"))
    expect(card.get_by_text(re.compile(r"\d+ of \d+ recorded snapshots\."))).to_be_visible()
    chart.focus()
    chart.press("Home")
    expect(card.locator(".history-chart .readout")).to_have_text(
        f"epoch 0.0 · {HIDDEN} of {HIDDEN} connections active"
    )
    chart.press("Enter")
    expect(card.locator(".about")).to_contain_text(f"{HIDDEN} of its {HIDDEN} connections")
    expect(card.locator(".timeplot .at")).to_be_visible()


def test_the_gallery_is_walked_by_keyboard(stories: Stories) -> None:
    numbers = [int(row["unit"]) for row in stories.table(stories.units)]
    assert sorted(numbers) == list(range(HIDDEN))
    gallery, readout = stories.gallery, stories.units.locator(".card > div > .readout")
    gallery.focus()
    gallery.press("ArrowRight")
    expect(readout).to_have_text(re.compile(rf"^unit {numbers[0]} · "))
    gallery.press("ArrowRight")
    expect(readout).to_have_text(re.compile(rf"^unit {numbers[1]} · "))
    gallery.press("Enter")
    expect(stories.unit).to_be_visible()
    assert stories.pinned_unit() == numbers[1]
    gallery.press("Escape")
    expect(stories.unit).to_be_hidden()


def test_a_unit_has_a_story(stories: Stories) -> None:
    stories.units.get_by_role("button", name="Show the most influential unit", exact=True).click()
    story = stories.unit
    expect(story.get_by_text("It is in use from the beginning to the end.")).to_be_visible()
    expect(story.get_by_text(re.compile("^Its bias is "))).to_be_visible()
    images = story.locator(".excited li:visible")
    expect(story.locator(".excited")).to_have_attribute("data-unit", str(stories.pinned_unit()))
    values = [float(text.split("·")[1]) for text in images.all_inner_texts()]
    assert len(values) == 10 and values == sorted(values, reverse=True) and values[-1] > 0
    rows = stories.table(story)
    assert [row["side"] for row in rows].count("output") == 10
    assert len(rows) == 784 + 10


def test_every_order_holds_all_units_and_the_dead_come_last(stories: Stories) -> None:
    for order in ("similarity", "connections", "by number", "influence"):
        stories.units.get_by_role("button", name=order, exact=True).click()
        expect(stories.units.locator(".foot")).not_to_contain_text("Sorting")
        rows = stories.table(stories.units)
        assert sorted(int(row["unit"]) for row in rows) == list(range(HIDDEN))
        dead = [row["state"] != "in use" for row in rows]
        assert dead == sorted(dead)
        if order == "connections":
            living = [int(row["active inputs"]) for row in rows if row["state"] == "in use"]
            assert living == sorted(living, reverse=True)


def test_a_run_in_flight_gathers_its_history(page: Page, server: str) -> None:
    live = LivePage(page, server, "/?preset=classroom&hidden=16&epochs=200")
    live.start()
    run = live.run_id()
    card = Stories(page, server, f"run={run}").pixel
    card.get_by_role("button", name="Show the pixel with the most connections", exact=True).click()
    source = card.get_by_text(re.compile(r"From the \d+ snapshots received since this page was"))
    expect(source).to_be_visible()
    expect(card.get_by_text(re.compile("until now|last connection closed"))).to_be_visible()
    first = source.inner_text()
    expect(source).not_to_have_text(first)
    # The fixture stops the run on this page.
    LivePage(page, server, f"/?run={run}")
