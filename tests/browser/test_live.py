"""The Live page in Chromium: start, change and stop a run."""

from __future__ import annotations

import re

import psutil
import pytest
from fitting import wait_until_all_fits
from live_page import LivePage
from playwright.sync_api import Browser, Page, expect
from real_server import running_server

ENDLESS = "/?preset=classroom&hidden=16&epochs=1000"


def test_start_trains_and_the_charts_move(page: Page, server: str) -> None:
    live = LivePage(page, server)
    live.start()
    first = live.stated("number")
    live.wait_for("number", lambda number: number >= first + 5)
    live.wait_for("test-accuracy", lambda accuracy: accuracy > 0.9)
    live.wait_for("active-ratio", lambda ratio: ratio < 0.9)
    expect(live.map).to_have_attribute("aria-label", re.compile("of 203,264 .* active ratio"))


def test_raising_beta_closes_connections(page: Page, server: str) -> None:
    live = LivePage(page, server, "/?preset=paper&hidden=16&beta=-1")
    live.start()
    live.wait_for("epoch", lambda epoch: epoch > 0.2)
    assert live.stated("active-ratio") == 1
    live.slider("β").press("End")
    live.wait_for("active-ratio", lambda ratio: ratio < 0.5)
    expect(page).to_have_url(re.compile("beta=30"))


def test_back_leaves_a_run_and_undoes_no_single_change(page: Page, server: str) -> None:
    page.goto(f"{server}/_stcore/health")
    live = LivePage(page, server, ENDLESS)
    entries = page.evaluate("history.length")
    for beta in ("1.2", "1.4", "1.6"):
        live.slider("β").press("ArrowRight")
        page.wait_for_url(re.compile(f"beta={beta}"))
    idle = page.url
    live.button("Start").dblclick()
    live.wait_for("number", lambda number: number >= 1)
    page.wait_for_url(re.compile("run="))
    live.slider("β").press("ArrowRight")
    page.wait_for_url(re.compile("beta=1.9.*run="))
    assert page.evaluate("history.length") == entries + 1

    page.go_back()
    live.wait_for_phase("ready")
    expect(live.slider("β")).to_have_attribute("aria-valuetext", "1.6")
    expect(page).to_have_url(idle)
    page.go_forward()
    live.wait_for_phase("training")
    expect(live.slider("β")).to_have_attribute("aria-valuetext", "1.9")
    at_work = page.get_by_text(re.compile("^The learning rate acts on this run"))
    expect(at_work).to_have_count(1)
    # Streamlit may lose a press while it runs the page's script.
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached()
    live.button("Stop").click()
    # Streamlit sends a press a moment later, and would ignore a Back before that.
    expect(at_work).to_have_count(0)
    page.go_back()
    live.wait_for_phase("ready")
    page.go_back()
    expect(page).to_have_url(f"{server}/_stcore/health")


