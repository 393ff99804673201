"""Nothing is cut or covered, whatever the window's width."""

from __future__ import annotations

import pytest
from fitting import wait_until_all_fits
from playwright.sync_api import Page, expect

WIDTHS = (1920, 1440, 1024, 768, 390)


@pytest.mark.parametrize(
    ("path", "last"),
    [
        ("/?preset=classroom", "Gate probabilities"),
        ("/?run={}", "Gate probabilities"),
        ("/pixels?run={}&pixel=350&unit=3", "Do active connections show which pixels matter?"),
        ("/runs", "Newest run"),
        ("/runs?run={}", "Gate probabilities"),
    ],
)
def test_all_fits_at_every_width(
    page: Page, server: str, recorded: str, path: str, last: str
) -> None:
    page.goto(server + path.format(recorded))
    expect(page.get_by_role("heading", name=last)).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wait_until_all_fits(page)


def test_the_room_below_a_picture_is_used_while_there_is_none(page: Page, server: str) -> None:
    page.goto(f"{server}/?preset=classroom")
    for name in ("Gate map", "Pixel map"):
        card = page.locator(".card", has=page.get_by_role("heading", name=name))
        gap = card.evaluate(
            "card => card.getBoundingClientRect().bottom"
            " - card.querySelector('.empty').getBoundingClientRect().bottom"
        )
        assert gap < 20
