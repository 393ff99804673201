"""The Compare page in Chromium: two methods race from the click to the table."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path
from urllib.parse import urlencode

from made_up_runs import made_up
from playwright.sync_api import FloatRect, Locator, Page, expect

from dgviz.comparison.plan import Plan

RACE = "/compare?preset=classroom&method=dynamicgate&method=magnitude&epochs=1&hidden=17"


def rows(page: Page) -> Locator:
    return page.locator(".runners li")


def result(page: Page, method: str) -> Locator:
    return page.locator(".race-table tbody tr").filter(has_text=method)


def touch(a: FloatRect, b: FloatRect) -> bool:
    across, down = [
        a[start] < b[start] + b[size] and b[start] < a[start] + a[size]
        for start, size in (("x", "width"), ("y", "height"))
    ]
    return across and down


def test_two_methods_race_from_the_click_to_the_table(server: str, page: Page) -> None:
    page.goto(server + RACE)
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="Race", exact=True).click()
    expect(page.locator(".place[data-phase=finished]")).to_have_count(2)
    expect(page.get_by_text("All 2 runs are trained.")).to_be_visible()
    for method in ("DynamicGate-MLP", "magnitude"):
        expect(result(page, method)).to_contain_text(re.compile(r"\d\d\.\d\d"))
    for chart in ("accuracy", "active_ratio", "tradeoff"):
        traces = page.get_by_test_id(chart).locator(".scatterlayer > .trace")
        expect(traces.nth(1)).to_be_attached()

    expect(page.locator(".race-maps figure")).to_have_count(2)
    expect(page.locator(".race-overlap td[style]")).to_have_count(4)
    expect(page.locator(".race-digits canvas").first).to_be_attached()

    # Pointing at a method lights it up everywhere; a click keeps it.
    rows(page).get_by_role("button", name="magnitude").click()
    page.mouse.move(0, 0)
    expect(rows(page).first).to_have_class(re.compile("dimmed"))
    expect(result(page, "DynamicGate-MLP")).to_have_class(re.compile("dimmed"))
    faded = page.get_by_test_id("accuracy").locator(".scatterlayer > .trace").first
    expect(faded).to_have_attribute("style", re.compile("opacity: 0.13"))

    with page.expect_download() as saved:
        page.locator(".race-table").get_by_role("button", name="LaTeX").click()
    assert r"\toprule" in saved.value.path().read_text()
    with page.expect_download() as saved:
        page.locator(".tradeoff").get_by_role("button", name="SVG").click()
    picture = saved.value.path().read_text()
    assert "kept weights (logarithmic)" in picture and "784-300-100-10" in picture
    for card, text in ((".race-digits", "Only DynamicGate-MLP: "), (".race-overlap", " (0.")):
        with page.expect_download() as saved:
            page.locator(card).get_by_role("button", name="SVG").click()
        assert text in saved.value.path().read_text()

    # The same address finds the finished runs, with what was chosen in the cards; and a place opens
    # its run.
    page.locator(".race-digits").get_by_label("first").select_option("magnitude")
    page.locator(".race-digits").get_by_label("second").select_option("dynamicgate")
    page.locator(".race-curves").get_by_role("button", name="validation").click()
    page.wait_for_url(re.compile("highlight=magnitude&first=magnitude.*&curve=validation$"))
    page.reload()
    expect(rows(page).first).to_have_class(re.compile("dimmed"))
    expect(page.locator(".race-digits").get_by_label("first")).to_have_value("magnitude")
    expect(page.locator(".race-curves [value=validation]")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator(".place[data-phase=finished]")).to_have_count(2)
    expect(page.locator(".place").first).to_have_attribute(
        "href", re.compile(r"^\./runs\?run=[0-9a-f]{12}$")
    )


def test_the_table_fits_a_wide_window_and_scrolls_under_the_methods_in_a_narrow_one(
    server: str, page: Page
) -> None:
    plan = Plan(
        methods=("magnitude", "rigl", "dense"), ratios=(0.3, 0.05), seeds=2, epochs=2, hidden=19
    )
    for number, run in enumerate(plan.runs(), start=1):
        kept = {"active_weights": 150_000 + number, "parameters": 200_000, "macs": 150_000}
        made_up(Path(os.environ["DGVIZ_RUNS"]), 0xABC000 + number, run.settings, figures=kept)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{server}/compare?{urlencode(plan.to_query(), doseq=True)}")
    expect(result(page, "dense")).to_contain_text("98.00 ± 0.00")
    grid, hint = page.locator(".race-table .scroll"), page.locator(".race-table .hint")
    assert grid.evaluate("node => node.scrollWidth <= node.clientWidth")
    expect(hint).to_be_hidden()
    # Two target ratios of a method differ in the width of their lines.
    lines = result(page, "magnitude").locator(".sample path")
    assert len({line.get_attribute("stroke-width") for line in lines.all()}) == 2

    # A name over two lines does not move the picture below it.
    pictures = page.locator(".race-maps figure > :nth-child(2)")
    expect(pictures).to_have_count(4)
    tops = pictures.evaluate_all("nodes => nodes.map((one) => one.getBoundingClientRect().top)")
    assert max(tops) - min(tops) < 1

    page.set_viewport_size({"width": 390, "height": 900})
    expect(hint).to_be_visible()
    names = page.get_by_test_id("tradeoff").locator(".annotation-text")
    expect(names.nth(5)).to_be_attached()
    boxes = [box for name in names.all() if (box := name.bounding_box())]
    assert not [one for one in itertools.combinations(boxes, 2) if touch(*one)]
    method = result(page, "dense").locator("th")
    before = method.bounding_box()
    grid.evaluate("node => node.scrollBy(200, 0)")
    after = method.bounding_box()
    assert before and after and abs(before["x"] - after["x"]) < 1


def test_a_network_without_weights_and_errors_is_drawn_and_said_to_be(
    server: str, page: Page
) -> None:
    plan = Plan(methods=("magnitude",), ratios=(0.3,), seeds=2, epochs=2, hidden=21)
    none = {"active_weights": 0, "test_accuracy": 1.0}
    for number, run in enumerate(plan.runs(), start=1):
        made_up(Path(os.environ["DGVIZ_RUNS"]), 0xABD000 + number, run.settings, figures=none)
    page.goto(f"{server}/compare?{urlencode(plan.to_query(), doseq=True)}")
    points = page.get_by_test_id("tradeoff").locator(".scatterlayer > .trace path.point")
    # Two runs, their mean, and the published results.
    expect(points.nth(3)).to_be_attached()
    points.nth(2).hover(force=True)
    expect(page.get_by_test_id("tradeoff").locator(".hoverlayer")).to_contain_text(
        "drawn at 1 weight and 0.01% error"
    )
