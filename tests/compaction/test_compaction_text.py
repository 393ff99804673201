"""Comparisons of two networks in words."""

from __future__ import annotations

import pytest

from dgviz.compaction.text import compared


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (10, 25, "2.5 times smaller"),
        (4, 184, "46 times smaller"),
        (25, 10, "2.5 times larger"),
        (7, 7, "the same"),
        (100, 102, "2% smaller"),
        (0, 7, "nothing is left"),
    ],
)
def test_amounts_are_compared_in_words(now: float, before: float, words: str) -> None:
    assert compared(now, before) == words


def test_times_are_faster_or_slower() -> None:
    assert compared(4.2, 27.8, "faster", "slower") == "6.6 times faster"
