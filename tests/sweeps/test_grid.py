"""The axes of a sweep as people write them, its grid, and the names of its trials."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgviz.comparison.standing import compared
from dgviz.settings import KNOBS, Settings, SettingsError
from dgviz.sweeps.axis_values import axis_text, axis_values
from dgviz.sweeps.grid import MOST_TRIALS, MOST_VALUES, Grid, GridError, trial_id

BASE = Settings.from_preset("classroom")
GRID = Grid(BASE, {"beta": (0.1, 0.01), "tau": (0.3, 0.5, 0.7)}, seeds=2)


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("tau", "0.3,0.5", (0.3, 0.5)),
        ("tau", " 0.5 , 0.3, 0.5", (0.5, 0.3)),
        ("tau", "0.3", (0.3,)),
        ("beta", "-1,0", (-1.0, 0.0)),
        ("tau", "0.1:0.9:lin5", (0.1, 0.3, 0.5, 0.7, 0.9)),
        ("beta", "0.01 : 10 : log4", (0.01, 0.1, 1.0, 10.0)),
        ("beta", "0.01:10:log8", (0.01, 0.02683, 0.07197, 0.1931, 0.5179, 1.389, 3.728, 10.0)),
        ("hidden", "10:13:lin7", (10, 11, 12, 13)),
        ("learning_rate_schedule", "constant,cosine", ("constant", "cosine")),
    ],
)
def test_several_values(name: str, text: str, values: tuple[object, ...]) -> None:
    assert axis_values(KNOBS[name], text) == values


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("tau", "0.3,2", "τ (tau) must be a number from 0 to 1; it was '2'."),
        ("tau", "", "it was ''"),
        ("tau", "0.1:0.9", "FIRST:LAST:linN or FIRST:LAST:logN; it was '0.1:0.9'."),
        ("tau", "0.1:0.9:lin1", "N must be a whole number from 2 to 1,000; it was 1."),
        ("beta", "0:1:log3", "the ends of a range with equal ratios must be above 0."),
        ("learning_rate_schedule", "a:b:lin2", "are values with commas between them; it was"),
    ],
)
def test_values_that_are_not_accepted(name: str, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        axis_values(KNOBS[name], text)


@given(low=st.floats(0.001, 1), times=st.floats(1.5, 30), number=st.integers(2, 50))
def test_a_range_has_equal_ratios_but_for_four_digits(
    low: float, times: float, number: int
) -> None:
    values = axis_values(KNOBS["beta"], f"{low}:{low * times}:log{number}")
    assert (values[0], values[-1]) == (low, low * times)
    for i, value in enumerate(values[1:-1], start=1):
        exact = low * times ** (i / (number - 1))
        assert math.isclose(value, exact, rel_tol=6e-4)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tau", "0.3,0.5"),
        ("tau", "0.1:0.9:lin5"),
        ("beta", "0.01:10:log8"),
        ("hidden", "16"),
        ("learning_rate_schedule", "constant,cosine"),
    ],
)
def test_the_text_of_values_is_short(name: str, text: str) -> None:
    assert axis_text(KNOBS[name], axis_values(KNOBS[name], text)) == text


@given(values=st.lists(st.floats(-1, 10), min_size=1, max_size=6, unique=True))
def test_values_are_read_from_their_text(values: list[float]) -> None:
    knob = KNOBS["beta"]
    checked = tuple(dict.fromkeys(map(knob.check, values)))
    assert axis_values(knob, axis_text(knob, checked)) == checked


def test_every_combination_has_every_seed_one_seed_first() -> None:
    trials = list(GRID.trials())
    assert len(GRID) == len(trials) == 12
    assert [(one.beta, one.tau, one.seed) for one in trials[:4]] == [
        (0.01, 0.3, 0),
        (0.01, 0.5, 0),
        (0.01, 0.7, 0),
        (0.1, 0.3, 0),
    ]
    assert {one.seed for one in trials[:6]} == {0}
    assert {(one.beta, one.tau, one.seed) for one in trials} == {
        (beta, tau, seed) for beta in (0.01, 0.1) for tau in (0.3, 0.5, 0.7) for seed in (0, 1)
    }
    assert len({trial_id(one) for one in trials}) == 12


def test_a_name_depends_on_what_changes_the_numbers_and_on_nothing_else() -> None:
    name = trial_id(BASE)
    assert re.fullmatch("[0-9a-f]{12}", name)
    for change in ({"threads": 2}, {"device": "cpu"}):
        assert trial_id(BASE.with_changes(**change)) == name
    assert trial_id(Settings.from_dict({**BASE.as_dict(), "preset": "sparse"})) == name
    for change in ({"seed": 1}, {"tau": 0.4}, {"epochs": 9}, {"method": "dense"}):
        assert trial_id(BASE.with_changes(**change)) != name
    # Dense networks have no threshold.
    dense = BASE.with_changes(method="dense")
    assert trial_id(dense) == trial_id(dense.with_changes(tau=0.4))


def test_a_grid_is_read_as_it_was_written() -> None:
    assert Grid.from_json(json.loads(json.dumps(GRID.as_json()))) == GRID


@pytest.mark.parametrize(
    "change",
    [{"axes": {"beta": 3}}, {"axes": None}, {"seeds": "two"}, {"seeds": True}, {"settings": []}],
)
def test_a_damaged_grid(change: dict[str, object]) -> None:
    with pytest.raises(GridError, match="does not describe a grid"):
        Grid.from_json(GRID.as_json() | change)


def test_a_grid_grows_by_values_and_seeds() -> None:
    larger = GRID.including(Grid(BASE, {"tau": (0.5, 0.9), "beta": (0.1,)}, seeds=3))
    assert larger.axes == {"beta": (0.01, 0.1), "tau": (0.3, 0.5, 0.7, 0.9)}
    assert larger.seeds == 3
    assert {trial_id(one) for one in GRID.trials()} <= {trial_id(one) for one in larger.trials()}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            Grid(BASE, {"beta": (0.1, 0.2)}),
            "The sweep in this folder has several values of beta and tau, and the new one has "
            "several values of beta. Give several values of the same settings, or choose another",
        ),
        (
            Grid(BASE.with_changes(hidden=16), {"beta": (0.1,), "tau": (0.3,)}),
            "its trials have hidden 256, and not 16.",
        ),
        (
            Grid(BASE.with_changes(hidden=16, epochs=7), {"beta": (0.1,), "tau": (0.3,)}),
            f"its trials have hidden 256 and epochs {BASE.epochs}, and not 16 and 7.",
        ),
    ],
)
def test_another_sweep_is_not_mixed_with_it(other: Grid, said: str) -> None:
    with pytest.raises(GridError, match=re.escape(said)):
        GRID.including(other)


def test_what_the_base_says_of_an_axis_means_nothing() -> None:
    other = Grid(BASE.with_changes(beta=7.0, threads=2), {"beta": (1.0,), "tau": (0.3,)})
    assert GRID.including(other).axes["beta"] == (0.01, 0.1, 1.0)


@pytest.mark.parametrize(
    ("axes", "seeds", "said"),
    [
        ({"beta": ()}, 1, "The grid is empty: β (beta) has no values."),
        ({"seed": (1, 2)}, 1, "seed cannot be an axis of a sweep."),
        ({"colour": (1, 2)}, 1, "colour cannot be an axis of a sweep."),
        ({"beta": (1.0,)}, "2", "must be a whole number from 1 to 1,000; it was 2."),
        ({"beta": (1.0,)}, 1.5, "must be a whole number from 1 to 1,000; it was 1.5."),
        (
            {"beta": tuple(i / 1000 for i in range(MOST_VALUES + 1))},
            1,
            "β (beta) has 10,001 values, and an axis has at most 10,000.",
        ),
        ({"beta": (1.0,)}, 0, "must be a whole number from 1 to 1,000; it was 0."),
        (
            {
                "beta": tuple(i / 1000 for i in range(1000)),
                "tau": tuple(i / 1000 for i in range(1000)),
            },
            11,
            f"at most {MOST_TRIALS:,} trials, and this one would have 11,000,000.",
        ),
    ],
)
def test_grids_that_are_not_accepted(
    axes: dict[str, tuple[float, ...]], seeds: Any, said: str
) -> None:
    with pytest.raises(GridError, match=re.escape(said)):
        Grid(BASE, axes, seeds)


def test_an_axis_is_of_a_setting_that_the_method_reads() -> None:
    for base, name in ((BASE, "small.ratio"), (BASE.with_changes(method="dense"), "tau")):
        with pytest.raises(GridError, match="cannot be an axis of this sweep: it changes nothing"):
            Grid(base, {name: (0.1, 0.2)})


@pytest.mark.parametrize("method", ["dynamicgate", "dense", "magnitude", "mixture"])
def test_trials_with_equal_numbers_have_one_name(method: str) -> None:
    settings = Settings.from_preset("sparse", method=method)
    assert trial_id(settings) == trial_id(compared(settings))
    assert trial_id(settings.with_changes(hidden=7)) != trial_id(settings)


def test_the_names_of_all_trials_are_those_of_each() -> None:
    grid = Grid(
        BASE.with_changes(beta_schedule="cosine", seed=5),
        {
            "beta": (0.03, 0.01),
            "hidden": (256, 8),
            "learning_rate_schedule": ("constant", "cosine"),
        },
        seeds=2,
    )
    assert list(grid.ids()) == [trial_id(settings) for settings in grid.trials()]
