"""The browser's modules alone, on a page of the server's origin with nothing else on it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from dgviz.web import files


def offer_modules(context: BrowserContext) -> None:
    """Let scripts of a test say `await dgviz("core/gates")` and get the page's own module."""
    address = f"/{files.address('dgviz.js')}"
    context.add_init_script(
        f"window.dgviz = async (name) => (await import({address!r})).modules[name];"
    )


def open_empty(page: Page, server: str) -> None:
    page.route("**/empty", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.goto(f"{server}/empty")
