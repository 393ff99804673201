"""Images of three channels: the indices of all three inputs mean the same pixel."""

from __future__ import annotations

import re

import pytest
from made_up_net import COLOUR, Net, show
from playwright.sync_api import Page, expect

# Row 20, column 16, in green: one of three inputs of a pixel.
GREEN = 1024 + 20 * 32 + 16
PICTURES = {
    "live/pixel_map": ".grid-picture",
    "pixels/retention": "[data-map='active'] .grid-picture",
    "pixels/pixel_story": ".grid-picture",
}


@pytest.mark.parametrize("module", PICTURES)
def test_an_arrow_key_goes_to_the_next_pixel(page: Page, server: str, module: str) -> None:
    card = show(page, server, module, Net(COLOUR))
    picture = card.locator(PICTURES[module])
    expect(picture).to_have_attribute("aria-label", re.compile("Arrow keys"))
    picture.focus()
    page.evaluate("pixel => dgviz('core/hover').then((hover) => hover.set(pixel))", GREEN)
    for key in ("ArrowRight", "ArrowDown"):
        picture.press(key)
    pointed = page.evaluate("dgviz('core/hover').then((hover) => hover.get())")
    assert pointed == 21 * 32 + 17


def test_a_pin_of_one_channel_is_removed_by_a_click_on_its_pixel(page: Page, server: str) -> None:
    card = show(page, server, "pixels/retention", Net(COLOUR))
    readout = card.locator(".readout")
    expect(readout).to_contain_text("Point at or tap a pixel")
    page.evaluate(
        "pixel => dgviz('pixels/pin').then((pin) => pin.set('pixel', pixel))",
        GREEN,
    )
    expect(readout).to_contain_text("pinned: row 20, column 16")
    picture = card.locator(PICTURES["pixels/retention"])
    picture.focus()
    picture.press("Enter")
    expect(readout).to_contain_text("Point at or tap a pixel")
