"""The story of a digit from the data set, drawn or uploaded, with known predictions."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
import torch
from made_up_net import COLOUR, DIGITS, GREY, Net, show
from modules import open_empty
from playwright.sync_api import Locator, Page, expect

from dgviz.data.split import Splits
from dgviz.training.snapshot import pack_digits

Mount = Callable[..., Locator]


@pytest.fixture
def mount(page: Page, server: str) -> Mount:
    """A function that mounts the card on an empty page, with a net and test images of the test."""

    def mounted(net: Net, digits: bytes | None = None) -> Locator:
        card = show(page, server, "pixels/digit_story", net, digits)
        expect(card.locator(".digit-body")).to_be_visible()
        return card

    return mounted


def press(card: Locator, name: str) -> None:
    card.get_by_role("button", name=name, exact=True).click()


def stroke(page: Page, *places: tuple[float, float]) -> None:
    box = page.locator(".easel").bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points:
        page.mouse.move(*point, steps=5)
    page.mouse.up()


def test_digits_of_mnist_come_back_from_the_centring_as_they_were(
    page: Page, server: str, mnist: Splits
) -> None:
    open_empty(page, server)
    images = mnist.test_images[:100]
    centred = page.evaluate(
        """async (images) => {
            const { centre } = await dgviz("pixels/digit_centring");
            const bytes = Uint8Array.from(atob(images), (c) => c.charCodeAt(0));
            const [wide, high] = [300, 330];
            return Array.from({ length: bytes.length / 784 }, (_, image) => {
                const ink = new Float32Array(wide * high);
                for (let y = 0; y < 280; y++) for (let x = 0; x < 280; x++) {
                    const at = Math.floor(y / 10) * 28 + Math.floor(x / 10);
                    ink[(y + 41) * wide + x + 7] = bytes[image * 784 + at] / 255;
                }
                return Array.from(centre(ink, wide, high));
            });
        }""",
        base64.b64encode(images.numpy().tobytes()).decode(),
    )
    difference = (torch.tensor(centred) * 255 - images).abs().amax(1)
    # An edge of grey 5 or less counts as background.
    assert difference.max() < 5.5


def test_on_a_phone_the_prediction_is_seen_while_a_digit_is_drawn(page: Page, mount: Mount) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    card = mount(Net())
    # The height of the content above the card on the real page.
    page.locator("body").evaluate("(body) => (body.style.paddingTop = '500px')")
    press(card, "Draw")
    sheet = card.locator(".easel")
    before = sheet.bounding_box()
    expect(sheet).to_be_in_viewport(ratio=1)
    expect(card.locator(".nothing")).to_be_in_viewport(ratio=1)
    stroke(page, (0.4, 0.2), (0.6, 0.7))
    expect(card.locator(".headline")).to_contain_text("Predicted")
    expect(card.locator(".headline")).to_be_in_viewport(ratio=1)
    assert sheet.bounding_box() == before, "the sheet moved under the finger"


def test_browsing_finds_the_mistakes_and_the_classes(mount: Mount, mnist: Splits) -> None:
    images, labels = mnist.test_images[:60], mnist.test_labels[:60]
    net = Net()
    card = mount(net, pack_digits(images, labels, GREY, DIGITS))
    predicted = net.predict(images)
    wrong = (predicted != labels).nonzero().flatten().tolist()
    expect(card.locator(".position")).to_have_text("1st of 60 test images")

    press(card, "Mistakes")
    expect(card.locator(".position")).to_have_text(f"1st of {len(wrong)} mistakes at epoch 1")
    press(card, "next image")
    number = card.get_by_label("index of the test image, from 0")
    expect(number).to_have_value(str(wrong[1]))
    said, truth = int(predicted[wrong[1]]), int(labels[wrong[1]])
    expect(card.locator(".headline")).to_contain_text(f"Predicted {said} (")
    expect(card.locator(".headline")).to_contain_text(f"wrong, it is {truth}")

    press(card, "All")
    card.get_by_label("class", exact=True).select_option("7")
    sevens = int((labels == 7).sum())
    expect(card.locator(".position")).to_have_text(f"1st of {sevens} test images of class 7")
    number.fill("5")
    number.press("Enter")
    expect(card.locator(".position")).to_have_text("6th of 60 test images")
    card.locator(".leaf").press("ArrowLeft")
    expect(number).to_have_value("4")


def test_every_stroke_is_answered_and_undone(page: Page, mount: Mount) -> None:
    card = mount(Net())
    expect(card.locator(".nothing")).to_contain_text("Draw a digit, or upload a picture.")
    press(card, "Draw")
    expect(card.locator(".nothing")).to_contain_text("appears with the first stroke")

    stroke(page, (0.5, 0.5))
    expect(card.locator(".headline")).to_contain_text("Predicted ")
    cost = card.locator(".costs p").first
    of_a_dot = cost.inner_text()
    stroke(page, (0.2, 0.5), (0.9, 0.5), (1.4, 0.5))
    expect(cost).not_to_have_text(of_a_dot)
    expect(cost).to_contain_text("of the 290 multiplications")
    press(card, "Undo")
    expect(cost).to_have_text(of_a_dot)
    press(card, "Clear")
    expect(card.locator(".nothing")).to_be_visible()
    expect(card.locator(".headline")).to_be_hidden()


def test_the_flow_names_the_units_of_the_chosen_class(page: Page, mount: Mount) -> None:
    card = mount(Net())
    press(card, "Draw")
    stroke(page, (0.2, 0.1), (0.2, 0.9))
    card.get_by_role("button", name=re.compile("^3.*this network")).click()
    unit = card.locator(".unit-box")
    expect(unit).to_have_count(1)
    expect(card.locator(".path")).to_contain_text("One unit accounts for all")
    unit.click()
    pinned = page.evaluate("dgviz('pixels/pin').then((pin) => pin.get('unit'))")
    assert pinned == 3


def test_an_upload_is_read_by_what_is_in_it(page: Page, mount: Mount) -> None:
    card = mount(Net())
    press(card, "Upload")
    upload = card.locator("input[type=file]")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h5z"/></svg>'

    def choose(content: bytes) -> None:
        # Neither the name nor the declared type fits the content.
        upload.set_input_files({"name": "a.png", "mimeType": "text/plain", "buffer": content})

    for content in (b"no picture at all", svg):
        choose(content)
        expect(card.get_by_role("alert")).to_contain_text("cannot read this")

    def dark_line(side: int) -> bytes:
        url = page.evaluate(
            """(side) => {
                const canvas = Object.assign(document.createElement("canvas"),
                    { width: side, height: side });
                const context = canvas.getContext("2d");
                context.fillStyle = "#eee";
                context.fillRect(0, 0, side, side);
                context.fillStyle = "#124";
                context.fillRect(side / 2, side / 4, side / 14, side / 2);
                return canvas.toDataURL();
            }""",
            side,
        )
        return base64.b64decode(url.split(",")[1])

    choose(dark_line(140))
    expect(card.get_by_text("dark ink on light paper")).to_be_visible()
    expect(card.get_by_role("button", name="centre it", exact=True)).to_be_hidden()
    choose(dark_line(28))
    expect(card.get_by_text("28 × 28, as it is")).to_be_visible()
    press(card, "centre it")
    expect(card.get_by_text("dark ink on light paper")).to_be_visible()
    choose(dark_line(4200))
    expect(card.get_by_role("alert")).to_contain_text("at most 4096")


def test_colour_images_are_browsed_but_not_drawn(page: Page, mount: Mount) -> None:
    net = Net(COLOUR)
    images = torch.randint(0, 256, (6, 3072), generator=torch.Generator().manual_seed(1))
    labels = net.predict(images)
    card = mount(net, pack_digits(images.to(torch.uint8), labels, COLOUR, DIGITS))
    expect(card.locator(".headline")).to_contain_text(": correct")
    expect(card.locator(".costs")).to_contain_text("of the 970 multiplications")
    press(card, "Draw")
    expect(card.locator(".nothing")).to_contain_text("grey images of 28 × 28 pixels")
