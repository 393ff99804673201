"""The schedules at the points where their values are known, and their bounds everywhere."""

import ast
import inspect
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgviz.gates import schedules
from dgviz.gates.schedules import SCHEDULES, gates_frozen, multiplier

PARTS = st.floats(0, 1)


@pytest.mark.parametrize(
    ("name", "progress", "expected"),
    [
        ("constant", 0.0, 1),
        ("constant", 1.0, 1),
        ("warmup", 0.0, 0),
        ("warmup", 0.05, 0.25),
        ("warmup", 0.1, 0.5),
        ("warmup", 0.2, 1),
        ("warmup", 1.0, 1),
        ("ramp", 0.0, 0.01),
        ("ramp", 0.4, 0.1),
        ("ramp", 0.6, 0.01**0.25),
        ("ramp", 0.8, 1),
        ("ramp", 1.0, 1),
        ("cosine", 0.0, 1),
        ("cosine", 0.8, 1),
        ("cosine", 0.85, (1 + math.sqrt(0.5)) / 2),
        ("cosine", 0.9, 0.5),
        ("cosine", 1.0, 0),
    ],
)
def test_known_values(name: str, progress: float, expected: float) -> None:
    value = multiplier(name, progress, warmup=0.2, freeze_at=0.8)
    assert value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("progress", [0.0, 0.5, 1.0])
def test_extremes_of_warmup_and_freeze_at(progress: float) -> None:
    def at(name: str, edge: float) -> float:
        return multiplier(name, progress, warmup=edge, freeze_at=edge)

    assert at("warmup", 0.0) == 1
    assert at("warmup", 1.0) == progress
    assert at("ramp", 0.0) == 1
    assert at("ramp", 1.0) == pytest.approx(0.01 ** (1 - progress))
    assert at("cosine", 0.0) == pytest.approx(1 - progress)
    assert at("cosine", 1.0) == 1


@given(st.sampled_from(SCHEDULES), PARTS, PARTS, PARTS, PARTS)
def test_factors_stay_within_bounds_and_are_monotonic(
    name: str, one: float, other: float, warmup: float, freeze_at: float
) -> None:
    early, late = (
        multiplier(name, p, warmup=warmup, freeze_at=freeze_at) for p in sorted((one, other))
    )
    assert 0 <= early <= 1
    assert 0 <= late <= 1
    assert early >= late if name == "cosine" else early <= late


@pytest.mark.parametrize(
    ("progress", "freeze_at", "frozen"),
    [
        (0.79, 0.8, False),
        (0.8, 0.8, True),
        (1.0, 0.8, True),
        (0.0, 0.0, True),
        (0.0, 1.0, False),
        (1.0, 1.0, False),
    ],
)
def test_gates_freeze_at_freeze_at_and_never_at_one(
    progress: float, freeze_at: float, frozen: bool
) -> None:
    assert gates_frozen(progress, freeze_at) is frozen


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no schedule 'step'.*constant, warmup, ramp, cosine"):
        multiplier("step", 0.5, warmup=0.1, freeze_at=0.8)


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan, math.inf])
def test_numbers_out_of_range_are_refused_by_name(bad: float) -> None:
    with pytest.raises(ValueError, match="progress must be"):
        multiplier("constant", bad, warmup=0.1, freeze_at=0.8)
    with pytest.raises(ValueError, match="warmup must be"):
        multiplier("constant", 0.5, warmup=bad, freeze_at=0.8)
    with pytest.raises(ValueError, match="freeze_at must be"):
        multiplier("constant", 0.5, warmup=0.1, freeze_at=bad)
    with pytest.raises(ValueError, match="progress must be"):
        gates_frozen(bad, 0.5)
    with pytest.raises(ValueError, match="freeze_at must be"):
        gates_frozen(0.5, bad)


def test_nothing_but_mathematics_is_imported() -> None:
    tree = ast.parse(inspect.getsource(schedules))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == ["import math"]
