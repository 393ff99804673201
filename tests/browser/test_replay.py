"""A run that has ended, moved through and played in Chromium."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from live_page import LivePage
from playwright.sync_api import Page, expect
from recorded_run import record
from scrubber import Scrubber

from dgviz.runs.snapshots import Snapshots
from dgviz.settings import Settings

SMALL = "/?preset=classroom&hidden=16"


@pytest.fixture(scope="module")
def recorded(server: str) -> str:
    """The path of a finished run of three epochs, with a change of beta."""
    settings = Settings.from_preset("classroom", hidden=16, epochs=3)
    return f"/?run={record(settings, (600, 'beta', 30))}"


@pytest.fixture
def live(page: Page, server: str, recorded: str) -> LivePage:
    return LivePage(page, server, recorded)


def test_scrubbing_back_shows_every_card_that_snapshot(live: LivePage) -> None:
    scrubber = Scrubber(live.page)
    figure = live.page.locator(".figure.connections .aside")
    picture, kept = live.painted(), figure.inner_text()
    assert live.stated("epoch") == 3
    expect(scrubber.playhead).to_be_hidden()

    scrubber.slider.press("Home")
    live.wait_for("epoch", lambda epoch: epoch == 0)
    assert scrubber.stated("step") == 0
    expect(figure).to_contain_text("12,704 multiplications")
    assert live.painted() != picture
    expect(scrubber.playhead).to_have_attribute("data-epoch", "0")
    expect(scrubber.slider).to_have_attribute(
        "aria-valuetext", re.compile(r"epoch 0\.0 of 3 · step 0 · snapshot 1 of \d\d")
    )
    left = scrubber.playhead.bounding_box()
    scrubber.button("next snapshot").click()
    live.wait_for("epoch", lambda epoch: 0 < epoch < 0.2)
    right = scrubber.playhead.bounding_box()
    assert left and right and left["x"] < right["x"]

    scrubber.button("go to the end").click()
    live.wait_for("epoch", lambda epoch: epoch == 3)
    expect(scrubber.playhead).to_be_hidden()
    expect(figure).to_have_text(kept, use_inner_text=True)
    assert live.painted() == picture


def test_back_from_another_page_returns_to_the_last_snapshot(live: LivePage) -> None:
    page, scrubber = live.page, Scrubber(live.page)
    entries = page.evaluate("history.length")
    scrubber.go_to(2)
    page.wait_for_url(re.compile("at="))
    scrubber.button("next snapshot").click()
    step = scrubber.stated("step")
    page.wait_for_url(re.compile(f"at={step}$"))
    assert page.evaluate("history.length") == entries

    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_placeholder(re.compile("Name, tag")).fill("classroom")
    page.wait_for_url(re.compile("search=classroom"))
    page.go_back()
    Scrubber(page)
    live.wait_for("epoch", lambda epoch: epoch < 1)
    assert Scrubber(page).stated("step") == step
    expect(page).to_have_url(re.compile(f"at={step}$"))


def test_playing_runs_to_the_end(live: LivePage) -> None:
    scrubber = Scrubber(live.page)
    scrubber.card.get_by_label("playback speed").select_option("20×")
    drawn = scrubber.stated("drawn")
    scrubber.button("play").click()
    expect(scrubber.button("pause")).to_be_visible()
    expect(scrubber.button("play")).to_be_visible()
    assert scrubber.stated("snapshot") == scrubber.stated("snapshots")
    # The player needs three seconds, and advances by at most a quarter of a second at once.
    assert scrubber.stated("drawn") > drawn + 10
    assert live.stated("epoch") == 3


def test_a_change_of_a_knob_is_marked(live: LivePage) -> None:
    scrubber = Scrubber(live.page)
    mark = scrubber.card.get_by_role("button", name=re.compile(r": β \S+ → 30"))
    mark.focus()
    expect(mark.locator(".tip")).to_be_visible()
    mark.press("Enter")
    live.wait_for("epoch", lambda epoch: epoch < 3)
    assert scrubber.stated("snapshot") < scrubber.stated("snapshots")


def test_a_damaged_snapshot_is_skipped_and_reported(page: Page, server: str, recorded: str) -> None:
    run = re.search("run=([0-9a-f]+)", recorded)
    assert run
    path = Path(os.environ["DGVIZ_RUNS"]) / run[1] / "snapshots.bin"
    whole = path.read_bytes()
    snapshots = Snapshots(path).of("gates")
    content = bytearray(whole)
    content[snapshots[7].offset + 9] ^= 1
    path.write_bytes(content)
    try:
        LivePage(page, server, recorded)
        scrubber = Scrubber(page, damaged=1)
        scrubber.go_to(8)
        sentence = "Snapshot 8 is damaged; snapshot 7 is shown instead."
        expect(scrubber.card.get_by_role("status")).to_have_text(sentence)
        assert scrubber.stated("step") == snapshots[6].step
        scrubber.slider.press("ArrowRight")
        expect(scrubber.card.get_by_role("status")).to_have_text("")
        assert scrubber.stated("step") == snapshots[8].step
    finally:
        path.write_bytes(whole)


def test_a_run_without_recorded_snapshots_has_a_message(
    page: Page, server: str, recorded: str
) -> None:
    nothing = json.dumps({"gates": [], "weights": [], "damage": ""})
    page.route("**/timeline?*", lambda route: route.fulfill(body=nothing))
    LivePage(page, server, recorded)
    card = page.get_by_test_id("scrubber")
    expect(card.get_by_text("No snapshot of this run was recorded")).to_be_visible()
    expect(card.get_by_role("slider")).to_be_hidden()
    for button in card.get_by_role("button").all():
        expect(button).to_be_disabled()


def stop(live: LivePage) -> Scrubber:
    """Stop the run. The player has its place from the start, so that nothing moves then."""
    top = "map => map.getBoundingClientRect().top"
    before = live.map.evaluate(top)
    live.button("Stop").click()
    live.wait_for_phase("stopped")
    scrubber = Scrubber(live.page)
    assert live.map.evaluate(top) == before
    return scrubber


def test_a_resumed_run_is_shown_live_again(page: Page, server: str) -> None:
    live = LivePage(page, server, f"{SMALL}&epochs=500")
    live.start()
    live.wait_for("epoch", lambda epoch: epoch > 0.3)
    scrubber = stop(live)
    reached = live.stated("epoch")
    scrubber.slider.press("Home")
    live.wait_for("epoch", lambda epoch: epoch == 0)
    page.wait_for_url(re.compile("at=0$"))
    page.set_viewport_size({"width": 390, "height": 960})
    live.button("Resume").click()
    live.wait_for_phase("training")
    live.wait_for("epoch", lambda epoch: epoch > reached)
    expect(page.get_by_test_id("playhead")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("at="))
    # Going to the same snapshot again counts as a change, because the run has a new session.
    stop(live).slider.press("Home")
    page.wait_for_url(re.compile("at=0$"))
