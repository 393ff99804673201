"""The scrubber as a user's hands and eyes know it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


class Scrubber:
    """The one on the page, once everything that is recorded can be drawn at once."""

    def __init__(self, page: Page, damaged: int = 0) -> None:
        self.page = page
        self.card = page.get_by_test_id("scrubber")
        # None is loaded before somebody comes near.
        page.locator("[data-testid=scrubber][data-snapshots]").dispatch_event("pointerenter")
        page.wait_for_function(
            "([card, damaged]) => card.dataset.snapshots - damaged <= card.dataset.loaded",
            arg=[self.card.element_handle(), damaged],
        )

    @property
    def slider(self) -> Locator:
        return self.card.get_by_role("slider", name="snapshot of the training")

    @property
    def playhead(self) -> Locator:
        return self.page.get_by_test_id("playhead")

    def button(self, name: str) -> Locator:
        return self.card.get_by_role("button", name=name, exact=True)

    def stated(self, name: str) -> int:
        """A figure that the scrubber states about itself: step, snapshot, snapshots or drawn."""
        return int(self.card.get_attribute(f"data-{name}") or -1)

    def go_to(self, snapshot: int) -> None:
        """By the keyboard, from the beginning; snapshots are counted from 1."""
        self.slider.press("Home")
        for _ in range(snapshot - 1):
            self.slider.press("ArrowRight")
