"""Which sweeps the page shows: the list, other folders, the second sweep, what is deleted."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from made_up_sweep import BASE, GRID, lay_out
from sweep_page import open_page, words

from dgviz.live import sweep_work
from dgviz.live.sweep_work import the_sweep_work
from dgviz.runs.store import the_store
from dgviz.sweeps.bin import the_sweep_bin
from dgviz.sweeps.folder import SweepFolder, claimed
from dgviz.sweeps.grid import Grid
from dgviz.ui.sweep import listing


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
        assert page.button(key="sweep_delete_first").disabled
        assert "The folder also has 1 trial of values that were replaced." in words(page)
        # A training may begin after the page has looked.
        page.session_state["sweep_delete_box_first"] = False
        page.run().button(key="sweep_delete_first").click().run()
        assert len(page.warning) == 1 and refusal in words(page)
    page.session_state["sweep_delete_box_first"] = True
    assert not page.run().button(key="sweep_delete_first").disabled
    page.button(key="sweep_delete_first").click().run()
    assert "The sweep first was deleted. For a day, Recently deleted can restore it." in words(page)
    assert len(page.success) == 1 and not page.warning
    # No other sweep takes its place unasked, at later reruns neither.
    assert "Choose another sweep, or lay one out." in words(page)
    assert not page.run().query_params and page.selectbox(key="sweep_picker").value is None
    assert not [button.key for button in page.button if "sweep_delete_" in button.key]
    page.selectbox(key="sweep_picker").set_value(laid_out).run()
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


def test_no_sweep_is_shown_when_the_shown_one_is_closed(
    sweep: Path, shown: list[dict[str, Any]]
) -> None:
    page = open_page(sweep="first", epoch="2")
    page.selectbox(key="sweep_picker").set_value(None).run()
    shown.clear()
    assert not page.run().query_params and not shown and page.expander[0].proto.expanded


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
        f"{other} · {at} · β 2 × η 1 values, 2 seeds",
        f"first · {at} · β 3 × τ 2 values, 3 seeds",
        f"damaged · {at} · sweep.json cannot be read",
    ]
    # They are read again when they have changed.
    with monkeypatch.context() as reading:
        reading.setattr(SweepFolder, "grid", None)
        listing.title(sweep)
    SweepFolder(sweep).replace(Grid(BASE, {"beta": (0.1,), "tau": (0.5, 0.6)}))
    assert listing.title(sweep).endswith(" · β 1 × τ 2 values, 1 seed")
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


def test_a_sweep_elsewhere_is_only_watched(tmp_path: Path, shown: list[dict[str, Any]]) -> None:
    lay_out(tmp_path / "cluster")
    page = open_page(folder=str(tmp_path / "cluster"))
    assert shown and not [one for one in page.button if one.key == "sweep_start"]
    # The system refuses such a long name.
    for name in ("nowhere", "long" * 100 + "/sweep.json"):
        page.text_input(key="sweep_folder").set_value(str(tmp_path / name)).run()
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


def test_two_sweeps_without_a_common_axis_say_so(sweep: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "other", Grid(BASE, {"hidden": (8, 16)}))
    page = open_page(sweep="first", compare=str(tmp_path / "other"))
    assert "The two sweeps have no axis in common: first has β sparsity penalty and τ" in words(
        page
    )
