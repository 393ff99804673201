"""The card of a sweep's training: how far it is, what it takes, Start and Cancel."""

from __future__ import annotations

import itertools
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from made_up_sweep import BASE, GRID, finish, lay_out
from sweep_page import FORM, Started, open_page, words

from dgviz.live import sweep_work
from dgviz.live.sweep_feed import the_watches
from dgviz.live.sweep_work import the_sweep_work
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import lock_on
from dgviz.runs.store import the_store
from dgviz.sweeps.at_work import at_work
from dgviz.sweeps.folder import SweepFolder, claimed
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import RESULT
from dgviz.sweeps.teaching import teacher_writer
from dgviz.ui.sweep import training


def test_every_start_of_more_than_a_thousand_trials_that_are_left_is_confirmed(
    started: Started,
) -> None:
    taus = tuple(round(0.3 + 0.001 * step, 3) for step in range(201))
    base = BASE.with_changes(hidden=256)
    grid = Grid(base, {"beta": (0.01, 0.02, 0.05, 0.1, 0.2), "tau": taus})
    lay_out(the_store().root / "sweeps" / "large", grid)
    page = open_page()
    assert "0 of 1,005 trials are done. Their time was not measured on this mach" in words(page)
    assert page.button(key="sweep_measure_progress")
    for number in (1, 2):
        assert page.button(key="sweep_start").disabled
        page.checkbox(key="sweep_confirmed_progress").check().run()
        page.button(key="sweep_start").click().run()
        assert len(started) == number
    for settings in itertools.islice(grid.trials(), 5):
        finish(the_store().root / "sweeps" / "large", settings)
    the_watches.cache_clear()
    page.run()
    assert "What is left takes about 1 h 3 min, trained 2 at a time." in words(page)
    assert "sweep_measure_progress" not in [button.key for button in page.button]
    assert not page.button(key="sweep_start").disabled
    assert [box.key for box in page.checkbox] == ["sweep_halving"]


def test_the_time_of_a_sweep_that_is_laid_out_can_be_measured(tmp_path: Path) -> None:
    lay_out(the_store().root / "sweeps" / "fresh")
    page = open_page(sweep="fresh")
    assert "0 of 18 trials are done. Their time was not measured on this machine" in words(page)
    assert page.button(key="sweep_measure_progress")
    # What a page only reads is perhaps trained on another machine.
    lay_out(tmp_path / "elsewhere")
    page = open_page(folder=str(tmp_path / "elsewhere"))
    assert [one.proto.text for one in page.get("progress")] == ["0 of 18 trials are done."]


def test_the_time_of_another_sweep_counts_until_trials_of_this_one_tell_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base, sweeps = BASE.with_changes(hidden=256), the_store().root / "sweeps"
    other = Grid(base, {"beta": (0.01, 0.1)})
    finish(lay_out(sweeps / "other", other).path, next(other.trials()))
    shown = sweeps / "shown"
    lay_out(shown, Grid(base, {"tau": (0.3, 0.4, 0.5, 0.6)}))
    page = open_page(sweep="shown")
    assert "sweep_measure_progress" not in [button.key for button in page.button]
    assert "0 of 4 trials are done. What is left takes about 15 s, trained 2 at a time." in words(
        page
    )
    monkeypatch.setattr(the_sweep_work(), "jobs", 2)
    monkeypatch.setattr(the_sweep_work(), "began", 100.0)
    monkeypatch.setattr(sweep_work.SweepWork, "trains", lambda work, path: path == shown)
    now = 100.0
    monkeypatch.setattr(training.time, "time", lambda: now)
    assert "0 of 4 trials are done. About 15 s left." in words(page.run())
    now = 104.0
    # Another one is told from the own one also before that has begun.
    for owner, also in (
        (the_sweep_work().owner, ""),
        ("another-server", "Another process trains this sweep, as this server d"),
    ):
        with at_work(shown, owner):
            assert f"0 of 4 trials are done. {also or 'About 15 s left.'}" in words(page.run())
    # The first trial begins.
    (shown / ".claims").mkdir()
    os.utime(shown / ".claims", (now, now))
    now = 109.0
    assert "0 of 4 trials are done. About 10 s left." in words(page.run())
    now = 119.0
    assert "done. What is left takes longer than expected." in words(page.run())
    # A trial has just ended. Those that are added meanwhile are not trained yet.
    os.utime(shown / ".claims", (now, now))
    lay_out(shown, Grid(base, {"tau": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)}))
    assert "0 of 6 trials are done. About 15 s left." in words(open_page(sweep="shown"))


def test_the_page_shows_how_far_the_newest_sweep_is_and_starts_it(
    sweep: Path, started: Started, shown: list[dict[str, Any]]
) -> None:
    page = open_page()
    assert shown[-1]["name"] == "first"
    assert "2 of 18 trials are done (1 diverged), 1 begun." in words(page)
    page.button(key="sweep_start").click().run()
    assert started == [(sweep, 2, False)]
    assert "what was begun and is not done is removed: 1 trial." in words(page)
    cancel = page.button(key="sweep_cancel_first")
    assert cancel.label == "Yes, cancel"
    finish(sweep, list(GRID.trials())[3])
    cancel.click().run()
    said = "Cancelled: 1 trial was removed. 1 trial is kept that ended meanwhile."
    assert said in words(page) and page.success and not page.warning
    # What is done is kept.
    assert len(SweepFolder(sweep).begun()) == 3


