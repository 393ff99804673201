"""The Sweep page in Chromium: the map, the front and a cell follow each other and the folder."""

from __future__ import annotations

import re

from fitting import wait_until_all_fits
from made_up_sweep import BASE, GRID, finish, lay_out
from playwright.sync_api import Page, expect

from dgviz.environment import runs_folder
from dgviz.sweeps.grid import Grid


def test_a_cell_is_found_by_keyboard_opened_and_kept_in_the_address(
    server: str, page: Page
) -> None:
    folder = runs_folder() / "sweeps" / "browser"
    lay_out(folder)
    trials = list(GRID.trials())
    for settings in trials[:4]:
        finish(folder, settings, diverged=settings is trials[3])
    page.goto(f"{server}/sweep?sweep=browser&accuracy=80")
    expect(page).to_have_title("Sweep · dgviz")
    cells, front = page.get_by_test_id("sweep-map"), page.get_by_test_id("sweep-front")
    expect(page.get_by_text("4 of 18 trials are done (1 diverged).")).to_be_visible()
    answer = page.locator(".sweep-fewest .found")
    expect(answer).to_contain_text(re.compile("β 0.1, τ 0.3 has the fewest.*on the test images"))
    # The diamond on the map.
    diamond = page.locator(".map-stage .frame g")
    expect(diamond).to_have_count(1)
    field = page.get_by_label("At least")
    field.fill("many")
    expect(page.locator(".sweep-fewest .problem")).to_contain_text("a number from 0 to 100")
    expect(answer).to_contain_text("For 80%: So far, β 0.1, τ 0.3 has the fewest")
    field.fill("99")
    expect(answer).to_contain_text("No cell reaches 99%")
    expect(diamond).to_have_count(0)
    room = answer.bounding_box()

    # The keys walk the grid, and the dot of the cell lights up; a ring has an edge around it.
    reading = page.locator(".sweep-map .reading")
    cells.focus()
    page.keyboard.press("ArrowDown")
    expect(reading).to_contain_text("β 0.1, τ 0.3: validation accuracy")
    expect(front.locator("circle")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("β 1, τ 0.3: not begun yet.")
    expect(front.locator("circle")).to_have_count(0)
    # And back: the front's first dot, and its cell.
    front.focus()
    page.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("β 0.1, τ 0.3: validation accuracy")
    page.keyboard.press("Enter")
    cell = page.locator(".sweep-cell")
    expect(cell.get_by_role("heading")).to_have_text("β 0.1, τ 0.3")
    expect(cell.get_by_role("link", name="Pixels")).to_have_attribute(
        "href", re.compile(r"^\./pixels\?run=[0-9a-f]{12}$")
    )
    cell.get_by_role("button", name="τ afterwards").click()
    expect(cell.locator(".picture svg")).to_contain_text("as trained, τ 0.3")
    page.get_by_label("After epoch").fill("2")
    page.wait_for_url(re.compile("epoch=2.*cell=beta%3A0.1%2Ctau%3A0.3.*show=afterwards"))
    with page.expect_download() as saved:
        page.locator(".sweep-map").get_by_role("button", name="SVG").click()
    assert "τ during training" in saved.value.path().read_text()

    # A trial that is done while the page is open appears by itself.
    finish(folder, trials[4])
    expect(page.get_by_text("5 of 18 trials are done (1 diverged).")).to_be_visible()
    cells.focus()
    page.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("β 1, τ 0.3: validation accuracy")

    # A range on an axis limits the cells of all cards, by keyboard and by pointer.
    parallel = page.locator(".sweep-parallel .reading")
    page.get_by_role("slider", name="β sparsity penalty, least").focus()
    expect(parallel).to_contain_text("4 of 6 cells have a line: 1 diverged or collapsed, 1 is not")
    page.keyboard.press("ArrowUp")
    expect(parallel).to_contain_text("2 of 4 cells are within the ranges: β sparsity penalty at")
    field.fill("80")
    expect(answer).to_contain_text(
        "Only 2 of 4 cells are within the ranges after the last epoch, and the others do not count."
    )
    # The axis below does not move.
    assert (box := answer.bounding_box()) and room and box["height"] == room["height"]
    expect(page.locator(".sweep-front header")).to_contain_text("after epoch 2, 2 of 4 cells")
    tau = page.locator(".axis-range").nth(1)
    tau.scroll_into_view_if_needed()
    box = tau.bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 0.9 * box["height"])
    page.mouse.down()
    page.mouse.move(middle, box["y"] + 0.6 * box["height"], steps=3)
    page.mouse.up()
    page.wait_for_url(re.compile(re.escape("ranges=beta%3A0.1..%2Ctau%3A..0.3")))
    expect(page.locator(".sweep-parallel .spoken")).to_contain_text("within the ranges")
    page.get_by_role("button", name="Show all cells").click()
    expect(parallel).to_contain_text("4 of 6 cells have a line")

    # One axis is a chart, with the same keys.
    up = page.locator(".sweep-map .choice", has=page.get_by_text("up", exact=True))
    up.get_by_role("combobox").select_option("none")
    chart = page.get_by_test_id("sweep-line")
    expect(chart).to_be_visible()
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("β 1, τ 0.3: validation accuracy")
    expect(page.get_by_test_id("sweep-map")).to_be_hidden()

    for width in (844, 390):
        page.set_viewport_size({"width": width, "height": 900})
        wait_until_all_fits(page)

    # The address has the form of a new sweep while it is open.
    form = page.get_by_text("Lay out a sweep", exact=True)
    form.click()
    page.wait_for_url(re.compile(re.escape("beta=0.01%3A3%3Alog6")))
    form.click()
    page.wait_for_url(re.compile("sweep=browser((?!axes).)*$"))

    page.reload()
    expect(cell.get_by_role("heading")).to_have_text("β 0.1, τ 0.3")
    expect(page.get_by_label("After epoch")).to_have_value("2")


