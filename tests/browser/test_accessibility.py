"""Keyboard and screen reader on every page."""

from __future__ import annotations

import itertools
import re

import pytest
from live_page import LivePage
from playwright.sync_api import Page, expect
from scrubber import Scrubber


def test_a_run_is_controlled_with_the_keyboard_alone(page: Page, server: str) -> None:
    live = LivePage(page, server, "/?preset=classroom&hidden=40&epochs=1000")
    live.button("Start").focus()
    page.keyboard.press("Enter")
    expect(live.button("Pause")).to_be_focused()
    live.wait_for_phase("training")
    for command, presses, phase in (
        ("Pause", "Enter", "paused"),
        ("Resume", "Tab Space", "training"),
        ("Stop", "Tab Tab Tab Enter", "stopped"),
        ("Start", "Shift+Tab Shift+Tab Shift+Tab Shift+Tab Shift+Tab", "stopped"),
    ):
        for key in presses.split():
            page.keyboard.press(key)
        live.wait_for_phase(phase)
        expect(live.button(command)).to_be_focused()


@pytest.mark.parametrize(
    ("path", "name", "cards"),
    [
        ("/?run={}", "Live", ("Connection map", "Pixel map")),
        ("/pixels?run={}&pixel=350&unit=3", "Pixels", ("Which pixels are in use", "Hidden units")),
        ("/compact?run={}", "Compact", ("From dense to compact", "Prune harder after training")),
        ("/runs?run={}", "Runs", ()),
        # The recorded run and its baseline are the two of this race.
        ("/compare?preset=classroom&epochs=1&hidden=128", "Compare", ("Race", "Results")),
    ],
)
def test_a_page_has_a_title_and_an_outline(
    page: Page, server: str, recorded: str, path: str, name: str, cards: tuple[str, ...]
) -> None:
    page.goto(server + path.format(recorded))
    expect(page).to_have_title(f"{name} · dgviz")
    expect(page.get_by_role("heading", level=1)).to_have_text([name])
    for card in cards:
        expect(page.get_by_role("heading", level=2, name=card, exact=True)).to_be_visible()
    # Wait for all cards, which are mounted in any order.
    expect(page.locator(".dgviz[style*='hidden']")).to_have_count(0)
    levels = page.get_by_role("heading").evaluate_all("all => all.map(n => Number(n.tagName[1]))")
    assert levels[0] == 1
    assert all(following <= level + 1 for level, following in itertools.pairwise(levels))


def test_a_button_that_becomes_disabled_keeps_the_focus(
    page: Page, server: str, recorded: str
) -> None:
    page.goto(f"{server}/?run={recorded}")
    scrubber = Scrubber(page)
    back, end = scrubber.button("previous snapshot"), scrubber.button("go to the end")
    expect(back).to_be_enabled()
    back.press("Enter")
    expect(end).to_be_enabled()
    end.press("Enter")
    expect(end).to_be_disabled()
    expect(end).to_be_focused()


def test_the_connections_of_a_pixel_are_one_stop_of_the_tab_key(
    page: Page, server: str, recorded: str
) -> None:
    page.goto(f"{server}/pixels?run={recorded}&pixel=350")
    bars = page.get_by_role("list", name=re.compile("active connections")).get_by_role("button")
    bars.nth(2).wait_for()
    assert bars.first.evaluate("bar => bar.getBoundingClientRect().height") >= 24

    assert bars.evaluate_all("all => all.filter((bar) => bar.tabIndex === 0).length") == 1
    bars.first.focus()
    # The next tab stop. It is loaded with the recorded snapshots, once the card is in sight.
    page.get_by_role("img", name=re.compile("connections of the pixel over")).wait_for()
    page.keyboard.press("ArrowDown")
    expect(bars.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(bars.last).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".signed-bars :focus")).to_have_count(0)
    expect(page.locator(".gates-history :focus")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(bars.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(bars.last).to_have_attribute("aria-pressed", "true")
