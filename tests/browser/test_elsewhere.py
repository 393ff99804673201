"""The Live page and the Runs page of a run that another process trains."""

from __future__ import annotations

from live_page import LivePage
from playwright.sync_api import Page, expect
from scrubber import Scrubber
from trainer_elsewhere import FIRST, TrainerElsewhere

from dgviz.environment import runs_folder
from dgviz.runs.store import new_run_id


def test_its_pages_move_with_the_folder_and_show_the_end(page: Page, server: str) -> None:
    trainer = TrainerElsewhere(runs_folder(), new_run_id())
    live = LivePage(page, server, f"/?run={trainer.folder.name}")
    words = page.locator(".progress-words")
    live.wait_for_phase("training elsewhere")
    expect(words).to_have_text("epoch 0.4 of 2 · another process is training this run")
    for name in ("Pause", "Resume", "Stop", "+1 batch"):
        expect(live.button(name)).to_be_disabled()
    shown = live.stated("number")
    listed = page.context.new_page()
    listed.goto(f"{server}/runs?search={trainer.folder.name}")
    expect(listed.get_by_role("cell", name="10.00%")).to_be_visible()

    trainer.log(b"".join(trainer.lines[FIRST:]))
    trainer.snapshot(21)
    expect(words).to_have_text("epoch 2.0 of 2 · another process is training this run")
    live.wait_for("number", lambda number: number > shown)
    expect(page.get_by_text("When this run has ended, you can replay it here.")).to_be_visible()

    expect(listed.get_by_role("cell", name="90.00%")).to_be_visible()

    trainer.end()
    expect(listed.locator("#glide-cell-3-0")).to_have_text("finished")
    live.wait_for_phase("finished")
    assert Scrubber(page).stated("snapshots") == 4
