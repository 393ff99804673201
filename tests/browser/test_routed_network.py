"""The cards of a network that routes images among experts."""

from __future__ import annotations

import torch
from made_up_net import DIGITS, GREY, ROUTES, TOP_TWO, Experts, show
from playwright.sync_api import Page, expect

from dgviz.training.snapshot import pack_digits


def test_the_shares_of_each_class_are_read_by_pointer_and_keys(page: Page, server: str) -> None:
    card = show(page, server, "live/routing", Experts(), method=ROUTES)
    rows = card.locator("tbody tr")
    expect(rows).to_have_count(10)
    expect(rows.nth(3).locator("td")).to_have_text(["0", "67", "33"])
    expect(card.locator("tfoot tr").first.locator("td")).to_have_text(["30", "37", "33"])
    expect(
        card.get_by_text("on the 5,000 validation images at the last evaluation")
    ).to_be_visible()

    readout = card.locator(".readout")
    rows.nth(3).locator("td").nth(1).hover()
    expect(readout).to_have_text("class 3 · expert 2: 66.7%")
    table = card.get_by_role("table")
    table.focus()
    table.press("ArrowRight")
    expect(readout).to_have_text("class 3 · expert 3: 33.3%")
    for _ in range(9):
        table.press("ArrowDown")
    expect(readout).to_have_text("all images · expert 3: 33.3%")
    expect(card.locator("caption")).to_contain_text("expert 2 has 37%, most of class 3 (67%).")


def test_the_shares_are_saved_as_a_table(page: Page, server: str) -> None:
    card = show(page, server, "live/routing", Experts(), method=ROUTES)
    expect(card.locator("tbody tr")).to_have_count(10)
    with page.expect_download() as saved:
        card.get_by_role("button", name="CSV").click()
    lines = saved.value.path().read_text().splitlines()
    assert lines[0] == "class,expert 1,expert 2,expert 3"
    assert lines[4] == "3,0,0.6666667,0.3333333"
    assert saved.value.suggested_filename == "routing-a-step-9.csv"
    with page.expect_download() as drawn:
        card.get_by_role("button", name="SVG").click()
    picture = drawn.value.path().read_text()
    assert "Share of each expert by class, %" in picture and ">67<" in picture


def test_the_map_has_the_experts_side_by_side(page: Page, server: str) -> None:
    card = show(page, server, "live/gate_map", Experts(), method=ROUTES)
    expect(
        card.get_by_text(
            "3 layers of 4 hidden units × 784 pixels; not shown: router, 3 later layers"
        )
    ).to_be_visible()
    expect(card.locator(".column-names span")).to_have_text(["expert 1", "expert 2", "expert 3"])
    chart, readout = card.get_by_test_id("gate-canvas"), card.locator(".readout")
    box = chart.bounding_box()
    assert box
    # Expert k reads row k + 9 of the image.
    for k in range(3):
        x = (k + (k + 9.5) / 28) / 3 * box["width"]
        chart.hover(position={"x": x, "y": box["height"] / 2})
        expect(readout).to_contain_text(f"expert {k + 1} · unit 2 · pixel (row {k + 9}, column ")
        expect(readout).to_contain_text(f"weight {(k + 1) / 10:.3f}")
        expect(readout).not_to_contain_text("active")


def test_the_headline_is_the_mean_cost_of_an_image(page: Page, server: str) -> None:
    card = show(page, server, "live/figures", Experts(), method=ROUTES)
    headline = card.get_by_role("region", name="Multiplications an image, on average")
    expect(headline.locator(".value")).to_have_text("3,210")
    expect(headline).to_contain_text(
        "no connection is closed; how much each of the 3 experts counts depends on the image"
    )


def test_pixels_have_the_weights_of_all_first_layers_and_no_paths(page: Page, server: str) -> None:
    card = show(page, server, "pixels/retention", Experts())
    expect(card.locator("figure:visible")).to_have_count(2)
    picture = card.locator('[data-map="weight"] .grid-picture')
    box = picture.bounding_box()
    assert box
    picture.hover(position={"x": box["width"] / 2, "y": box["height"] * 11.5 / 28})
    readout = card.locator(".readout")
    expect(readout).to_contain_text("row 11, column 14 · in use · 15 of 15 active · weight 1.2")
    expect(readout).not_to_contain_text("path weight")


def test_a_digit_has_the_units_of_its_experts_and_a_unit_leads_to_its_expert(
    page: Page, server: str
) -> None:
    """Rows 9 and 10 are read by experts 1 and 2, so that unit k counts for class k alone."""
    images = torch.zeros(2, *GREY, dtype=torch.uint8)
    images[:, :, 9:11] = 255
    digits = pack_digits(images.flatten(1), torch.tensor([0, 1]), GREY, DIGITS)
    card = show(page, server, "pixels/digit_story", Experts(), digits, routing=TOP_TWO)
    routes = card.locator(".taken-routes")
    expect(routes.locator(".route-share")).to_have_text(
        ["expert 125%", "expert 275%", "expert 30%"]
    )
    expect(routes).to_contain_text("The router chose expert 2 (75%) and expert 1 (25%).")
    # 28 pixels with a weight of .1 and .2: 2.8 / 4 and 5.6 * 3 / 4.
    labels = card.locator(".unit-box")
    expect(labels).to_have_text(
        [
            "Unit 0 of expert 2 adds 4.20 to the logit of 0expert 2 · 0+4.20",
            "Unit 0 of expert 1 adds 0.70 to the logit of 0expert 1 · 0+0.70",
        ]
    )
    card.get_by_role("button", name="Mistakes", exact=True).click()
    expect(card.locator(".position")).to_have_text("1st of 1 mistakes at epoch 1")
    expect(card.locator(".headline")).to_contain_text("wrong, it is 1")

    labels.first.click()
    pinned = page.evaluate("async () => (await dgviz('pixels/pin')).pinned.all")
    assert {name: pin for name, pin in pinned.items() if pin is not None} == {
        "unit": 0,
        "route": 2,
        "digit": 1,
        "digits": "mistakes",
    }


def test_a_card_shows_the_layers_of_the_chosen_expert(page: Page, server: str) -> None:
    card = show(page, server, "pixels/units", Experts(), routing=TOP_TWO)
    expect(card.get_by_text("Shown is expert 1 alone.")).to_be_visible()
    card.get_by_role("combobox", name="expert").select_option("3")
    expect(card.get_by_text("Shown is expert 3 alone.")).to_be_visible()
    card.get_by_role("button", name="Show the most influential unit").click()
    picture = card.locator(".unit-field .grid-picture")
    box = picture.bounding_box()
    assert box
    picture.hover(position={"x": box["width"] / 2, "y": box["height"] * 11.5 / 28})
    expect(card.locator(".unit-field .readout")).to_contain_text("row 11, column 14 · W 0.300")
