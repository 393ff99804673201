"""The status line on an otherwise empty page: what it sends to Python, and when."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from modules import open_empty
from playwright.sync_api import Page, WebSocketRoute, expect

Send = Callable[..., None]

_MOUNT = """async () => {
    window.now = 0;
    performance.now = () => window.now;
    window.sent = [];
    const history = await dgviz("shell/history");
    const status = await dgviz("live/status");
    history.mount();
    const data = { run: "a", token: "", phase: "starting", knobs: {}, hint: "" };
    const setStateValue = (name, { value }) => window.sent.push(value);
    status.mount({ parentElement: document.body, data, setStateValue });
}"""


@pytest.fixture
def send(page: Page, server: str) -> Send:
    """A function that sends a status to the mounted line and waits until its phase is shown."""
    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/dgviz/stream/**", lambda socket: sockets.append(socket))
    open_empty(page, server)
    page.evaluate(_MOUNT)
    while not sockets:
        page.wait_for_timeout(20)

    def send_status(phase: str, words: str, **status: object) -> None:
        sockets[-1].send(json.dumps({"type": "status", "phase": phase, **status}))
        expect(page.locator(".chip")).to_have_text(words)

    return send_status


def test_nothing_is_sent_until_python_has_read_the_address_after_back(
    page: Page, send: Send
) -> None:
    send("running", "training")
    assert page.evaluate("window.sent") == ["running"]
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    send("paused", "paused")
    assert page.evaluate("window.sent") == ["running"]
    page.evaluate("window.now += 60_000")
    page.wait_for_function("window.sent.length > 1")
    assert page.evaluate("window.sent") == ["running", "paused"]


@pytest.mark.parametrize("width", [390, 560, 700, 1000])
def test_the_reason_of_an_end_keeps_the_lines_height(page: Page, send: Send, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    line = page.locator(".status .line")
    run = {"preset": "classroom", "seed": 0, "title": "MNIST", "epochs": 15, "epoch": 0.7}
    pace = {"seconds_per_epoch": 2.1, "seconds_left": 30}
    send("running", "training", **run, **pace)
    expect(line).to_be_visible()
    height = line.bounding_box()["height"]
    killed = "The training process was killed by signal 9 at epoch 0.7."
    onward = "Resume goes on from epoch 0.2 (step 1,086)."
    send("interrupted", "interrupted", **run, reason=f"{killed} {onward}")
    assert line.bounding_box()["height"] == height
    assert line.evaluate("line => line.scrollHeight <= line.clientHeight"), "all of it is seen"
    send("failed", "failed", **run, reason=" ".join(12 * [killed]))
    assert line.bounding_box()["height"] == height


def test_one_epoch_is_one_epoch(page: Page, send: Send) -> None:
    send("finished", "finished", epochs=1)
    expect(page.locator(".progress-words")).to_have_text("1 epoch")
    send("finished", "finished", epochs=2)
    expect(page.locator(".progress-words")).to_have_text("2 epochs")


def test_the_round_of_a_method_with_rounds_is_stated_while_it_trains(
    page: Page, send: Send
) -> None:
    identity = page.locator(".status .identity")
    lottery = {"method": "lottery ticket", "preset": "classroom", "rounds": 5, "epochs": 15}
    for epoch, number in ((0, 1), (2.9, 1), (3, 2), (15, 5)):
        send("running", "training", **lottery, epoch=epoch)
        expect(identity).to_have_text(f"lottery ticket · round {number} of 5 · classroom")
    send("finished", "finished", **lottery, epoch=15)
    expect(identity).to_have_text("lottery ticket · classroom")


def test_the_teacher_s_epochs_are_shown_until_training_begins(page: Page, send: Send) -> None:
    words, bar = page.locator(".progress-words"), page.get_by_role("progressbar")
    send("starting", "starting", epochs=50)
    expect(words).to_have_text("starting the training process")
    send("starting", "starting", epochs=50, teacher=[None, 40])
    expect(words).to_have_text("waiting for the teacher for this seed, which another run trains")
    expect(bar).to_have_attribute("aria-valuenow", "0")
    send("starting", "starting", epochs=50, teacher=[12, 40])
    expect(words).to_have_text("a teacher is trained first, once for each seed: epoch 12 of 40")
    expect(bar).to_have_accessible_name("epochs of the teacher trained")
    assert [bar.get_attribute(f"aria-value{name}") for name in ("now", "max")] == ["12", "40"]
    assert bar.locator("div").get_attribute("style") == "transform: scaleX(0.3);"
    send("running", "training", epochs=50, epoch=25.5)
    expect(bar).to_have_accessible_name("epochs trained")
    assert [bar.get_attribute(f"aria-value{name}") for name in ("now", "max")] == ["25", "50"]


def test_a_refusal_is_sent_again_because_streamlit_may_drop_it(page: Page, send: Send) -> None:
    send("lost", "unavailable")
    page.wait_for_function("window.sent.length > 1")
    assert set(page.evaluate("window.sent")) == {"lost"}
