"""The Sweep page's script, without a browser: the list, laying out, training, the address."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_up_sweep import BASE, GRID, finish, lay_out
from streamlit.testing.v1 import AppTest

from dgviz.live import hub as hub_module
from dgviz.live import sweep_work
from dgviz.live.hub import the_hub
from dgviz.live.sweep_feed import the_watches
from dgviz.live.sweep_work import the_sweep_work
from dgviz.live.task import Tasks, the_speed_tests
from dgviz.live.task_entry import measure_paces
from dgviz.runs.layout import LOCK
from dgviz.runs.locks import lock_on
from dgviz.runs.store import the_store
from dgviz.sweeps.bin import the_sweep_bin
from dgviz.sweeps.cost import Paces, kind_of
from dgviz.sweeps.folder import SweepFolder, claimed, folder_name
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.teaching import teacher_writer
from dgviz.sweeps.watch import Watch
from dgviz.ui import components
from dgviz.ui.address import Query
from dgviz.ui.sweep import chooser, listing, training
from dgviz.ui.sweep.asking import the_known_paces, the_measured
from dgviz.ui.sweep.draft import Draft, grid_of
from dgviz.ui.sweep.draft_query import PARAMETERS, from_query, to_query
from dgviz.ui.sweep.view import START

SHELL = Path(__file__).parents[2] / "dgviz" / "ui" / "shell.py"
Started = list[tuple[Path, int, bool]]
FORM = {"beta": "0.01,0.1"}
"""Of a sweep of ten trials."""


@pytest.fixture(autouse=True)
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """An empty runs directory; the sweeps that the page starts, with their jobs."""
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("DGVIZ_MAX_RUNS", "3")
    monkeypatch.setattr(hub_module, "warm_up", lambda: None)
    calls: Started = []
    monkeypatch.setattr(
        sweep_work.SweepWork,
        "start",
        lambda work, path, jobs, *, halving: calls.append((path, jobs, halving)),
    )
    monkeypatch.setattr(Tasks, "_serve", lambda tasks, name, task: None)
    caches: list[Any] = [the_store, the_hub, the_watches, the_sweep_work, the_sweep_bin]
    caches += [the_speed_tests, the_measured, the_known_paces]
    for cached in caches:
        cached.cache_clear()
    yield calls
    for cached in caches:
        cached.cache_clear()


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The data of the cards, from each rerun."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(components, "sweep", lambda sides: sent.append(sides[0]))
    return sent


@pytest.fixture
def sweep() -> Path:
    """A sweep of the runs directory with two results, one of which diverged, and a begun trial."""
    folder = the_store().root / "sweeps" / "first"
    lay_out(folder)
    trials = list(GRID.trials())
    finish(folder, trials[0])
    finish(folder, trials[1], diverged=True)
    (folder / list(GRID.ids())[2]).mkdir()
    return folder


def open_page(**query: str | list[str]) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page("../../pages/sweep.py").run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.success)
    said = [str(one.value) for kind in kinds for one in kind]
    said += [one.proto.text for one in page.get("progress")]
    return "\n".join(said).replace("\\", "")


def test_without_a_sweep_the_page_offers_to_lay_one_out(
    started: Started, shown: list[dict[str, Any]]
) -> None:
    page = open_page()
    assert not shown
    assert [one.value for one in page.text_input if "Values of" in one.label] == [
        "0.01:3:log6",
        "0.3:0.7:lin5",
    ]
    assert "**30 trials.** Their time was not measured on this machine" in words(page)
    page.text_input(key="sweep_axis_beta").set_value("0.01,0.1").run()
    page.button(key="sweep_start_new").click().run()
    [(folder, jobs, halving)] = started
    # A place is left for a run.
    assert jobs == 2 and not halving and len(SweepFolder(folder).grid()) == 10
    assert len(shown) == 1 and page.query_params["sweep"] == folder.name
    # The form stays as it was, and is closed: the address is about the sweep.
    assert page.query_params == {"sweep": folder.name}
    assert not page.expander[0].proto.expanded
    assert page.text_input(key="sweep_axis_beta").value == "0.01,0.1"


def test_the_time_of_trials_can_be_measured_before_the_start() -> None:
    page = open_page()
    page.text_input(key="sweep_axis_beta").set_value("0.01:3:log250").run()
    page.button(key="sweep_measure_form").click().run()
    assert "Waiting for another task to end." in words(page)
    [task] = the_speed_tests()._tasks.values()
    grid, [speed], jobs, halving = task.arguments
    assert task.work is measure_paces and len(grid) == 1250 and (jobs, halving) == (2, False)
    paces = Paces()
    paces.add_epoch(grid.base, 0.5, besides=0.1, together=8)
    assert speed == kind_of(grid.base).speed and task.finish
    task.finish(paces)
    task.phase = "done"
    page.run()
    assert "takes about 2.1 s, as measured on this machine over a second of training" in words(page)
    assert "sweep_measure_form" not in [button.key for button in page.button]
    # With another number at once, other networks are trained together.
    page.number_input(key="sweep_jobs").set_value(1).run()
    assert "Their time was not measured" in words(page)


def test_a_grid_with_many_widths_is_not_measured() -> None:
    page = open_page()
    page.multiselect(key="sweep_axes").set_value(["hidden"]).run()
    page.text_input(key="sweep_axis_hidden").set_value("10:200:lin20").run()
    assert "Their time was not measured" in words(page)
    assert "sweep_measure_form" not in [button.key for button in page.button]
    page.text_input(key="sweep_axis_hidden").set_value("10:200:lin10").run()
    assert page.button(key="sweep_measure_form")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The grid is empty: β (beta) has no values."),
        ("0.1:1:log", "values with commas between them, or FIRST:LAST:linN or FIRST:LAST:logN"),
        ("0.01:3:log1000", "This grid has 200,000 trials, and a page shows at most 100,000."),
        ("40", "β (beta) must be a number from -1 to 30; it was '40'."),
    ],
)
def test_values_that_are_not_accepted_are_reported_under_their_field(text: str, said: str) -> None:
    page = open_page()
    page.text_input(key="sweep_axis_tau").set_value("0.1:0.9:lin200").run()
    page.text_input(key="sweep_axis_beta").set_value(text).run()
    assert said in words(page)
    # A caption would be too pale.
    assert not any(":red[" in one.value for one in page.caption)
    buttons = [button.key for button in page.button]
    assert "sweep_start_new" not in buttons
    # What a grid costs that is too large for a page can be measured.
    assert ("sweep_measure_form" in buttons) == ("at most 100,000" in said)


def test_another_method_has_its_own_axes() -> None:
    page = open_page()
    page.selectbox(key="sweep_method").set_value("magnitude").run()
    assert page.multiselect(key="sweep_axes").value == ["magnitude.target"]
    assert "**5 trials.**" in words(page)
    page.multiselect(key="sweep_axes").set_value(["magnitude.target", "hidden"]).run()
    assert page.number_input(key="sweep_hidden").disabled
    page.multiselect(key="sweep_axes").set_value([]).run()
    assert "choose at least one axis" in words(page)


def test_trials_of_different_lengths_cannot_be_stopped_early() -> None:
    page = open_page()
    assert [box.key for box in page.checkbox] == ["sweep_halving"]
    page.multiselect(key="sweep_axes").set_value(["beta", "epochs"]).run()
    assert [button.key for button in page.button if button.key == "sweep_start_new"]
    assert not page.checkbox


def test_more_than_a_thousand_trials_are_confirmed(started: Started) -> None:
    page = open_page()
    page.text_input(key="sweep_axis_beta").set_value("0.01:3:log250").run()
    assert "**1,250 trials.**" in words(page)
    assert page.button(key="sweep_start_new").disabled
    page.checkbox(key="sweep_confirmed_form").check().run()
    page.button(key="sweep_start_new").click().run()
    assert len(started) == 1


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
    now = 105.0
    assert "0 of 4 trials are done. About 10 s left." in words(page.run())
    now = 115.0
    assert "done. What is left takes longer than expected." in words(page.run())
    # A trial has just ended. Those that are added meanwhile are not trained yet.
    (shown / ".claims").mkdir()
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


@pytest.fixture
def laid_out() -> Path:
    """The sweep of `FORM`, of whose ten trials all were stopped early."""
    grid, _ = grid_of(from_query(Query({name: [text] for name, text in FORM.items()}))[0])
    assert grid
    folder = the_store().root / "sweeps" / folder_name(grid)
    lay_out(folder, grid)
    for settings in grid.trials():
        finish(folder, settings, stopped=1)
    return folder


def test_the_form_counts_a_sweep_when_it_has_been_read(
    laid_out: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        # No look has time to read a trial.
        patched.setattr(Watch.look, "__defaults__", (-1.0,))
        page = open_page(sweep=laid_out.name, **FORM)
        assert words(page).count("Reading 10 trials.") == 2
        assert page.button(key="sweep_start_new").disabled
    page.run()
    assert "10 trials are laid out already" in words(page)
    assert "which has 10, 10 of them done (10 stopped early). A trial takes about" in words(page)
    # Without "Stop trials that are behind", they are trained to their end.
    page.button(key="sweep_start_new").click().run()
    assert started == [(laid_out, 2, False)]
    page.checkbox(key="sweep_halving").check().run()
    assert "10 of them done (10 stopped early). All of them are done." in words(page)
    assert page.button(key="sweep_start_new").disabled


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
        assert re.search(r"\(10 stopped early\)\. About .* left", words(page.run()))
        assert not [box for box in page.checkbox if box.key != "sweep_halving"]
    # Paused, it is as the reader has chosen it.
    page.run()
    assert page.checkbox(key=f"sweep_to_end_{laid_out.name}").value
    page.button(key="sweep_start").click().run()
    assert started[1:] == [(laid_out, 2, False)]


def test_other_values_are_combined_with_those_that_a_sweep_has(laid_out: Path) -> None:
    said = words(open_page(beta="0.2,0.3"))
    assert "**10 more trials** for the sweep" in said
    assert "combinations of its values and these, 20 trials; the values above alone have 10" in said


def test_a_name_keeps_sweeps_of_the_same_settings_apart(laid_out: Path, started: Started) -> None:
    page = open_page(**FORM)
    assert page.text_input(key="sweep_name").placeholder == laid_out.name
    assert "laid out already" in words(page)
    for text, said in (
        ("../a", "begin with a letter or digit, and not end with a dot; it was '../a'."),
        ("nul", "The name cannot be 'nul': in Windows, this is a device."),
    ):
        page.text_input(key="sweep_name").set_value(text).run()
        assert said in words(page) and not [one for one in page.button if "start_new" in one.key]
    lay_out(laid_out.parent / "other")
    page.text_input(key="sweep_name").set_value("other").run()
    assert "its trials have hidden 8, and not 64. With another name, the new sweep" in words(page)
    page.text_input(key="sweep_name").set_value(" mine ").run()
    assert "**10 trials.**" in words(page) and page.query_params["name"] == " mine "
    page.button(key="sweep_start_new").click().run()
    assert [path.name for path, _, _ in started] == ["mine"]
    assert page.query_params == {"sweep": "mine"}


def place_of_the_fields(page: AppTest) -> int:
    """Of the first ones within the form."""
    form = page.expander[0].children.items()
    return next(at for at, part in form if getattr(part, "selectbox", None))


def test_the_form_is_filled_with_the_values_of_the_shown_sweep(laid_out: Path) -> None:
    named = laid_out.parent / "named"
    grid = Grid(GRID.base.with_changes(hidden=16), {"beta": (0.1, 1)}, 2)
    lay_out(named, grid)
    page = open_page(sweep="named")
    page.button(key="sweep_fill_in").click().run()
    assert f"**All {len(grid)} trials are laid out already** in the sweep named" in words(page)
    assert page.query_params["beta"] == "0.1,1"
    assert "sweep_fill_in" not in [button.key for button in page.button]
    # The fields do not move when its button comes: that would cost them the focus.
    place = place_of_the_fields(page)
    page.text_input(key="sweep_axis_beta").set_value("0.3").run()
    assert page.button(key="sweep_fill_in")
    assert place_of_the_fields(page) == place
    # Without a name of its own, the field stays empty.
    page.selectbox(key="sweep_picker").set_value(laid_out).run()
    page.button(key="sweep_fill_in").click().run()
    assert "name" not in page.query_params and "laid out already" in words(page)
    lay_out(laid_out.parent / "slow", Grid(grid.base.with_changes(learning_rate=0.5), grid.axes))
    page = open_page(sweep="slow")
    assert page.button(key="sweep_fill_in").disabled
    said = str(page.button(key="sweep_fill_in").help)
    assert "for which the form has no fields: learning_rate 0.5." in said
    lay_out(laid_out.parent / "my sweep", grid)
    page = open_page(sweep="my sweep")
    assert page.button(key="sweep_fill_in").disabled
    assert "it was 'my sweep'." in str(page.button(key="sweep_fill_in").help)


def test_the_values_of_a_sweep_are_replaced(
    laid_out: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = SweepFolder(laid_out).grid()
    page = open_page(beta="0.01,0.2", halving="yes")
    button = page.button(key="sweep_start_new")
    assert button.label == "Add and start" and button.proto.type == "primary"
    values = f"sweep_values_{laid_out.name}"
    page.radio(key=values).set_value("Replace its values").run()
    assert "**10 trials** instead of those of the sweep" in words(page)
    assert (
        "5 trials with a result will not be shown; the folder keeps them. A trial takes about"
        in words(page)
    )
    with monkeypatch.context() as training:
        training.setattr(sweep_work.SweepWork, "trains", lambda work, path: True)
        training.setattr(the_sweep_work(), "jobs", 2)
        page.button(key="sweep_start_new").click().run()
        assert "is being trained: pause or cancel it first." in words(page)
    with claimed(laid_out, next(grid.ids())):
        page.run().button(key="sweep_start_new").click().run()
        assert "is being trained: wait for it, or stop it." in words(page)
    assert SweepFolder(laid_out).grid() == grid and not started
    assert page.button(key="sweep_start_new").label == "Replace and start"
    page.button(key="sweep_start_new").click().run()
    assert SweepFolder(laid_out).grid().axes["beta"] == (0.01, 0.2)
    assert started == [(laid_out, 2, True)] and "5 of 10 trials are done" in words(page)
    # Nothing is trained when all that is left is done.
    page.text_input(key="sweep_axis_beta").set_value("0.01").run()
    page.radio(key=values).set_value("Replace its values").run()
    button = page.button(key="sweep_start_new")
    # The Start of the shown sweep is the primary one.
    assert button.label == "Replace" and button.proto.type == "secondary"
    page.button(key="sweep_start_new").click().run()
    assert len(started) == 1 and "5 of 5 trials are done" in words(page)
    assert len(SweepFolder(laid_out).begun()) == 10
    # The results of values that return count before they are added.
    page.text_input(key="sweep_axis_beta").set_value("0.01,0.1").run()
    assert "**5 more trials** for the sweep" in words(page)
    assert "has the results of 5 of the new ones already. All of them are done." in words(page)
    assert page.button(key="sweep_start_new").label == "Add"
    page.button(key="sweep_start_new").click().run()
    assert len(started) == 1 and "10 of 10 trials are done" in words(page)


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
    page = open_page()
    # Its process has ended the session, and has not written the result yet.
    with claimed(sweep, begun[0]), lock_on(sweep / begun[1] / LOCK):
        page.session_state["sweep_cancel_box_first"] = True
        assert "Another process trains this sweep, and goes on." in words(page.run())
        assert "3 begun. Another process trains this sweep." in words(page)
        page.button(key="sweep_cancel_first").click().run()
    assert "Cancelled: 1 trial was removed. 2 trials are kept that another process uses." in words(
        page
    )
    assert not page.session_state["sweep_cancel_box_first"]
    left = SweepFolder(sweep).begun()
    assert {begun[0], begun[1], "0123456789ab"} < left and len(left) == 5


def test_a_sweep_is_deleted_and_restored(
    sweep: Path, laid_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(sweep="first", compare=laid_out.name)
    assert "Delete the sweep first with 18 trials? It can be restored for a day" in words(page)
    with monkeypatch.context() as training:
        training.setattr(sweep_work.SweepWork, "trains", lambda work, path: True)
        training.setattr(the_sweep_work(), "jobs", 2)
        page.button(key="sweep_delete_first").click().run()
        assert "The sweep first is being trained: pause or cancel it first." in words(page)
    refusal = "The sweep first is being trained: wait for it, or stop it."
    with claimed(sweep, list(GRID.ids())[2]):
        # The question says it too, once it is open.
        page.session_state["sweep_delete_box_first"] = True
        (sweep / "0123456789ab").mkdir()
        assert refusal in words(page.run()) and not page.warning
        assert "The folder also has 1 trial of values that were replaced." in words(page)
        page.button(key="sweep_delete_first").click().run()
        assert len(page.warning) == 1 and refusal in words(page)
        assert not page.session_state["sweep_delete_box_first"]
    page.button(key="sweep_delete_first").click().run()
    assert "The sweep first was deleted. For a day, Recently deleted can restore it." in words(page)
    assert len(page.success) == 1 and not page.warning
    assert page.query_params["sweep"] == laid_out.name and "compare" not in page.query_params
    # A second click is about no sweep: the question about the next one has another key.
    keys = [button.key for button in page.button]
    assert f"sweep_delete_{laid_out.name}" in keys and "sweep_delete_first" not in keys
    [kept] = the_sweep_bin().deleted()
    page.button(key=f"sweep_restore_{kept.name}").click().run()
    assert page.query_params["sweep"] == "first" and "2 of 18 trials are done" in words(page)
    # One that is damaged can be deleted too.
    (sweep / "sweep.json").write_text("{")
    page = open_page(sweep="first")
    page.button(key="sweep_delete_first").click().run()
    page.checkbox(key="sweep_delete_for_good").check().run()
    page.button(key="sweep_empty_bin").click().run()
    assert not the_sweep_bin().deleted() and not sweep.exists()
    assert not [one for one in page.button if one.key == "sweep_empty_bin"]


def test_the_list_says_what_the_sweeps_are(
    sweep: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = sweep.parent / "damaged"
    damaged.mkdir()
    (damaged / "sweep.json").write_text("{")
    for folder in (sweep, damaged, other):
        os.utime(folder / "sweep.json", (1_795_000_000, 1_795_000_000))
    page = open_page(folder=str(other))
    at = "2026-11-18 11:06"
    assert page.selectbox(key="sweep_picker").options == [
        f"{other} · β 2 × η 1 values, 2 seeds · {at}",
        f"first · β 3 × τ 2 values, 3 seeds · {at}",
        f"damaged · sweep.json cannot be read · {at}",
    ]
    # They are read again when they have changed.
    with monkeypatch.context() as reading:
        reading.setattr(SweepFolder, "grid", None)
        listing.title(sweep)
    SweepFolder(sweep).replace(Grid(BASE, {"beta": (0.1,), "tau": (0.5, 0.6)}))
    assert listing.title(sweep).startswith("first · β 1 × τ 2 values, 1 seed · ")
    assert listing.title(sweep.parent / "missing") == "missing"


@pytest.mark.parametrize("is_typed", [False, True])
def test_a_path_with_dots_does_not_make_the_runs_those_of_a_sweep(
    sweep: Path, is_typed: bool
) -> None:
    text = str(sweep.parent / "..")
    shutil.copy(sweep / "sweep.json", the_store().root)
    page = open_page(sweep="first") if is_typed else open_page(folder=text)
    if is_typed:
        page.text_input(key="sweep_folder").set_value(text).run()
    assert "0 of 18 trials are done" in words(page)
    assert not [one for one in page.button if "sweep_cancel" in one.key]
    assert "`python -m dgviz sweep work DIR` trains it" in words(page)


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


def test_a_sweep_elsewhere_is_only_watched(tmp_path: Path, shown: list[dict[str, Any]]) -> None:
    lay_out(tmp_path / "cluster")
    page = open_page(folder=str(tmp_path / "cluster"))
    assert shown and not [one for one in page.button if one.key == "sweep_start"]
    page.text_input(key="sweep_folder").set_value(str(tmp_path / "nowhere")).run()
    assert "There is no folder" in words(page) and "or its sweep.json" in words(page)


def test_another_folder_may_be_named_by_its_file_and_from_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    lay_out(tmp_path / "cluster")
    page = open_page()
    for text in ("~/cluster", "~/cluster/sweep.json"):
        page.text_input(key="sweep_folder").set_value(text).run()
        assert page.query_params["folder"] == str(tmp_path / "cluster") and not page.warning
    page = open_page(folder=str(tmp_path / "cluster" / "sweep.json"))
    assert "0 of 18 trials are done" in words(page)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"sweep": "missing"}, "There is no sweep in"),
        ({"sweep": "../first"}, "sweep must be the name of a folder; it was '../first'."),
        ({"sweep": "../first"}, "The newest sweep is shown instead."),
        ({"compare": "../x"}, "compare must be the name of a folder or the whole path of a folder"),
        ({"sweep": "../"}, "sweep must be the name of a folder; it was '../'."),
        ({"folder": "first"}, "folder must be the whole path of a folder; it was 'first'."),
        ({"sweep": "a\0"}, "sweep must be the name of a folder; it was"),
        ({"folder": "/a\0"}, "folder must be the whole path of a folder; it was"),
        ({"compare": "/a\0"}, "compare must be the name of a folder or the whole path"),
        ({"compare": "missing"}, "There is no sweep in"),
        ({"sweep": "first", "compare": "first"}, "A sweep cannot be compared with itself"),
        ({"sweep": "first", "epoch": "9"}, "epoch must be a whole number from 1 to 3; it was '9'."),
        (
            {"sweep": "first", "cell": "beta:0.1"},
            "cell must be a value of each axis of the sweep, such as beta:0.01,tau:0.3; it was 'be",
        ),
        ({"sweep": "first", "x": "hidden"}, "x must be one of beta, tau; it was 'hidden'."),
        ({"sweep": "first", "ranges": "hidden:8.."}, "ranges must be least and most values"),
        (
            {"sweep": "first", "ranges": "active_ratio:0.5..0.1"},
            "ranges must be least and most values",
        ),
        ({"sweep": "first", "ranges": "tau:.."}, "ranges must be least and most values"),
        ({"sweep": "first", "accuracy": "many"}, "accuracy must be a number from 0 to 100"),
    ],
)
def test_a_link_to_what_there_is_not_says_so(sweep: Path, query: dict[str, str], said: str) -> None:
    assert said in words(open_page(**query))


def test_a_link_to_sweeps_that_are_not_there_yet_is_applied_when_they_are(
    sweep: Path, shown: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # AppTest does not find an option whose text has changed.
    monkeypatch.setattr(chooser, "title", lambda folder: folder.name)
    query = {"sweep": "a", "compare": "b", "epoch": "2"}
    page = open_page(**query)
    assert "There is no sweep in" in words(page) and "as soon as there is one." in words(page)
    assert page.query_params == query and not shown
    for name in ("a", "b"):
        lay_out(sweep.parent / name)
        page.run()
        assert page.query_params == query and shown[-1]["name"] == "a"
    assert shown[-1]["other"]["name"] == "b" and not page.warning


def test_the_address_keeps_what_is_chosen(sweep: Path) -> None:
    chosen = {
        "figure": "weights",
        "epoch": "2",
        "cell": "beta:0.1,tau:0.5",
        "show": "afterwards",
        "y": "none",
        "ranges": "beta:0.1..1,active_weights:..20000,validation_accuracy:0.95..",
    }
    page = open_page(sweep="first", **chosen).run()
    assert {name: page.query_params[name] for name in chosen} == chosen


def test_a_link_reproduces_the_form(started: Started) -> None:
    form = {
        "preset": "paper",
        "method": "magnitude",
        "axes": "magnitude.target,hidden",
        "magnitude.target": "0.02:0.3:log5",
        "hidden": "32,64",
        "seeds": "3",
        "epochs": "2",
        "halving": "yes",
        "name": "wide-2",
    }
    page = open_page(**form)
    assert page.selectbox(key="sweep_preset").value == "paper"
    assert page.multiselect(key="sweep_axes").value == ["magnitude.target", "hidden"]
    assert page.text_input(key="sweep_axis_hidden").value == "32,64"
    assert "**30 trials.**" in words(page)
    page.number_input(key="sweep_epochs").set_value(5).run()
    assert page.query_params == {**form, "epochs": "5"}
    page.button(key="sweep_start_new").click().run()
    [(folder, _, halving)] = started
    assert folder == the_store().root / "sweeps" / "wide-2" and halving


@pytest.mark.parametrize(
    "draft",
    [
        Draft(),
        Draft("sparse", "rigl", 2, 9, 32, {"rigl.target": "0.1,0.2"}),
        Draft(axes={"tau": "0.3", "epochs": "4"}),
        Draft(axes={"beta": "", "tau": "0.3:0.7:lin5"}),
        Draft(axes={}, halving=True, name="CON "),
    ],
)
def test_every_draft_is_read_from_its_own_query(draft: Draft) -> None:
    query = Query({name: [text] for name, text in to_query(draft).items()})
    assert from_query(query) == (draft, [])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"preset": "huge"}, "In the link: preset must be one of"),
        (
            {"preset": "huge"},
            "The form now has: preset Classroom; method DynamicGate-MLP; axes beta=0",
        ),
        (
            {"axes": "beta,seed,x"},
            "axes must be settings that can have several values with the method",
        ),
        ({"axes": "beta,seed,x"}, "it had 'seed' and 'x'. The form now has:"),
        ({"axes": "beta,seed,x"}, "axis beta=0.01:3:log6; 1 seed; 4 epochs; 64 hidden units."),
        ({"axes": "a,b", "halving": "yes"}, "hidden units; trials that are behind are stopped."),
        ({"learning_rate": "1,2"}, "learning_rate is not one of the axes: name it in axes."),
        ({"seed": "1"}, "seed cannot be an axis with the method DynamicGate-MLP."),
        ({"seeds": "many"}, "seeds must be a whole number from 1; it was 'many'. The form now"),
        ({"halving": "no"}, "halving must be yes; it was 'no'."),
        ({"seeds": "5000"}, "The number of seeds must be a whole number from 1 to 1,000"),
        ({"epochs": "5000"}, "epochs must be a whole number from 1 to 1000; it was '5000'."),
        ({"tau": "0.1:1:log"}, "values with commas between them, or FIRST:LAST:linN"),
    ],
)
def test_a_link_with_a_form_that_is_not_accepted_says_so(
    sweep: Path, shown: list[dict[str, Any]], query: dict[str, str], said: str
) -> None:
    page = open_page(**query)
    assert said in words(page)
    assert page.expander[0].proto.expanded and not shown


def test_a_link_to_a_form_shows_no_sweep_until_one_is_chosen(
    sweep: Path, shown: list[dict[str, Any]]
) -> None:
    page = open_page(**FORM)
    assert page.expander[0].proto.expanded and not shown
    assert "sweep_start" not in [button.key for button in page.button]
    page.text_input(key="sweep_axis_beta").set_value("0.2").run()
    form = {"axes": "beta,tau", "beta": "0.2", "tau": "0.3:0.7:lin5"}
    assert page.query_params == form and not shown
    page.selectbox(key="sweep_picker").set_value(sweep).run()
    assert shown and not page.expander[0].proto.expanded
    assert page.query_params == {"sweep": "first"}
    # Beside a sweep, the address has the form again as soon as it is changed.
    page.number_input(key="sweep_seeds").set_value(2).run()
    assert page.query_params == {"sweep": "first", **form, "seeds": "2"}
    assert page.expander[0].proto.expanded


def test_an_axis_begins_with_the_value_of_the_form(started: Started) -> None:
    page = open_page(hidden="32", preset="sparse")
    page.multiselect(key="sweep_axes").set_value(["hidden", "weight_decay"]).run()
    assert page.text_input(key="sweep_axis_hidden").value == "32"
    assert page.text_input(key="sweep_axis_weight_decay").value == "0.0001"
    page.text_input(key="sweep_axis_hidden").set_value("8,16").run()
    page.multiselect(key="sweep_axes").set_value(["weight_decay"]).run()
    assert page.number_input(key="sweep_hidden").value == 32


def test_every_parameter_of_a_link_is_applied_or_named(sweep: Path) -> None:
    """All that the page knows, and one that it does not, with values that nothing accepts."""
    names = {"compare", "nothing", *START, *PARAMETERS} - {"axes", "beta", "tau"}
    repeated = {"seeds": ["1", "2"], "sweep": ["../x", "first"]}
    others = dict.fromkeys(names - {"seeds"}, "../x")
    page = open_page(folder=str(sweep), **others, **repeated)
    assert "sweep is ignored, because folder names" in words(page)
    assert "Of several values, the last one counts: " in words(page)
    said = re.findall(r"[a-z_0-9.]+", words(page))
    assert names <= set(said), names - set(said)
    # Without a sweep, nothing is said about one.
    said = re.findall(r"[a-z_0-9.]+", words(open_page(beta="1", **dict.fromkeys(START, "1"))))
    assert set(START) <= set(said)


@pytest.fixture
def other(tmp_path: Path, sweep: Path) -> Path:
    """A sweep of other networks, elsewhere, one axis of which `sweep` has as well."""
    base = BASE.with_changes(epochs=5, hidden=16)
    lay_out(tmp_path / "other", Grid(base, {"beta": (0.1, 3.0), "learning_rate": (0.001,)}, 2))
    return tmp_path / "other"


def test_two_sweeps_are_compared_and_the_address_keeps_both(
    sweep: Path, other: Path, shown: list[dict[str, Any]]
) -> None:
    page = open_page(sweep="first")
    assert shown[-1]["other"] is None
    page.text_input(key="sweep_other_folder").set_value(str(other)).run()
    assert shown[-1]["name"] == "first" and shown[-1]["other"]["name"] == "other"
    assert "first: 2 of 18 trials are done" in words(page)
    assert "other: 0 of 4 trials are done" in words(page)
    assert "Only first has τ threshold as an axis. Only other has η learning rate" in words(page)
    assert "differ in H hidden units (8 and 16) and epochs (3 and 5)." in words(page)
    # Only the shown one is trained here.
    assert [button.key for button in page.button if button.key == "sweep_start"]
    page.run()
    assert page.query_params["compare"] == str(other)
    page.selectbox(key="sweep_other_picker").set_value(None).run()
    assert shown[-1]["other"] is None and "compare" not in page.query_params


def test_a_link_may_name_what_only_the_second_sweep_has(sweep: Path, other: Path) -> None:
    page = open_page(
        sweep="first", compare=str(other), epoch="5", cell="beta:3,learning_rate:0.001"
    )
    assert "In the link" not in words(page)
    assert page.run().query_params["epoch"] == "5"
    assert "epoch must be a whole number from 1 to 3" in words(open_page(sweep="first", epoch="5"))


def test_two_sweeps_without_a_common_axis_say_so(sweep: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "other", Grid(BASE, {"hidden": (8, 16)}))
    page = open_page(sweep="first", compare=str(tmp_path / "other"))
    assert "The two sweeps have no axis in common: first has β sparsity penalty and τ" in words(
        page
    )
