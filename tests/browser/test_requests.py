"""The requests of a page at a first and at a second visit, without any training."""

from __future__ import annotations

import os
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import torch
from made_up_net import DIGITS
from playwright.sync_api import Browser, BrowserContext, expect
from synthetic_run import write_run

from dgviz.runs import digits
from dgviz.training.snapshot import pack_digits

MOST = 15
SNAPSHOT = re.compile(r"/(gates|weights)/\d+$")


@pytest.fixture(scope="module")
def run(server: str) -> Iterator[str]:
    """The id of a run with recorded snapshots and stored test images."""
    root = Path(os.environ["DGVIZ_RUNS"])
    images = torch.zeros(20, 784, dtype=torch.uint8), torch.zeros(20, dtype=torch.uint8)
    digits.save(root, "mnist", lambda: zlib.compress(pack_digits(*images, (1, 28, 28), DIGITS)))
    folder = write_run(root, "e" * 12)
    yield folder.name
    shutil.rmtree(folder)
    shutil.rmtree(digits.folder(root))


class Visit:
    """A page, and the paths below `/dgviz/` that it requests from the server without its cache."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page = context.new_page()
        self.paths: dict[str, str] = {}
        session = context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._note)
        session.on("Network.requestServedFromCache", lambda event: self._forget(event["requestId"]))
        session.on("Network.responseReceived", self._look)
        self.page.goto(address)

    def _note(self, event: dict[str, Any]) -> None:
        path = urlsplit(event["request"]["url"]).path
        if path.startswith("/dgviz/"):
            self.paths[event["requestId"]] = path

    def _forget(self, request: str) -> None:
        self.paths.pop(request, None)

    def _look(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._forget(event["requestId"])

    @property
    def asked(self) -> list[str]:
        self.page.wait_for_load_state("networkidle")
        return sorted(self.paths.values())


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser context with an empty cache."""
    with browser.new_context(viewport={"width": 1440, "height": 960}) as context:
        yield context


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/?run={run}", ".js-plotly-plot"),
        ("/pixels?run={run}&pixel=350&unit=3", ".units .gallery"),
        ("/runs?run={run}", ".js-plotly-plot"),
    ],
    ids=["live", "pixels", "runs"],
)
def test_a_page_makes_few_requests_and_caches_its_files(
    context: BrowserContext, server: str, run: str, path: str, shown: str
) -> None:
    for cached in (False, True):
        visit = Visit(context, server + path.format(run=run))
        expect(visit.page.locator(shown).first).to_be_visible(timeout=30_000)
        expect(visit.page.locator("[data-snapshots='3']")).to_be_visible()
        files = [one for one in visit.asked if one.startswith("/dgviz/web/")]
        assert len(visit.asked) <= MOST
        assert not any(SNAPSHOT.search(one) for one in visit.asked)
        assert not files if cached else f"{files[0].rsplit('/', 1)[0]}/dgviz.js" in files
        assert not (cached and any(one.endswith("/digits") for one in visit.asked))
        visit.page.close()


def test_recorded_snapshots_are_loaded_when_they_are_looked_at(
    context: BrowserContext, server: str, run: str
) -> None:
    visit = Visit(context, f"{server}/pixels?run={run}&pixel=350")
    history = visit.page.locator(".gates-history")
    expect(history).to_be_attached(timeout=30_000)
    assert not any(SNAPSHOT.search(one) for one in visit.asked)

    history.scroll_into_view_if_needed()

    expect(history.get_by_text("3 of 3 recorded snapshots.")).to_be_visible()
    assert len([one for one in visit.asked if SNAPSHOT.search(one)]) == 4
