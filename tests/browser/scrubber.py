"""The scrubber, operated like a user does."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


class Scrubber:
    """The page's scrubber, after all recorded snapshots have been loaded."""

    def __init__(self, page: Page, damaged: int = 0) -> None:
        self.page = page
        self.card = page.get_by_test_id("scrubber")
        # Loading begins when the pointer enters the scrubber.
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
        """A figure of the scrubber's data attributes: step, snapshot, snapshots or drawn."""
        return int(self.card.get_attribute(f"data-{name}") or -1)

    def go_to(self, snapshot: int) -> None:
        """Go to a snapshot, counted from 1, with the keyboard."""
        self.slider.press("Home")
        for _ in range(snapshot - 1):
            self.slider.press("ArrowRight")
