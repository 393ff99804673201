"""The Runs page in Chromium: a trained run is found, replayed, compared, deleted and shared."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from contrast import wait_for_contrast
from live_page import LivePage
from playwright.sync_api import Browser, Locator, Page, expect
from real_server import running_server
from synthetic_run import SETTINGS, write_run

A, B = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
SHORT = "/?preset=classroom&hidden=16&epochs=1"


@pytest.fixture(scope="module")
def library(
    chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """A separate server, and its directory of runs."""
    root = tmp_path_factory.mktemp("library")
    with running_server(DGVIZ_RUNS=str(root)) as (address, _):
        yield address, root


@pytest.fixture
def address(library: tuple[str, Path]) -> str:
    """The address of the server, with only two runs in its directory."""
    address, root = library
    for left in root.iterdir():
        shutil.rmtree(left)
    write_run(root, A, label={"name": "Lecture demo", "tags": ["lecture"]})
    write_run(
        root,
        B,
        SETTINGS.with_changes(beta=0.7),
        label={"name": "Harder", "tags": []},
        card={"figures": {"test_accuracy": 0.8, "active_ratio": 0.2, "active_weights": 40}},
    )
    return address


def table(page: Page) -> Locator:
    return page.get_by_test_id("stDataFrame")


def choose(page: Page, row: int) -> None:
    """Click the box of a row, counted from 0 below the header."""
    # Once drawn, the canvas contains the cells as elements for screen readers.
    expect(page.locator(f"#glide-cell-2-{row}")).to_be_attached()
    table(page).click(position={"x": 16, "y": 34 * (row + 1.5)})


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words)).to_be_visible()


def seen(page: Page, words: str) -> None:
    expect(page.get_by_text(words, exact=True)).to_be_visible()


def test_a_run_trained_live_is_found_and_opened(address: str, page: Page) -> None:
    live = LivePage(page, address, SHORT)
    live.start()
    live.wait_for_phase("finished")
    page.get_by_role("link", name="Runs", exact=True).click()
    choose(page, 0)
    heading(page, "· classroom, H 16, epochs 1, seed 0")
    expect(page.locator("#glide-cell-3-0")).to_have_text("finished")
    live.wait_for("epoch", lambda epoch: epoch == 1)

    page.get_by_role("link", name="Live page", exact=True).click()
    expect(page).to_have_url(re.compile(r"/\?.*run=[0-9a-f]{12}"))
    live.wait_for_phase("finished")


def test_two_runs_are_chosen_compared_deleted_and_restored(address: str, page: Page) -> None:
    page.goto(f"{address}/runs")
    table(page).wait_for()
    points = page.locator(".scatterlayer .point")
    expect(points).to_have_count(2)
    # Plotly's event layer covers the points.
    point, layer = points.first.bounding_box(), page.locator(".nsewdrag").bounding_box()
    assert point and layer
    page.locator(".nsewdrag").click(
        position={
            "x": point["x"] + point["width"] / 2 - layer["x"],
            "y": point["y"] + point["height"] / 2 - layer["y"],
        }
    )
    expect(page).to_have_url(re.compile("run="))
    heading(page, "Harder")
    choose(page, 1)
    heading(page, "2 runs side by side")
    seen(page, "The other 23 settings are the same in all runs.")
    expect(page.get_by_test_id("gate-canvas")).to_have_count(2)
    wait_for_contrast(page)

    # With the keyboard: the focus is kept although each pressed button disappears.
    page.get_by_role("button", name="Delete these 2", exact=True).press("Enter")
    seen(page, "Deleted 2 runs.")
    seen(page, "No runs yet")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "2 runs side by side")


def test_a_copied_link_shows_the_same_in_another_browser(
    address: str, page: Page, browser: Browser
) -> None:
    page.goto(f"{address}/runs?search=lecture")
    table(page).wait_for()
    choose(page, 0)
    heading(page, "Lecture demo")
    expect(page).to_have_url(re.compile(f"search=lecture&run={A}"))
    with browser.new_context(color_scheme="dark") as context:
        other = context.new_page()
        other.goto(page.url)
        heading(other, "Lecture demo")
        expect(other.get_by_placeholder(re.compile("Name, tag"))).to_have_value("lecture")
        wait_for_contrast(other)


def test_back_goes_back_to_what_was_chosen_before(address: str, page: Page) -> None:
    page.goto(f"{address}/runs?run={A}")
    heading(page, "Lecture demo")
    page.get_by_role("button", name="Delete", exact=True).wait_for()
    choose(page, 0)
    expect(page).to_have_url(re.compile(f"run={A}&run={B}"))
    heading(page, "2 runs side by side")
    page.go_back()
    heading(page, "Lecture demo")


def test_downloads_are_made_when_asked_for(address: str, page: Page) -> None:
    page.goto(f"{address}/runs?run={A}")
    page.get_by_role("button", name="Download", exact=True).click()
    for label, start in (
        ("The whole run (zip)", b"PK"),
        ("Metrics (CSV)", b"run,step"),
        ("Metrics (Parquet)", b"PAR1"),
        ("Report (HTML)", b"<!"),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label, exact=True).click()
        content = Path(waiting.value.path()).read_bytes()
        assert content.startswith(start), label


def test_a_downloaded_zip_is_imported_again(address: str, page: Page, tmp_path: Path) -> None:
    page.goto(f"{address}/runs?run={A}")
    heading(page, "Lecture demo")
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="The whole run (zip)", exact=True).click()
    zipped = tmp_path / download.value.suggested_filename
    download.value.save_as(zipped)

    page.locator("input[type=file]").set_input_files(zipped)

    # Its id is in use, so it gets another.
    words = re.compile(f"^Imported Lecture demo from {re.escape(zipped.name)}\\.")
    expect(page.get_by_text(words)).to_be_visible()
    expect(page).not_to_have_url(re.compile(A))
    heading(page, "Lecture demo")
