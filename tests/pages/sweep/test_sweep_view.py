"""The choices in a link to a sweep, without a page."""

from __future__ import annotations

from typing import Any

import pytest
from made_up_sweep import BASE

from dgviz.sweeps.grid import Grid
from dgviz.ui.sweep.view import START, checked

LISTS = ("fixed", "ranges")
TEXTS = (
    *("beta", "none", "validation", "test", "seeds", "afterwards", "both", "3", "4", "98,5", "101"),
    *("beta:0.1", "beta:−1", "tau:0.5,beta:0.1", "hidden:8", "beta:1,beta:0.1,hidden:8", "beta:x,"),
    *("test_accuracy:0.9..", "validation_accuracy:0.9..", "beta:..0.1,tau:0.5..0.3", "beta:-1..,x"),
)


@pytest.mark.parametrize(
    ("axes", "changes"),
    [
        ({"beta": (-1.0, 0.1, 1.0), "tau": (0.3, 0.5)}, {}),
        ({"beta": (0.1, 1.0)}, {"validation": 0}),
        ({"hidden": (8, 16)}, {"method": "rigl"}),
    ],
)
def test_every_choice_is_applied_or_named(axes: dict[str, Any], changes: dict[str, Any]) -> None:
    grid = Grid(BASE.with_changes(**changes), axes)
    for name in START:
        for text in TEXTS:
            view, problems = checked({name: text}, [grid])
            plain = text.replace("−", "-")
            parts = plain.split(",") if name in LISTS else [plain]
            kept = view[name].split(",") if name in LISTS else [view[name]]
            said = " ".join(problems)
            assert not said or said.startswith(f"{name} must be ")
            for part in filter(None, parts):
                is_applied = part in kept or part.replace(",", ".") in kept
                assert is_applied != (repr(part) in said), (name, text, view, said)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        # What the cards would ignore.
        ({"x": "beta", "y": "beta"}, {"x": "beta"}),
        ({"cell": "beta:0.1"}, {}),
        ({"show": "afterwards"}, {}),
        ({"ranges": "beta:0.1..,beta:..1,test_accuracy:0.9.."}, {"ranges": "beta:0.1.."}),
        # What is right beside it stays; a sign and a decimal mark are as the cards read them.
        ({"fixed": "beta:7,tau:0.3,hidden:8"}, {"fixed": "tau:0.3"}),
        (
            {"cell": "beta:−1,tau:0.3", "accuracy": "98,5"},
            {"cell": "beta:-1,tau:0.3", "accuracy": "98.5"},
        ),
    ],
)
def test_only_what_the_cards_can_show_is_kept(given: dict[str, str], kept: dict[str, str]) -> None:
    base = BASE.with_changes(method="rigl") if "show" in given else BASE
    axes = {"hidden": (8, 16)} if "show" in given else {"beta": (-1.0, 0.1, 1.0), "tau": (0.3, 0.5)}
    assert checked(given, [Grid(base, axes)])[0] == {**START, **kept}


def test_a_figure_that_one_of_two_sweeps_lacks_is_not_offered() -> None:
    axes = {"beta": (0.1, 1.0)}
    grids = [Grid(BASE, axes), Grid(BASE.with_changes(validation=0), axes)]
    [problem] = checked({"figure": "validation"}, grids)[1]
    assert problem == "figure must be one of test, ratio, weights, dead; it was 'validation'."
    # Each has the range that it can have.
    for name in ("test_accuracy", "validation_accuracy"):
        assert not checked({"ranges": f"{name}:0.9.."}, grids)[1]
