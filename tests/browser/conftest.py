"""A real server and a real Chromium for what only a browser can show."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from live_page import LivePage
from modules import offer_modules
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from programs import program
from real_server import running_server

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    names = ("chromium", "chromium-browser")
    return program(*names, package="chromium", purpose="run the browser tests")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(chromium_path: str, playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def server(chromium_path: str) -> Iterator[str]:
    # Room for a run that a test before has left training: it must not queue the next one.
    with running_server(DGVIZ_MAX_RUNS="8") as (address, _):
        yield address


@pytest.fixture(scope="session")
def recorded(browser: Browser, server: str) -> str:
    """A finished run of 128 hidden units, by its id; its dense baseline has finished as well."""
    with browser.new_context() as context:
        live = LivePage(context.new_page(), server, "/?preset=classroom&hidden=128&epochs=1")
        live.start()
        live.wait_for_phase("finished")
        live.page.get_by_role("button", name="train the dense baseline", exact=True).click()
        expect(live.page.get_by_role("link", name="the dense baseline", exact=True)).to_be_visible(
            timeout=30_000
        )
        run = re.search("run=([0-9a-f]+)", live.page.url)
        assert run
        return run[1]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own session; an uncaught error or a request to another host is a failure."""
    context = browser.new_context(viewport={"width": 1440, "height": 960})
    offer_modules(context)
    page = context.new_page()
    page.set_default_timeout(30_000)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"uncaught: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else troubles.append(f"left the machine: {request.url}")
        ),
    )
    yield page
    stop = page.get_by_role("button", name="Stop", exact=True)
    if not page.is_closed() and stop.count() and stop.is_enabled():
        stop.click()
    context.close()
    assert not troubles, troubles
