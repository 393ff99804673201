"""A real server and a real Chromium for what only a browser can show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from live_page import stop_training
from modules import offer_modules
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from programs import program
from real_server import running_server
from recorded_run import record

from dgviz.settings import Settings

# The default of five seconds is too short for a busy machine.
expect.set_options(timeout=60_000)

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
def recorded(server: str) -> str:
    """A finished run of 128 hidden units, by its id; its dense baseline has finished as well."""
    settings = Settings.from_preset("classroom", hidden=128, epochs=1)
    baseline = settings.baseline()
    assert baseline
    record(baseline)
    return record(settings)


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What pages share is a cache: Streamlit's scripts are fetched and compiled but once."""
    with browser.new_context() as context:
        context.set_default_timeout(60_000)
        offer_modules(context)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page in a tab of its own; an uncaught error or a request to another host is a failure."""
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 960})
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
    stop_training(page)
    # Streamlit keeps there how wide the sidebar is.
    origin = {"origin": page.evaluate("origin"), "storageTypes": "local_storage,cookies"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", origin)
    page.close()
    assert not troubles, troubles