def test_tau_is_dragged_without_a_message_to_the_trainer(page: Page, server: str) -> None:
    sent: list[str | bytes] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda frame: sent.append(frame)))
    live = LivePage(page, server, ENDLESS)
    live.start()
    live.wait_for("active-ratio", lambda ratio: ratio < 0.6)
    live.pause()
    number, ratio, picture = live.stated("number"), live.stated("active-ratio"), live.painted()
    # The pause reruns the page's script, and the answer changes the page.
    wait_until_silent(page, sent)

    box = live.slider("τ").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    start = box["x"] + box["width"] * (0.5 - 0.2) / 0.55
    page.mouse.move(start, middle)
    page.mouse.down()
    before = len(sent)
    page.mouse.move(start + box["width"] * 0.3, middle, steps=10)
    live.wait_for("active-ratio", lambda dragged: dragged < ratio / 2)
    assert live.painted() != picture
    assert live.stated("number") == number
    # Only messages to dgviz's socket are sent, none to Streamlit.
    assert all(str(words).startswith(("ready", "channels ")) for words in sent[before:])
    page.mouse.up()
    expect(page).to_have_url(re.compile("tau=0.6"))
    waits = page.locator(".knobs").get_by_text("Applies on Resume.", exact=True)
    expect(waits).to_be_visible()
    expect(page.locator(".knobs .spoken")).to_have_text(
        re.compile(r"τ 0\.6\d*: .*\d% of connections active, about \d+\.\d% accuracy\. Applies")
    )
    live.button("+1 batch").click()
    live.wait_for("number", lambda now: now > number)
    expect(waits).to_be_hidden()
    assert live.stated("active-ratio") < ratio / 2

    field = page.get_by_role("textbox", name=re.compile("^τ"))
    field.fill("1")
    field.press("Enter")
    empty = live.map.locator(".empty")
    expect(empty).to_have_text(re.compile(r"^No gate of the first layer is above τ 1\.00"))
    expect(page.locator(".figure.connections .value")).to_have_text("0%")
    figure = page.locator(".figure.accuracy")
    expect(figure.locator(".value")).to_have_text(re.compile("^≈ "))
    expect(figure.locator(".words")).to_contain_text("estimated on validation images, at τ 1.00")
    live.button("gate").click()
    expect(empty).to_be_hidden()


def wait_until_silent(page: Page, sent: list[object]) -> None:
    """Wait until the page has sent nothing for a second."""
    count = -1
    while count != len(sent):
        count = len(sent)
        page.wait_for_timeout(1000)


def test_pause_stops_at_a_step_and_single_steps_continue(page: Page, server: str) -> None:
    live = LivePage(page, server, ENDLESS)
    live.start()
    live.pause()
    epoch = live.stated("epoch")
    # No snapshot comes of itself: the probability of the connection is requested.
    live.map.hover()
    expect(page.locator(".gate-map .readout")).to_contain_text("gate probability")
    live.button("+1 batch").click()
    one_batch = 1 / 430
    live.wait_for("epoch", lambda now: abs(now - epoch - one_batch) < one_batch / 10)
    live.button("+1 epoch").click()
    live.wait_for("epoch", lambda now: now == int(epoch) + 1)
    live.button("Resume").click()
    live.wait_for("epoch", lambda now: now > int(epoch) + 1)
    live.button("Stop").click()
    live.wait_for_phase("stopped")
    expect(live.button("Start")).to_be_enabled()


def test_a_reload_finds_the_run(page: Page, server: str) -> None:
    live = LivePage(page, server, ENDLESS)
    live.start()
    live.wait_for("epoch", lambda epoch: epoch > 0.5)
    run = live.run_id()
    page.reload()
    live.wait_for("epoch", lambda epoch: epoch > 0.5)
    assert live.run_id() == run
    expect(live.button("Pause")).to_be_enabled()


def test_another_browser_follows_the_same_link(page: Page, server: str, browser: Browser) -> None:
    live = LivePage(page, server, ENDLESS)
    live.start()
    live.pause()
    page.wait_for_url(re.compile("run="))
    with browser.new_context() as context:
        other = LivePage(context.new_page(), server, page.url.removeprefix(server))
        other.wait_for("epoch", lambda epoch: epoch == live.stated("epoch"))


def test_a_dense_baseline_is_trained_and_drawn_as_well(page: Page, server: str) -> None:
    live = LivePage(page, server, "/?preset=classroom&hidden=16&epochs=1")
    live.start()
    page.get_by_role("button", name="train the dense baseline", exact=True).click()
    expect(page.locator(".figure.accuracy .words")).to_have_text(
        re.compile(r"(than|from) the dense baseline\D+\d+\.\d\d\s±\s\d\.\d\d points")
    )
    page.get_by_role("link", name="the dense baseline", exact=True).click()
    expect(page.get_by_text("this is the dense baseline", exact=True)).to_be_visible()


