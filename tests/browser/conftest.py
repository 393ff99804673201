"""Fixtures of the browser tests: a real server and a real Chromium."""

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
    # The tabs of a server share a process, which keeps the compiled scripts (see `context`).
    "--process-per-site",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    # The first has no windows and menus to draw, which saves a sixth of the processor time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return program(*names, package="chromium-headless-shell", purpose="run the browser tests")


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
    # A run that an earlier test left training must not make the next one wait.
    with running_server(DGVIZ_MAX_RUNS="8") as (address, _):
        yield address


@pytest.fixture(scope="session")
def recorded(server: str) -> str:
    """The id of a finished run of 128 hidden units, whose dense baseline has finished as well."""
    settings = Settings.from_preset("classroom", hidden=128, epochs=1)
    baseline = settings.baseline()
    assert baseline
    record(baseline)
    return record(settings)


@pytest.fixture(scope="session")
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """A browser context shared by all pages, so that scripts are compiled only once.

    One small page stays open between the tests. Without it, Chromium would end the process of the
    server's pages with each test, and a page would take half a second of CPU time longer to load.
    """
    with browser.new_context() as context:
        context.set_default_timeout(60_000)
        context.new_page().goto(f"{server}/_stcore/health")
        offer_modules(context)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page in a new tab; an uncaught error or a request to another host fails the test."""
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 960})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else problems.append(f"left the machine: {request.url}")
        ),
    )
    yield page
    stop_training(page)
    # Streamlit stores the width of the sidebar there.
    origin = {"origin": page.evaluate("origin"), "storageTypes": "local_storage,cookies"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", origin)
    page.close()
    assert not problems, problems
