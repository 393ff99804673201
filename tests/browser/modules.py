"""The browser's modules on an otherwise empty page of the server's origin."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from dgviz.web import files


def offer_modules(context: BrowserContext) -> None:
    """Define `await dgviz("core/gates")`, which gives a test's script the page's own module."""
    address = f"/{files.address('dgviz.js')}"
    context.add_init_script(
        f"window.dgviz = async (name) => (await import({address!r})).modules[name];"
    )


def open_empty(page: Page, server: str) -> None:
    page.route("**/empty", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.goto(f"{server}/empty")