def test_trials_that_were_stopped_early_can_be_trained_to_their_end(
    laid_out: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(sweep=laid_out.name)
    assert page.button(key="sweep_start").disabled
    page.checkbox(key=f"sweep_to_end_{laid_out.name}").check().run()
    assert "(10 stopped early). What is left takes about" in words(page)
    page.button(key="sweep_start").click().run()
    assert started == [(laid_out, 2, False)]
    with monkeypatch.context() as training:
        training.setattr(sweep_work.SweepWork, "trains", lambda work, path: True)
        training.setattr(the_sweep_work(), "jobs", 2)
        training.setattr(the_sweep_work(), "began", time.time())
        said = r"are done, 10 that were stopped early go on\. About .* left"
        assert re.search(said, words(page.run()))
        assert not [box for box in page.checkbox if box.key != "sweep_halving"]
    # Paused, it is as the reader has chosen it.
    page.run()
    assert page.checkbox(key=f"sweep_to_end_{laid_out.name}").value
    page.button(key="sweep_start").click().run()
    assert started[1:] == [(laid_out, 2, False)]


def test_the_form_of_another_sweep_does_not_say_how_the_shown_one_is_trained(
    sweep: Path, started: Started
) -> None:
    page = open_page(sweep="first", hidden="32", halving="yes")
    page.button(key="sweep_start").click().run()
    assert started == [(sweep, 2, False)]


def test_the_form_of_the_shown_sweep_says_how_it_is_trained(started: Started) -> None:
    page = open_page(**FORM, halving="yes")
    page.button(key="sweep_start_new").click().run()
    page.button(key="sweep_start").click().run()
    assert [halving for _, _, halving in started] == [True, True]


def test_a_sweep_goes_on_as_this_server_has_trained_it(started: Started) -> None:
    page = open_page()
    page.button(key="sweep_start_new").click().run()
    [(folder, _, _)] = started
    work = the_sweep_work()
    work.path, work.halving = folder, True
    # The form of a new session is that of the same sweep, and has laid out nothing.
    open_page(sweep=folder.name).button(key="sweep_start").click().run()
    assert started[1:] == [(folder, 2, True)]


def test_cancel_keeps_what_another_process_trains_and_what_is_no_trial(sweep: Path) -> None:
    begun = list(GRID.ids())[2:5]
    for name in (*begun, "0123456789ab"):
        (sweep / name).mkdir(exist_ok=True)
    (sweep / begun[2] / RESULT).touch()
    page = open_page()
    # Its process has ended the session, and has not written the result yet.
    with claimed(sweep, begun[0]), lock_on(sweep / begun[1] / LOCK):
        page.session_state["sweep_cancel_box_first"] = True
        assert "Another process trains this sweep, and goes on." in words(page.run())
        assert (
            "3 begun. 1 trial has a damaged result: the next training trains it again. Another "
            "process trains this sweep."
        ) in words(page)
        assert page.button(key="sweep_start").label == "Train here too"
        with at_work(sweep) as tell, at_work(sweep) as tell_too:
            tell(7220.0)
            assert "2 other processes train this sweep." in words(page.run())
            tell_too(200.0)
            assert "2 other processes train this sweep, for about 2 h 0 min more." in words(
                page.run()
            )
        page.button(key="sweep_cancel_first").click().run()
    assert "Cancelled: 1 trial was removed. 2 trials are kept that another process uses." in words(
        page
    )
    assert not page.session_state["sweep_cancel_box_first"]
    left = SweepFolder(sweep).begun()
    assert {begun[0], begun[1], "0123456789ab"} < left and len(left) == 5


def test_the_page_shows_how_far_the_teacher_of_the_trials_is(sweep: Path) -> None:
    trial = list(GRID.ids())[2]
    teacher_writer(sweep, trial)(12, 40)
    with lock_on(sweep / trial / LOCK):
        assert "A teacher is trained first, once for each seed: epoch 12 of 40." in words(
            open_page()
        )


def test_a_second_sweep_is_not_started_beside_another(
    sweep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(work: object, path: Path, jobs: int, *, halving: bool) -> None:
        raise sweep_work.Busy(path.with_name("other"))

    monkeypatch.setattr(sweep_work.SweepWork, "start", refuse)
    page = open_page()
    page.button(key="sweep_start").click().run()
    assert "The sweep other is being trained: pause or cancel it first." in words(page)


def test_a_command_that_has_left_nothing_needs_no_warning(
    sweep: Path, laid_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "Run the same command again when the other one has ended."
    monkeypatch.setattr(the_sweep_work(), "reason", reason)
    for folder, shown in ((sweep, [reason]), (laid_out, [])):
        monkeypatch.setattr(the_sweep_work(), "path", folder)
        page = open_page(sweep=folder.name)
        assert [str(one.value).replace("\\", "") for one in page.warning] == shown
