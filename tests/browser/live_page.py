"""The Live page, operated like a user does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

_RUN = re.compile("run=([0-9a-f]{12})")
_PAUSED_AT = re.compile(r"step ([\d,]+)")
_UNDER_WAY = re.compile("queued|starting|training|paused")


class LivePage:
    """An open Live page; its figures are read from the connection map's data attributes."""

    def __init__(self, page: Page, address: str, path: str = "/?preset=classroom") -> None:
        self.page = page
        page.goto(address + path)
        self.map.wait_for()

    @property
    def map(self) -> Locator:
        return self.page.get_by_test_id("gate-canvas")

    def button(self, name: str) -> Locator:
        """A button of a card, but not of the dock, which may have one of the same name."""
        return self.page.locator(".dgviz:not(.dock)").get_by_role("button", name=name, exact=True)

    @property
    def dock(self) -> Locator:
        """The controls at the foot of a small screen."""
        return self.page.get_by_role("group", name="Controls")

    def slider(self, symbol: str) -> Locator:
        return self.page.get_by_role("slider", name=re.compile(f"^{symbol}"))

    def start(self) -> None:
        self.button("Start").click()
        self.wait_for("number", lambda number: number >= 1)

    def run_id(self) -> str:
        """Wait until the page's address names a run; return the run's id."""
        expect(self.page).to_have_url(_RUN)
        run = _RUN.search(self.page.url)
        assert run
        return run[1]

    def stated(self, name: str) -> float:
        """Return a figure of the connection map; -1 while it is not known."""
        return float(self.map.get_attribute(f"data-{name}") or -1)

    def wait_for(self, name: str, condition: Callable[[float], bool]) -> float:
        """Wait until a figure of the connection map fulfils a condition, and return it."""
        deadline = time.monotonic() + 120
        while not condition(value := self.stated(name)):
            assert time.monotonic() < deadline, f"data-{name} is still {value}"
            self.page.wait_for_timeout(50)
        return value

    def wait_for_phase(self, words: str) -> None:
        expect(self.page.locator(".chip")).to_have_text(words)

    def pause(self) -> None:
        self.button("Pause").click()
        self.wait_until_paused()

    def wait_until_paused(self) -> None:
        """Wait until the run is paused and the map shows its step."""
        self.wait_for_phase("paused")
        words = self.page.locator(".progress-words")
        expect(words).to_have_text(_PAUSED_AT)
        at = _PAUSED_AT.search(words.inner_text())
        assert at
        expect(self.map).to_have_attribute("data-step", at[1].replace(",", ""))

    def painted(self) -> str:
        """The map's pixels as a data URL."""
        return self.map.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")


def stop_training(page: Page) -> None:
    """Stop the run of a page, if it has one, so that it does not slow the next test.

    A task of the page goes on: once stopped, it would stay so for the tests that need its result.
    """
    stopped = (
        page.locator(".dgviz")
        .get_by_role("button", name="Stop", exact=True)
        .evaluate_all(
            "all => all.filter((stop) => !stop.disabled && stop.ariaDisabled !== 'true')"
            ".map((stop) => stop.click())"
        )
    )
    if stopped:
        # Closing the page earlier would lose the command.
        expect(page.locator(".chip")).not_to_have_text(_UNDER_WAY)
