"""The dock on an otherwise empty page: which command its button offers, and when it is disabled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from modules import open_empty
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

REFUSED = 4403
TAU = {"name": "tau", "symbol": "τ", "label": "threshold", "help": "", "value": 0.5, "default": 0.5}
TAU |= {"stops": [0.4, 0.5, 0.6], "min": 0, "max": 1, "accepted": "a number", "preview": True}
RATE = {"name": "learning_rate", "label": "Learning rate", "value": 0.01, "begun": 0.001}
_MOUNT = """async ([phase, knobs, others]) => {
    const { mount } = await dgviz("live/dock");
    window.commands = [];
    const data = { run: "a", token: "", phase, knobs, others };
    const setTriggerValue = (name) => window.commands.push(name);
    const setStateValue = setTriggerValue;
    mount({ parentElement: document.body, data, setTriggerValue, setStateValue });
}"""


class Dock:
    """A dock whose socket is served by the test."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.sockets: list[WebSocketRoute] = []
        page.set_viewport_size({"width": 390, "height": 844})
        page.route_web_socket("**/dgviz/stream/**", lambda socket: self.sockets.append(socket))
        open_empty(page, server)

    @property
    def button(self) -> Locator:
        return self.page.get_by_role("group", name="Controls").get_by_role("button")

    def mount(self, phase: str, *knobs: dict[str, Any], other: dict[str, Any] = RATE) -> None:
        """Mount the dock with the phase of the run that the page's script read last.

        Args:
            other: a knob that is elsewhere on the page.
        """
        self.page.evaluate(_MOUNT, [phase, knobs, [other]])
        self.button.wait_for()

    @property
    def socket(self) -> WebSocketRoute:
        while not self.sockets:
            self.page.wait_for_timeout(20)
        return self.sockets[-1]

    def send(self, phase: str) -> None:
        self.socket.send(json.dumps({"type": "status", "phase": phase}))

    def refuse(self) -> None:
        self.socket.close(code=REFUSED)

    @property
    def commands(self) -> list[str]:
        commands: list[str] = self.page.evaluate("window.commands")
        return commands


@pytest.fixture
def dock(page: Page, server: str) -> Iterator[Dock]:
    yield Dock(page, server)


def test_a_command_is_sent_once_and_the_focus_stays(dock: Dock) -> None:
    dock.mount("running")
    dock.send("running")
    expect(dock.button).to_be_enabled()
    dock.button.press("Enter")
    expect(dock.button).to_be_disabled()
    dock.button.press("Enter")
    expect(dock.button).to_be_focused()
    assert dock.commands == ["pause"]

    dock.send("paused")
    expect(dock.button).to_have_text("Resume")
    expect(dock.button).to_be_enabled()
    dock.button.press("Enter")
    assert dock.commands == ["pause", "resume"]


def test_a_second_tap_is_ignored_when_the_button_has_changed(dock: Dock) -> None:
    dock.mount("running")
    dock.send("running")
    expect(dock.button).to_be_enabled()
    dock.page.evaluate(
        """() => {
            const button = document.querySelector(".action");
            const tap = () => button.textContent === "Resume" && button.click();
            const watch = { childList: true, characterData: true, subtree: true };
            new MutationObserver(tap).observe(button, watch);
        }"""
    )
    dock.send("paused")
    expect(dock.button).to_have_text("Resume")
    expect(dock.button).to_be_enabled()
    assert dock.commands == []


@pytest.mark.parametrize(("phase", "offered"), [("running", "Pause"), ("paused", "Resume")])
def test_a_refused_page_offers_the_command_of_the_phase_it_was_mounted_with(
    dock: Dock, phase: str, offered: str
) -> None:
    dock.mount(phase)
    dock.send("starting")
    expect(dock.button).to_be_disabled()
    dock.refuse()
    expect(dock.button).to_have_text(offered)
    expect(dock.button).to_be_enabled()
    dock.button.click()
    assert dock.commands == [offered.lower()]


@pytest.mark.parametrize(("begun", "words"), [(0.5, "Applies on Resume."), (None, "")])
def test_only_a_knob_that_the_run_reads_waits_for_resume(
    dock: Dock, begun: float | None, words: str
) -> None:
    dock.mount("paused", TAU | {"begun": begun})
    dock.send("paused")
    expect(dock.button).to_have_text("Resume")
    slider = dock.page.get_by_role("slider")
    slider.press("ArrowRight")
    dock.page.wait_for_function("window.commands.includes('tau')")
    expect(dock.page.locator(".spoken")).to_have_text(words)
    for phase, offered in (("running", "Pause"), ("paused", "Resume")):
        dock.send(phase)
        expect(dock.button).to_have_text(offered)
        # The message is removed once the run has continued.
        expect(dock.page.locator(".spoken")).to_have_text("")
    expect(dock.page.locator(".knob .note")).to_have_text(words)


@pytest.mark.parametrize(
    ("value", "words"), [(0.01, "Learning rate 0.01: applies on Resume."), (0.001, "")]
)
def test_a_changed_knob_elsewhere_on_the_page_is_named_too(
    dock: Dock, value: float, words: str
) -> None:
    dock.mount("paused", TAU | {"begun": 0.5}, other=RATE | {"value": value})
    dock.send("paused")
    expect(dock.button).to_have_text("Resume")
    note = dock.page.locator(".dock-bar > .note")
    expect(note).to_have_text(words)
    dock.send("running")
    expect(dock.button).to_have_text("Pause")
    expect(note).to_have_text("")
