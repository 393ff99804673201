"""The Live page behind a real nginx: below a path, and where the Host header is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_page import LivePage
from playwright.sync_api import Page, expect
from ports import free_port
from programs import program
from real_server import running_server
from reverse_proxy import running_nginx, server_block
from scrubber import Scrubber

PATH = "/gates/?preset=classroom&hidden=16&epochs=1000"
HOST_CHANGED = ("proxy_set_header Host $http_host;", "")


@pytest.fixture(scope="module")
def nginx() -> str:
    return program("nginx", package="nginx-light", purpose="test the documented proxy")


@pytest.fixture(scope="module")
def proxies(
    nginx: str, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Two proxies of a server: as documented, and one that changes Host, with an allowed origin."""
    ports = free_port(), free_port()
    whole, changed = (f"http://127.0.0.1:{port}" for port in ports)
    allowed = {"STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS": f"http://lab.example.org {changed}"}
    with running_server(base_path="gates", **allowed) as (upstream, _):
        blocks = server_block(ports[0], upstream), server_block(ports[1], upstream, HOST_CHANGED)
        with running_nginx(nginx, tmp_path_factory.mktemp("nginx"), ports, blocks):
            yield whole, changed


def expect_four_cards(live: LivePage) -> None:
    live.wait_for("number", lambda number: number >= 1)
    expect(live.page.locator(".js-plotly-plot")).to_have_count(2)
    expect(live.page.locator(".cell .empty:visible")).to_have_count(0)


def test_every_page_works_below_a_path(page: Page, proxies: tuple[str, str]) -> None:
    live = LivePage(page, proxies[0], PATH)
    live.start()
    expect_four_cards(live)

    live.button("Stop").click()
    live.wait_for_phase("stopped")
    Scrubber(page).slider.press("Home")
    live.wait_for("epoch", lambda epoch: epoch == 0)
    # Streamlit may lose the press of a link while a card sends a value to Python.
    page.wait_for_url(re.compile("at=0$"))

    page.get_by_role("link", name="Pixels", exact=True).click()
    expect(page.locator(".digit-body")).to_be_visible()
    page.reload()
    place = page.locator(".digit-body .position")
    expect(place).to_have_text(re.compile("of 10,000 test images"))


def test_an_allowed_origin_works_though_host_is_changed(
    page: Page, proxies: tuple[str, str]
) -> None:
    live = LivePage(page, proxies[1], PATH)
    live.start()
    expect_four_cards(live)


def test_a_changed_host_is_reported_on_the_page(
    page: Page, server: str, nginx: str, tmp_path: Path
) -> None:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    # This proxy also removes the path, which needs no setting.
    stripped = (f"proxy_pass {server};", f"proxy_pass {server}/;")
    block = server_block(port, server, HOST_CHANGED, stripped)
    with running_nginx(nginx, tmp_path, [port], [block]):
        page.goto(origin + PATH)
        dialog = page.get_by_role("dialog")
        cause = f"opened at {origin}: .* another name, {server.removeprefix('http://')}."
        remedy = f" Make .* add {origin} to the setting server.corsAllowedOrigins"
        expect(dialog).to_contain_text(re.compile(cause + remedy))
