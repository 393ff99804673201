"""Cards whose modules are still on their way while their data change."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

CARDS = ["gate_map", "pixel_map", "curves", "histogram"]
_TELL = """async (cards) => {
    const { mount } = await import("/dgviz/assets/board.js");
    for (const [issued, run] of [...Array(7).fill(null), "a"].entries()) {
        mount({ parentElement: document.body, data: { run, token: "", cards, issued } });
    }
}"""

_FIGURES = """async (run) => {
    const { mount } = await import("/dgviz/assets/figures.js");
    mount({ parentElement: document.body, data: { run, token: "" } });
}"""


def test_cards_that_come_late_show_the_run_that_was_told_last(page: Page, server: str) -> None:
    """Chromium ends imports of one module in any order; so the order must not matter."""
    page.route_web_socket("**/dgviz/stream/**", lambda socket: None)
    page.route("**/page", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.goto(f"{server}/page")

    page.evaluate(_TELL, CARDS)

    waiting = [re.compile("first picture")] * len(CARDS)
    expect(page.locator(".empty")).to_have_text(waiting, timeout=30_000)


def test_the_meter_says_that_a_run_waits_for_its_first_picture(page: Page, server: str) -> None:
    page.route_web_socket("**/dgviz/stream/**", lambda socket: None)
    page.route("**/page", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.goto(f"{server}/page")
    meter = page.get_by_role("meter", name="active connections")
    for run, words in ((None, "no run yet"), ("a", "Waiting for the first picture.")):
        page.evaluate(_FIGURES, run)
        expect(meter).to_have_attribute("aria-valuetext", words)