def opened_by_link(page: Page, address: str) -> LivePage:
    """Open the Live page by a link that is the first request to its server, and check it."""
    live = LivePage(page, address, "/?preset=sparse&hidden=16&beta=0.5&tau=0.45&seed=7")
    expect(live.slider("β")).to_have_attribute("aria-valuetext", re.compile("0.5"))
    expect(live.slider("τ")).to_have_attribute("aria-valuetext", re.compile("0.45"))
    expect(page).to_have_url(re.compile("seed=7"))
    return live


def test_the_problem_of_a_bad_link_is_shown(page: Page, server: str) -> None:
    live = LivePage(page, server, "/?beta=abc&run=123456789abc")
    for sentence in (
        r"β \(beta\) must be a number from -1 to 30; it was 'abc'",
        "There is no run '123456789abc' on this server",
    ):
        expect(page.get_by_text(re.compile(sentence))).to_be_visible()
    expect(live.button("Start")).to_be_enabled()


def test_a_number_typed_out_of_range_is_refused_in_place(page: Page, server: str) -> None:
    live = LivePage(page, server)
    field = page.get_by_role("textbox", name=re.compile("^β"))
    field.fill("99")
    field.press("Enter")
    trouble = page.locator(".knobs .trouble").first
    expect(trouble).to_have_text("β must be a number from -1 to 30. β stays 1.")
    field.blur()
    expect(field).to_have_value("99")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(live.slider("β")).to_have_attribute("aria-valuetext", "1")
    page.get_by_role("combobox", name=re.compile("Preset")).click()
    page.get_by_role("option", name="Sparse", exact=True).click()
    expect(field).to_have_value("1")
    expect(trouble).to_be_empty()
    field.fill("0,5")
    field.press("Enter")
    expect(live.slider("β")).to_have_attribute("aria-valuetext", "0.5")
    expect(trouble).to_be_empty()

    field.fill("1,000")
    field.press("Enter")
    expect(trouble).to_contain_text("β stays 0.5.")
    live.slider("β").press("End")
    expect(field).to_have_value("30")
    expect(trouble).to_be_empty()

    live.slider("β").press("Home")
    expect(field).to_have_value("reopen")
    field.fill("99")
    field.press("Enter")
    expect(trouble).to_contain_text("β stays −1.")


def test_a_value_can_be_chosen_again_after_a_preset_has_changed_it(page: Page, server: str) -> None:
    live = LivePage(page, server)
    for preset in ("Sparse", "Classroom"):
        live.slider("β").press("End")
        page.wait_for_url(re.compile("beta=30"))
        page.get_by_role("combobox", name=re.compile("Preset")).click()
        page.get_by_role("option", name=preset, exact=True).click()
        expect(live.slider("β")).to_have_attribute("aria-valuetext", "1")
        # Otherwise the next round would find the address of this one.
        page.wait_for_url(lambda address: "beta=" not in address)


