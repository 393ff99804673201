"""The address of the Sweep page: its links reproduce the form and what is chosen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from made_up_sweep import lay_out
from sweep_page import FORM, Started, open_page, words

from dgviz.runs.store import the_store
from dgviz.ui.address import Query
from dgviz.ui.sweep import chooser
from dgviz.ui.sweep.draft import Draft
from dgviz.ui.sweep.draft_query import PARAMETERS, from_query, to_query
from dgviz.ui.sweep.view import START


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
        ({"preset": "huge"}, "it was 'huge'. The form has Classroom instead."),
        ({"method": "x"}, "it was 'x'. The form has DynamicGate-MLP instead."),
        (
            {"axes": "beta,seed,x"},
            "axes must be settings that can have several values with the method",
        ),
        ({"axes": "beta,seed,x"}, "it had 'seed' and 'x'. The form has the axis beta."),
        ({"axes": "a,b"}, "it had 'a' and 'b'. The form has the axes beta and tau."),
        ({"learning_rate": "1"}, "ignored, because it is not one of the axes: name it in axes."),
        ({"seed": "1"}, "seed is ignored, because it cannot be an axis with the method Dynam"),
        (
            {"seeds": "many"},
            "must be a whole number from 1; it was 'many'. The form has 1 instead.",
        ),
        ({"halving": "no"}, "halving must be yes; it was 'no'. No trials are stopped early."),
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


def test_a_link_may_name_what_only_the_second_sweep_has(sweep: Path, other: Path) -> None:
    page = open_page(
        sweep="first", compare=str(other), epoch="5", cell="beta:3,learning_rate:0.001"
    )
    assert "In the link" not in words(page)
    assert page.run().query_params["epoch"] == "5"
    assert "epoch must be a whole number from 1 to 3" in words(open_page(sweep="first", epoch="5"))
