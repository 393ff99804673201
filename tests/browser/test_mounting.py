"""Cards that are mounted again or changed before their first snapshot has arrived."""

from __future__ import annotations

import base64
import json
import re

import pytest
from made_up_net import GATES, Net, mount, show
from modules import open_empty
from playwright.sync_api import Page, WebSocketRoute, expect
from recipes import recipe

from dgviz.methods.catalogue import METHODS
from dgviz.web import files
from dgviz.web.linker import link

CARDS = [f"live/{name}" for name in ("gate_map", "pixel_map", "curves", "histogram")]
_MOUNT = """async ([cards, method]) => {
    const { mount } = await dgviz("kit/board");
    const modules = {};
    for (const name of cards) modules[name] = await dgviz(name);
    for (const run of [...Array(7).fill(null), "a"]) {
        mount({ parentElement: document.body, data: { run, token: "", method, cards } }, modules);
    }
}"""


_FIGURES = """async ([run, method]) => {
    const { mount } = await dgviz("live/figures");
    mount({ parentElement: document.body, data: { run, token: "", method } });
}"""


def test_a_boards_cards_show_the_run_of_the_last_mount(page: Page, server: str) -> None:
    page.route_web_socket("**/dgviz/stream/**", lambda socket: None)
    open_empty(page, server)

    page.evaluate(_MOUNT, [CARDS, GATES])

    waiting = [re.compile("first snapshot")] * len(CARDS)
    expect(page.locator(".empty")).to_have_text(waiting)


def test_the_meter_says_that_a_run_waits_for_its_first_snapshot(page: Page, server: str) -> None:
    page.route_web_socket("**/dgviz/stream/**", lambda socket: None)
    open_empty(page, server)
    meter = page.get_by_role("meter", name="active connections")
    for run, words in ((None, "no run yet"), ("a", "Waiting for the first snapshot.")):
        page.evaluate(_FIGURES, [run, GATES])
        expect(meter).to_have_attribute("aria-valuetext", words)


@pytest.mark.parametrize(
    ("method", "modes", "invitation"),
    [
        ("dense", [], "watch the weights change"),
        ("magnitude", ["mask", "weight"], "watch connections close"),
        ("l0", ["gate", "mask", "weight"], "watch connections close"),
    ],
)
def test_a_map_offers_what_the_chosen_method_has(
    page: Page, server: str, method: str, modes: list[str], invitation: str
) -> None:
    spec = METHODS[method]
    chosen = {"masks": spec.masks, "scores": spec.scores, "routes": spec.routes}
    card = mount(page, server, "live/gate_map", None, chosen)

    expect(card.locator(".empty")).to_contain_text(invitation)
    shown = card.get_by_role("group", name="what is drawn").get_by_role("button")
    expect(shown).to_have_text(modes)


_CURVES = """async ([run, method]) => {
    const { mount } = await dgviz("live/curves");
    mount({ parentElement: document.body, data: { run, token: "", method } });
}"""


def test_the_legend_of_the_curves_is_back_when_the_next_run_has_a_log(
    page: Page, server: str
) -> None:
    """A run that is trained further is followed afresh, with the same curves."""
    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/dgviz/stream/**", lambda socket: sockets.append(socket))
    open_empty(page, server)
    entry = {"kind": "metrics", "step": 1, "epoch": 1, "test_accuracy": 0.9, "active_ratio": 0.5}
    log = json.dumps({"type": "log", "start": 0, "entries": [entry]})
    legend = page.locator(".legend .key")
    for number, run in enumerate(("a", "b"), start=1):
        page.evaluate(_CURVES, [run, GATES])
        expect(page.locator(".empty")).to_be_visible()
        expect(legend).to_have_count(0)
        while len(sockets) < number:
            page.wait_for_timeout(10)
        sockets[-1].send(log)
        expect(legend).to_have_text(["test accuracy", "active ratio r"])


_RESTING = """async (blobs) => {
    const sockets = [];
    window.WebSocket = class {
        constructor() { sockets.push(this); }
        close() {}
        send() {}
    };
    const { mountCard } = await dgviz("kit/mounting");
    const pointed = await dgviz("core/hover");
    const frame = () => new Promise(requestAnimationFrame);
    document.body.style.paddingTop = "5000px";
    const place = document.body.appendChild(document.createElement("div"));
    const drawn = [];
    mountCard({ parentElement: place, data: { run: "a", token: "" } }, {
        name: "card", height: 100, channels: ["gates", "weights", "facts"], follows: true,
        lazy: true, hovers: true,
        build: () => ({ draw: (kinds) => drawn.push(...kinds) }),
    });
    while (!sockets.length) await frame();
    for (let i = 0; i < 5; i++) await frame();
    for (const blob of blobs) {
        sockets[0].onmessage({ data: Uint8Array.from(atob(blob), (c) => c.charCodeAt(0)).buffer });
    }
    pointed.set(350);
    await frame();
    await frame();
    return drawn;
}"""


def test_a_card_out_of_sight_draws_its_first_snapshots(page: Page, server: str) -> None:
    """Another change arrives in the frame between the store of snapshots and the drawing."""
    open_empty(page, server)
    blobs = [base64.b64encode(blob).decode() for blob in Net().blobs()]

    drawn = page.evaluate(_RESTING, blobs)

    assert {"gates", "weights", "facts"} <= set(drawn)


def test_the_card_of_the_recipe_is_drawn(page: Page, server: str) -> None:
    (path, written), *_ = recipe("A card")
    name = path.removeprefix("dgviz/web/").removesuffix(".js")
    linked = link({**files.modules(), name: written}).code
    javascript = "text/javascript"
    page.route("**/dgviz.js", lambda route: route.fulfill(body=linked, content_type=javascript))

    expect(show(page, server, name, Net())).to_have_text("step 9")
