"""Several pages on one server: their runs wait for each other, and two can show one run."""

from __future__ import annotations

import re
from contextlib import ExitStack, closing

from live_page import LivePage
from playwright.sync_api import BrowserContext, Locator, Page, expect
from real_server import running_server

SMALL = "/?preset=classroom&hidden=16&epochs=1000"
ANYTHING = re.compile("")


def place(live: LivePage) -> Locator:
    """The text in the status line with the run's place in the queue."""
    return live.page.locator(".progress-words")


def test_the_queue_says_ones_place_and_moves_up(
    chromium_path: str, context: BrowserContext
) -> None:
    with running_server(DGVIZ_MAX_RUNS="1") as (address, _), ExitStack() as pages:
        first, second, third = (
            LivePage(pages.enter_context(closing(context.new_page())), address, SMALL)
            for _ in range(3)
        )
        first.start()
        second.button("Start").click()
        expect(place(second)).to_contain_text("1st in the queue")
        third.button("Start").click()
        expect(place(third)).to_contain_text("2nd in the queue")

        first.button("Restart").click()
        expect(place(first)).to_contain_text("2nd in the queue")
        expect(place(third)).to_contain_text("1st in the queue")
        second.wait_for("number", lambda number: number >= 1)
        # No figure of the previous run is shown for the new one.
        expect(first.map).not_to_have_attribute("data-number", ANYTHING)
        expect(first.page.locator(".figure.accuracy .value")).to_have_text("–")
        expect(first.page.locator(".curves .empty")).to_be_visible()

        third.button("Stop").click()
        third.wait_for_phase("stopped")
        expect(third.map).to_contain_text("This run ended before its first snapshot.")
        expect(place(first)).to_contain_text("1st in the queue")


def test_a_knob_turned_on_one_page_is_seen_on_the_other(page: Page, server: str) -> None:
    here = LivePage(page, server, SMALL)
    here.start()
    page.wait_for_url(re.compile("run="))
    with closing(page.context.new_page()) as other:
        there = LivePage(other, server, page.url.removeprefix(server))
        there.wait_for("number", lambda number: number >= 1)
        here.slider("β").press("End")
        expect(there.slider("β")).to_have_attribute("aria-valuetext", "30")
        there.slider("τ").press("ArrowRight")
        expect(here.slider("τ")).to_have_attribute("aria-valuetext", "0.505")
        expect(here.slider("β")).to_have_attribute("aria-valuetext", "30")


def test_a_preset_chosen_during_a_run_is_not_undone_by_the_page(page: Page, server: str) -> None:
    live = LivePage(page, server, "/?preset=paper&hidden=16&epochs=1000")
    live.start()
    page.get_by_role("combobox", name=re.compile("Preset")).click()
    page.get_by_role("option", name="Sparse", exact=True).click()
    # The run has applied the change, and the page shows it.
    expect(page.locator(".curves .legend")).to_contain_text("setting changed")
    waiting = page.get_by_text(
        re.compile(r"^Applies to the next run: hidden units 256, epochs 50, label smoothing 0\.1")
    )
    expect(waiting).to_be_visible()
    number = live.stated("number")
    live.wait_for("number", lambda now: now > number + 30)
    expect(page).to_have_url(re.compile("preset=sparse&run="))
