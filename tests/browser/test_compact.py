"""The Compact page in a browser: from a trained run to a file that ONNX Runtime opens."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
from playwright.sync_api import Page, expect

from dgviz.data.sets import load


def test_a_run_becomes_a_file_that_onnx_runtime_opens(
    page: Page, server: str, recorded: str
) -> None:
    page.goto(f"{server}/compact?run={recorded}")
    expect(
        page.get_by_text("Checked on 10,000 test images: the logits are the same")
    ).to_be_visible()
    story = page.locator(".compact-story")
    expect(story.locator("dd b")).to_have_count(3)

    # Pictures and figures follow the slider; the network is compacted when the keys rest.
    slider = page.get_by_role("slider", name="τ threshold")
    before = story.locator(".picture").get_attribute("aria-label")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    expect(page.locator(".compact-tau .reading")).to_have_text(re.compile("^τ 0.51: .* images, "))
    expect(story.locator("header .sub")).to_have_text("epoch 1, τ 0.51")
    assert story.locator(".picture").get_attribute("aria-label") != before
    expect(page).to_have_url(re.compile(r"tau=0\.51"))
    accuracy = story.locator("dd b").last.inner_text()

    page.get_by_role("button", name="Prepare ONNX").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download ONNX").click()

    name = f"{recorded}-tau-0.51-onnx"
    assert download.value.suggested_filename == f"{name}.zip"
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        session = onnxruntime.InferenceSession(archive.read(f"{name}/network.onnx"))
    data = load("mnist")
    images = np.divide(data.test_images.numpy(), 255, dtype=np.float32)
    (logits,) = session.run(["logits"], {"images": images})
    found = float((logits.argmax(1) == data.test_labels.numpy()).mean())
    assert f"{100 * found:.2f}%" == accuracy
