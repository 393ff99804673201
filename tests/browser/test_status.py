"""The status line alone on a page: what it tells Python, and when."""

from __future__ import annotations

import json

from playwright.sync_api import Page, WebSocketRoute, expect

_MOUNT = """async () => {
    window.now = 0;
    performance.now = () => window.now;
    window.told = [];
    const history = await import("/dgviz/assets/history.js");
    const status = await import("/dgviz/assets/status.js");
    history.mount();
    const data = { run: "a", token: "", phase: "starting", knobs: {}, hint: "" };
    const setStateValue = (name, { value }) => window.told.push(value);
    status.mount({ parentElement: document.body, data, setStateValue });
}"""


def test_nothing_is_told_until_python_has_read_the_address_after_back(
    page: Page, server: str
) -> None:
    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/dgviz/stream/**", lambda socket: sockets.append(socket))
    page.route("**/card", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.goto(f"{server}/card")
    page.evaluate(_MOUNT)
    while not sockets:
        page.wait_for_timeout(20)

    def say(phase: str, words: str) -> None:
        sockets[-1].send(json.dumps({"type": "status", "phase": phase}))
        expect(page.locator(".chip")).to_have_text(words)

    say("running", "training")
    assert page.evaluate("window.told") == ["running"]
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    say("paused", "paused")
    assert page.evaluate("window.told") == ["running"]
    page.evaluate("window.now += 60_000")
    page.wait_for_function("window.told.length > 1")
    assert page.evaluate("window.told") == ["running", "paused"]
