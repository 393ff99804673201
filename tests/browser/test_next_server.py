"""Pages that stay open while their server is replaced by one of another version."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from pathlib import Path

from live_page import LivePage
from playwright.sync_api import Page, Response, expect
from ports import free_port
from real_server import ROOT, running_server


def another_version(folder: Path) -> Path:
    """A copy of the application whose files have another digest."""
    leave_out = shutil.ignore_patterns("mnist", "__pycache__")
    for name in ("dgviz", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
    shutil.copy(ROOT / "app.py", folder)
    (folder / "dgviz/data/mnist").symlink_to(ROOT / "dgviz/data/mnist")
    with (folder / "dgviz/web/kit/base.css").open("a") as style:
        style.write("/* another version */")
    return folder


SETTINGS = "preset=classroom&hidden=16&epochs=1000"
"""Of a run that is still trained when its server is killed."""


def test_a_lost_server_is_reported_and_the_pages_follow_the_next_version(
    page: Page, chromium_path: str, tmp_path: Path
) -> None:
    port = free_port()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    with running_server(port=port) as (address, process):
        live = LivePage(page, address, f"/?{SETTINGS}")
        live.start()
        race = page.context.new_page()
        race.goto(f"{address}/compare?{SETTINGS}&method=dynamicgate")
        expect(race.locator(".race")).to_contain_text("1 training")
        process.kill()
        live.wait_for_phase("connection lost")
    earlier = {*requested}

    def is_new_script(answer: Response) -> bool:
        return answer.url not in earlier and "dgviz.js" in answer.url

    root = another_version(tmp_path)
    with ExitStack() as servers:
        # The page runs again once it is connected. A list that is opened before would be closed.
        with page.expect_response(is_new_script):
            servers.enter_context(running_server(root=root, port=port, PYTHONPATH=str(root)))
        # The server that trained the run of this race is gone.
        expect(race.locator(".race")).to_contain_text("1 ended early")
        expect(race.get_by_role("button", name="Race", exact=True)).to_be_enabled()
        race.close()
        page.get_by_role("combobox", name=re.compile("Preset")).click()
        page.get_by_role("option", name="Sparse", exact=True).click()
        # Every card is drawn once, by the new script.
        expect(page.locator(".board")).to_have_count(1)
        expect(live.map).to_have_count(1)
        live.start()