def test_a_phone_has_the_knobs_and_the_button_at_hand(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    live = LivePage(page, server, ENDLESS)
    action = live.dock.get_by_role("button")
    expect(action).to_have_text("Start")
    place = live.map.bounding_box()
    assert place and place["y"] < 844 * 2 / 3, "the map is on the first screen"
    action.dblclick()
    live.wait_for("epoch", lambda epoch: epoch > 0)
    run = live.run_id()
    expect(action).to_have_text("Pause")
    expect(action).to_be_enabled()
    action.dblclick()
    live.wait_until_paused()
    expect(action).to_have_text("Resume")
    epoch = live.stated("epoch")
    live.button("+1 batch").click()
    one_batch = 1 / 430
    live.wait_for("epoch", lambda now: abs(now - epoch - one_batch) < one_batch / 10)
    assert live.run_id() == run

    live.dock.get_by_role("slider", name=re.compile("^β")).press("End")
    expect(live.dock.get_by_text("Applies on Resume.")).to_be_visible()
    page.wait_for_url(re.compile("beta=30"))
    for control in [action, *live.dock.get_by_role("slider").all()]:
        box = control.bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 44

    last = page.locator(".remains")
    page.mouse.move(195, 400)
    page.mouse.wheel(0, 10_000)
    page.wait_for_function(
        "([last, dock]) => last.getBoundingClientRect().bottom < dock.getBoundingClientRect().top",
        arg=[last.element_handle(), live.dock.element_handle()],
    )
    page.set_viewport_size({"width": 1440, "height": 844})
    expect(live.dock).to_be_hidden()
    expect(live.slider("β")).to_have_attribute("aria-valuetext", "30")


def test_a_killed_worker_shows_as_failed(page: Page, chromium_path: str) -> None:
    with running_server() as (address, process):
        live = opened_by_link(page, address)
        live.start()
        live.wait_for("epoch", lambda epoch: epoch > 0.1)
        workers = psutil.Process(process.pid).children(recursive=True)
        max(workers, key=lambda worker: worker.create_time()).kill()
        words = page.locator(".progress-words")
        expect(words).to_contain_text("The training process was killed by signal 9")
        expect(live.button("Start")).to_be_enabled()
        assert live.stated("number") >= 1


def test_zoom_survives_new_snapshots(page: Page, server: str) -> None:
    live = LivePage(page, server, ENDLESS)
    live.start()
    page.get_by_role("button", name="zoom in", exact=True).click()
    zoom = live.wait_for("zoom", lambda zoom: zoom > 1)
    number = live.stated("number")
    live.wait_for("number", lambda now: now > number + 3)
    assert live.stated("zoom") == zoom


@pytest.mark.parametrize("width", [390, 1440])
def test_a_start_moves_no_button(page: Page, server: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    live = LivePage(page, server, ENDLESS)
    buttons = [live.button(name) for name in ("Pause", "Resume", "+1 batch", "+1 epoch", "Stop")]
    expect(live.button("Start")).to_be_enabled()
    # A card is hidden until its style sheet is loaded.
    expect(page.locator(".dgviz[style*='hidden']")).to_have_count(0)
    places = [button.bounding_box() for button in buttons]
    live.start()
    live.wait_for("number", lambda number: number >= 3)
    assert [button.bounding_box() for button in buttons] == places
    wait_until_all_fits(page)


def test_pruning_is_chosen_beside_the_preset_and_marked_on_curves_and_replay(
    page: Page, server: str
) -> None:
    live = LivePage(page, server, "/?preset=classroom&hidden=16&epochs=2")
    page.get_by_role("combobox", name=re.compile("Method")).click()
    page.get_by_role("option", name="gradual magnitude pruning", exact=True).click()
    expect(page).to_have_url(re.compile("method=magnitude"))
    expect(page.locator(".cell").last).to_have_attribute("data-card", "live/curves")
    expect(live.slider("β")).to_be_hidden()
    target = page.get_by_label("Target ratio value").first
    target.fill("0.1")
    target.press("Enter")
    expect(page).to_have_url(re.compile("magnitude.target=0.1"))
    live.start()
    live.wait_for_phase("finished")
    live.wait_for("active-ratio", lambda ratio: ratio == pytest.approx(0.1, abs=0.001))
    marks = page.locator(".curves, .plot").get_by_text(re.compile("pruned [0-9]+ times, epochs"))
    expect(marks.first).to_be_visible()
    last = page.locator(".knob-mark").last
    expect(last).to_have_accessible_name(re.compile(r"weights pruned, .* left \(last of [0-9]+"))
    page.get_by_role("combobox", name=re.compile("Method")).click()
    page.get_by_role("option", name="DynamicGate-MLP", exact=True).click()
    live.start()
    expect(page.get_by_role("heading", name="Gate probability", exact=True)).to_be_visible()
