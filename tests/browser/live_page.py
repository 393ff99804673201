"""The Live page as a user's hands and eyes know it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect


class LivePage:
    """Opens the page and reads the figures that the gate map states about itself."""

    def __init__(self, page: Page, address: str, path: str = "/?preset=classroom") -> None:
        self.page = page
        page.goto(address + path)
        self.map.wait_for()

    @property
    def map(self) -> Locator:
        return self.page.get_by_test_id("gate-canvas")

    def button(self, name: str) -> Locator:
        """One of the buttons in the head of the page; the dock may have one of the same name."""
        return self.page.get_by_role("button", name=name, exact=True).first

    @property
    def dock(self) -> Locator:
        """What stands at the foot of a small screen."""
        return self.page.get_by_role("group", name="Controls")

    def slider(self, symbol: str) -> Locator:
        return self.page.get_by_role("slider", name=re.compile(f"^{symbol}"))

    def start(self) -> None:
        self.button("Start").click()
        self.wait_for("frame", lambda frame: frame >= 1)

    def stated(self, name: str) -> float:
        """A figure of the gate map; -1 while it is not known."""
        return float(self.map.get_attribute(f"data-{name}") or -1)

    def wait_for(self, name: str, condition: Callable[[float], bool], seconds: float = 60) -> float:
        """Wait until a stated figure fulfils a condition, and return it."""
        for _ in range(int(seconds * 20)):
            if condition(value := self.stated(name)):
                return value
            self.page.wait_for_timeout(50)
        raise AssertionError(f"data-{name} is still {self.stated(name)} after {seconds} s")

    def wait_for_phase(self, words: str) -> None:
        expect(self.page.locator(".chip")).to_have_text(words, timeout=20_000)

    def pause(self) -> None:
        self.button("Pause").click()
        self.wait_for_phase("paused")

    def painted(self) -> str:
        """The map's pixels as a data URL."""
        return self.map.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")
