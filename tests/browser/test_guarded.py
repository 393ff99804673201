"""The Content-Security-Policy of all pages, and addresses in the text of a run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from synthetic_run import write_run

ADDRESSES = "www.evil.example https://evil.example/x HTTP://evil.example a@evil.example"

_NOTE_VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        window.violations.push(`${violatedDirective} ${blockedURI}`));
"""


@pytest.fixture
def foreign(server: str) -> Iterator[str]:
    """The id of a run with addresses in all its texts."""
    session = {"seconds": 1.0, "hardware": {"cpu": ADDRESSES}, "versions": {"python": ADDRESSES}}
    card = {"phase": "failed", "reason": ADDRESSES, "sessions": [session]}
    label = {"name": ADDRESSES[:80], "tags": ["www.evil.example", "a@evil.example"]}
    folder = write_run(Path(os.environ["DGVIZ_RUNS"]), "f" * 12, card=card, label=label)
    yield folder.name
    shutil.rmtree(folder)


def test_addresses_in_the_text_of_a_run_are_no_links(page: Page, server: str, foreign: str) -> None:
    page.goto(f"{server}/runs?run={foreign}")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("heading", name="evil.example")).to_be_visible()
    expect(main.get_by_text("About this run", exact=True)).to_be_visible()
    expect(main.get_by_text("Machine", exact=True)).to_be_visible()
    expect(page.locator("a[href*='evil.example']")).to_have_count(0)


def test_every_page_keeps_to_the_policy(page: Page, server: str, recorded: str) -> None:
    page.add_init_script(_NOTE_VIOLATIONS)
    for path in (f"/?run={recorded}", f"/pixels?run={recorded}", f"/runs?run={recorded}"):
        page.goto(server + path)
        expect(page.get_by_test_id("scrubber")).to_be_visible()
        # One of Streamlit's libraries tries WebAssembly, and also works without it.
        assert set(page.evaluate("violations")) <= {"script-src wasm-eval"}


def test_a_foreign_page_cannot_frame_ours(page: Page, server: str) -> None:
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.set_content(f'<iframe src="{server}/"></iframe>')
