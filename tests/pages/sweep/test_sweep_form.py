"""The form that lays out a sweep: what it counts, refuses, starts, adds to and replaces."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from made_up_sweep import GRID, lay_out
from streamlit.testing.v1 import AppTest
from sweep_page import FORM, Started, open_page, words

from dgviz.cli import sweep as sweep_command
from dgviz.cli.main import main
from dgviz.live import sweep_work
from dgviz.live.sweep_work import the_sweep_work
from dgviz.live.task import the_speed_tests
from dgviz.live.task_entry import measure_paces
from dgviz.runs.store import the_store
from dgviz.sweeps.cost import Paces, kind_of
from dgviz.sweeps.folder import SweepFolder, claimed, folder_name
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.watch import Watch
from dgviz.ui.sweep import state, training
from dgviz.ui.sweep.draft import Draft, grid_of
from dgviz.ui.sweep.too_large import command


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
    # As in the shell, one for each core.
    assert jobs == 2 and not halving and len(SweepFolder(folder).grid()) == 10
    assert len(shown) == 1 and page.query_params["sweep"] == folder.name
    # The form stays as it was, and is closed: the address is about the sweep.
    assert page.query_params == {"sweep": folder.name}
    assert not page.expander[0].proto.expanded
    assert page.text_input(key="sweep_axis_beta").value == "0.01,0.1"


@pytest.mark.parametrize(("most", "expected"), [("1", 1), ("2", 2), ("8", 2)])
def test_trials_at_once_begin_with_one_for_each_core_as_in_the_shell(
    monkeypatch: pytest.MonkeyPatch, most: str, expected: int
) -> None:
    monkeypatch.setenv("DGVIZ_MAX_RUNS", most)
    assert training.jobs() == expected


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
    assert bool(page.code) == ("at most 100,000" in said)
    # What a grid costs that is too large for a page can be measured.
    assert ("sweep_measure_form" in buttons) == ("at most 100,000" in said)


@pytest.mark.parametrize(
    "draft",
    [
        Draft(),
        Draft("sparse", "rigl", 3, 9, 32, {"rigl.target": "0.1, 0.2"}, name="mine"),
        Draft(axes={"beta": "-0.5,0.1", "hidden": "8,16"}, halving=True),
    ],
)
def test_the_command_of_a_grid_that_is_too_large_trains_what_the_form_has(
    monkeypatch: pytest.MonkeyPatch, draft: Draft
) -> None:
    grid, _ = grid_of(draft)
    assert grid
    monkeypatch.setattr(state, "draft", lambda: draft)
    given = []
    monkeypatch.setattr(sweep_command, "_run", given.append)
    words = shlex.split(command(draft, grid, 2))
    assert words[:3] == ["python", "-m", "dgviz"] and main(words[3:]) == 0
    sweep, laid_out = sweep_command._laid_out(given[0])
    assert laid_out == grid and given[0].jobs == "2" and given[0].halving == draft.halving
    assert sweep.path == the_store().root / "sweeps" / (draft.name or folder_name(grid))


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


def test_the_form_counts_a_sweep_when_it_has_been_read(
    laid_out: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        # No look has time to read a trial.
        patched.setattr(Watch.look, "__defaults__", (-1.0,))
        page = open_page(**FORM)
        assert words(page).count("Reading 10 trials.") == 1
        assert page.button(key="sweep_start_new").disabled
    page.run()
    assert "10 trials are laid out already" in words(page)
    assert "which has 10, 10 of them done (10 stopped early). A trial takes about" in words(page)
    page.checkbox(key="sweep_halving").check().run()
    assert "10 of them done (10 stopped early). All of them are done." in words(page)
    assert page.button(key="sweep_start_new").label == "Show"
    # Without "Stop trials that are behind", they are trained to their end.
    page.checkbox(key="sweep_halving").uncheck().run()
    assert page.button(key="sweep_start_new").label == "Show and start"
    page.button(key="sweep_start_new").click().run()
    assert started == [(laid_out, 2, False)] and page.query_params == {"sweep": laid_out.name}
    # The card of the shown sweep has the buttons for it, and asks about those that were stopped.
    assert "**The shown sweep has these values already.** Its buttons are below." in words(page)
    assert "sweep_start_new" not in [button.key for button in page.button]
    assert [box.key for box in page.checkbox] == [f"sweep_to_end_{laid_out.name}"]


def test_other_values_are_combined_with_those_that_a_sweep_has(laid_out: Path) -> None:
    said = words(open_page(beta="0.2,0.3"))
    assert "**10 more trials** for the sweep" in said
    assert "combinations of its values and these, 20 trials; the values above alone have 10" in said


def test_values_that_are_added_during_the_training_are_trained_with_the_others(
    laid_out: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[Path] = []
    monkeypatch.setattr(sweep_work.SweepWork, "stop", lambda work, path: stopped.append(path))
    page = open_page(sweep=laid_out.name, beta="0.2,0.3")
    page.button(key="sweep_start_new").click().run()
    assert stopped == [laid_out] and started == [(laid_out, 2, False)]


def test_a_sweep_that_is_being_trained_is_only_shown(
    laid_out: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_sweep_work(), "path", laid_out)
    monkeypatch.setattr(the_sweep_work(), "jobs", 2)
    monkeypatch.setattr(sweep_work.SweepWork, "trains", lambda work, path: path == laid_out)
    page = open_page(**FORM)
    assert page.button(key="sweep_start_new").label == "Show"
    page.button(key="sweep_start_new").click().run()
    assert not started and page.query_params == {"sweep": laid_out.name}


def test_a_sweep_is_only_laid_out_while_the_server_trains_another(
    sweep: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_sweep_work(), "path", sweep)
    monkeypatch.setattr(sweep_work.SweepWork, "trains", lambda work, path: path == sweep)
    page = open_page(**FORM, name="mine")
    assert "This server is training the sweep first: start this one after it." in words(page)
    page.button(key="sweep_start_new").click().run()
    assert not started and page.query_params == {"sweep": "mine"}
    assert page.button(key="sweep_start").disabled
    assert "This server is training the sweep first: start this one after it." in words(page)


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
        assert "**10 trials.**" in words(page)
    lay_out(laid_out.parent / "other")
    page.text_input(key="sweep_name").set_value("other").run()
    said = "its trials have hidden 8 and epochs 3, and not 64 and 4. With another name, the new"
    assert said in words(page)
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
    assert "**The shown sweep has these values already.**" in words(page)
    assert page.button(key="sweep_start").proto.type == "primary"
    assert page.query_params["beta"] == "0.1,1"
    assert "sweep_fill_in" not in [button.key for button in page.button]
    # The fields do not move when its button comes: that would cost them the focus.
    place = place_of_the_fields(page)
    page.text_input(key="sweep_axis_beta").set_value("0.3").run()
    assert page.button(key="sweep_fill_in")
    # The main button is that of the form, while the form has one.
    assert page.button(key="sweep_start_new").proto.type == "primary"
    assert page.button(key="sweep_start").proto.type == "secondary"
    assert place_of_the_fields(page) == place
    # Without a name of its own, the field stays empty.
    page.selectbox(key="sweep_picker").set_value(laid_out).run()
    page.button(key="sweep_fill_in").click().run()
    assert "name" not in page.query_params and "has these values already" in words(page)
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
        assert page.run().button(key="sweep_start_new").disabled
        assert "is being trained: wait for it, or stop it." in words(page)
    assert SweepFolder(laid_out).grid() == grid and not started
    assert page.run().button(key="sweep_start_new").label == "Replace and start"
    page.button(key="sweep_start_new").click().run()
    assert SweepFolder(laid_out).grid().axes["beta"] == (0.01, 0.2)
    assert started == [(laid_out, 2, True)] and "5 of 10 trials are done" in words(page)
    # Nothing is trained when all that is left is done.
    page.text_input(key="sweep_axis_beta").set_value("0.01").run()
    page.radio(key=values).set_value("Replace its values").run()
    assert page.button(key="sweep_start_new").label == "Replace"
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


def test_an_axis_begins_with_the_value_of_the_form(started: Started) -> None:
    page = open_page(hidden="32", preset="sparse")
    page.multiselect(key="sweep_axes").set_value(["hidden", "weight_decay"]).run()
    assert page.text_input(key="sweep_axis_hidden").value == "32"
    assert page.text_input(key="sweep_axis_weight_decay").value == "0.0001"
    page.text_input(key="sweep_axis_hidden").set_value("8,16").run()
    page.multiselect(key="sweep_axes").set_value(["weight_decay"]).run()
    assert page.number_input(key="sweep_hidden").value == 32
