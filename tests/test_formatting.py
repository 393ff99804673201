"""Formatted numbers; tests/golden/formatting.json compares them with the browser's."""

from __future__ import annotations

import math
import sys

import pytest

from dgviz.formatting import UNKNOWN, count, counted, fixed, joined, percent, plain, ratio


@pytest.mark.parametrize("write", [count, percent, ratio])
@pytest.mark.parametrize("unknown", [None, math.nan, math.inf])
def test_an_unknown_number_is_a_dash(write: object, unknown: float | None) -> None:
    assert write(unknown) == UNKNOWN  # type: ignore[operator]


def test_a_half_is_rounded_away_from_zero() -> None:
    assert (ratio(1 / 16), percent(1 / 32)) == ("0.063", "3.13%")


def test_a_small_or_large_number_has_no_exponent() -> None:
    assert [plain(x) for x in (1e-5, -1e-6, 2_000_000, -0.0)] == [
        "0.00001",
        "−0.000001",
        "2000000",
        "0",
    ]


@pytest.mark.parametrize("x", [1e30, 1e39, sys.float_info.max])
def test_a_diverged_loss_has_all_its_digits(x: float) -> None:
    assert fixed(x, 4) == f"{int(x)}.0000"


def test_one_is_singular() -> None:
    assert [counted(n, "epoch") for n in (1, 2, 2000)] == ["1 epoch", "2 epochs", "2,000 epochs"]


def test_words_are_joined_as_in_a_sentence() -> None:
    assert [joined(words) for words in ([], ["a"], ["a", "b"])] == ["", "a", "a and b"]
    assert joined(["a", "b", "c"], "or") == "a, b or c"
