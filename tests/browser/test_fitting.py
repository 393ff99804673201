"""Nothing is cut, broken, covered or left out in windows of all sizes."""

from __future__ import annotations

import pytest
from fitting import wait_until_all_fits
from playwright.sync_api import Page, expect
from recorded_run import record

from dgviz.settings import Settings

SIZES = ((1920, 900), (1440, 900), (1024, 900), (844, 390), (780, 900), (390, 900), (320, 700))


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("/?preset=classroom", "Gate probability"),
        ("/?run={}", "Gate probability"),
        ("/pixels?run={}&pixel=350&unit=3", "Do active connections show which pixels matter?"),
        ("/compact?run={}", "Take it away"),
        ("/runs", "Newest run"),
        ("/runs?run={}", "Gate probability"),
        ("/compare?preset=classroom&epochs=1&hidden=128", "Overlap of the masks"),
    ],
)
def test_all_fits_at_every_size(
    page: Page, server: str, recorded: str, path: str, last: str
) -> None:
    page.goto(server + path.format(recorded))
    expect(page.get_by_role("heading", name=last, exact=True)).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wait_until_all_fits(page)


def test_the_pages_of_a_network_with_experts_fit(page: Page, server: str) -> None:
    run = record(Settings.from_preset("classroom", method="mixture", hidden=32, epochs=1))
    last_of = {"/?run={}": "Routing", "/pixels?run={}": "Which pixels are in use"}
    for path, last in last_of.items():
        page.goto(server + path.format(run))
        expect(page.get_by_role("heading", name=last, exact=True)).to_be_visible()
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            wait_until_all_fits(page)


def test_a_low_window_has_the_dock_beside_the_open_sidebar(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 844, "height": 390})
    page.goto(f"{server}/?preset=classroom")
    dock = page.get_by_role("group", name="Controls", exact=True)
    expect(dock.get_by_role("button", name="Start", exact=True)).to_be_visible()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_be_visible()

    page.wait_for_function(
        """([dock, sidebar]) => {
            const [bar, side] = [dock, sidebar].map((node) => node.getBoundingClientRect());
            return bar.left >= side.right - 1 && bar.bottom <= innerHeight + 1;
        }""",
        arg=[dock.element_handle(), sidebar.element_handle()],
    )


def test_the_headline_has_the_total_beside_an_open_sidebar(
    page: Page, server: str, recorded: str
) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{server}/?run={recorded}")
    headline = page.get_by_role("region", name="Active connections", exact=True)
    expect(headline.get_by_text("of 101,632 connections")).to_be_visible()
    expect(headline.get_by_text("multiplications an image")).to_be_visible()


def test_the_message_of_an_empty_card_fills_the_card(page: Page, server: str) -> None:
    page.goto(f"{server}/?preset=classroom")
    for name in ("Connection map", "Pixel map"):
        card = page.locator(".card", has=page.get_by_role("heading", name=name, exact=True))
        empty = card.locator(".empty")
        page.wait_for_function(
            "(nodes) => Math.abs(nodes[0].getBoundingClientRect().bottom"
            " - nodes[1].getBoundingClientRect().bottom) < 20",
            arg=[card.element_handle(), empty.element_handle()],
        )