def test_two_sweeps_stand_side_by_side_and_follow_each_other(server: str, page: Page) -> None:
    first, second = (runs_folder() / "sweeps" / name for name in ("left", "right"))
    other = Grid(BASE.with_changes(epochs=5), {"beta": (0.1, 3.0), "tau": (0.3, 0.5)})
    page.goto(f"{server}/sweep?sweep=left&compare=right")
    expect(page.get_by_text("The page shows it as soon as there is one.")).to_be_visible()
    for folder, grid in ((first, GRID), (second, other)):
        lay_out(folder, grid)
        for settings in list(grid.trials())[:3]:
            finish(folder, settings)
    expect(page.get_by_text("right: 3 of 4 trials are done.")).to_be_visible()
    left, right = (page.locator(".sweep-map").nth(at) for at in (0, 1))
    readings = [card.locator(".reading") for card in (left, right)]
    files = page.locator(".sweep-cell .sheets")
    expect(files.nth(0)).to_be_hidden()

    # The cell with the same values lights up in the other sweep, and its dot in both.
    right.get_by_test_id("sweep-map").focus()
    page.keyboard.press("ArrowRight")
    expect(readings[1]).to_contain_text("β 3, τ 0.3: validation accuracy")
    expect(readings[0]).to_have_text("This sweep has no such cell: β 3, τ 0.3.")
    page.keyboard.press("ArrowLeft")
    for reading in readings:
        expect(reading).to_contain_text("β 0.1, τ 0.3: validation accuracy")
    page.keyboard.press("Enter")
    expect(page.locator(".sweep-cell h2")).to_have_text(["β 0.1, τ 0.3"] * 2)
    expect(files.nth(0)).to_be_visible()

    # One question: an answer in one field takes the error from the other.
    fields, problems = page.get_by_label("At least"), page.locator(".sweep-fewest .problem")
    fields.nth(0).fill("many")
    expect(problems.nth(0)).to_contain_text("a number from 0 to 100")
    expect(fields.nth(0)).to_have_attribute("aria-invalid", "true")
    fields.nth(1).fill("90")
    expect(problems.nth(0)).to_be_empty()
    expect(fields.nth(0)).to_have_value("90")
    expect(fields.nth(0)).to_have_attribute("aria-invalid", "false")

    # One scrubber; the shorter sweep stays at its end. One scale of colours.
    left.get_by_label("After epoch").fill("4")
    expect(left.locator("output")).to_have_text("3 of 3")
    expect(right.locator("output")).to_have_text("4 of 5")
    tops = [card.get_by_test_id("sweep-map").bounding_box() for card in (left, right)]
    assert tops[0] and tops[1] and tops[0]["y"] == tops[1]["y"]
    assert tops[0]["height"] == tops[1]["height"]
    ticks = right.locator(".scale-strip .ticks").text_content()
    expect(left.locator(".scale-strip .ticks")).to_have_text(ticks or "")
    page.wait_for_url(re.compile("compare=right.*epoch=4.*cell=beta%3A0.1%2Ctau%3A0.3"))

    finish(second, list(other.trials())[3], stopped=2)
    expect(page.get_by_text("right: 4 of 4 trials are done (1 stopped early).")).to_be_visible()
    for card in (right, page.locator(".sweep-front").nth(1)):
        expect(card.locator(".legend")).to_contain_text("stopped early")
    expect(right.locator("header .sub")).not_to_contain_text("trials done")
    for width in (844, 390):
        page.set_viewport_size({"width": width, "height": 900})
        wait_until_all_fits(page)
