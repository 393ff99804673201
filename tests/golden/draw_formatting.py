"""Numbers and the text that Python writes for them."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from dgviz import formatting
from dgviz.runs.spreadsheets import plain_cell

_HALVES = [i / 2**digits for digits in range(1, 12) for i in (1, 3, 5, 7)]
"""Numbers exactly between two decimals, where rounding half to even and half up differ."""

_MEANS = [statistics.fmean([9431 / 10_000, right / 10_000]) for right in range(9432, 9472)]
"""Means of two test accuracies; every other one is within rounding errors of half a hundredth."""


def draw() -> dict[str, Any]:
    """For each function pairs of number and text; then texts, each as a row of a CSV."""
    random = np.random.default_rng(0)
    shares = [*random.random(100), *10 ** -random.uniform(0, 7, 100), *_HALVES]
    sizes = [*10 ** random.uniform(-7, 7, 200), *(10.0**n for n in range(-7, 10)), *_HALVES]
    signed = [0.0, -0.0, *sizes, *(-size for size in sizes)]
    seconds = [*10 ** random.uniform(-1, 6, 100), *(n / 4 for n in range(50)), 59.5, 60.5, 90, 5430]
    cases: dict[str, tuple[Callable[[float], str], list[float]]] = {
        "count": (
            formatting.count,
            [*np.floor(10 ** random.uniform(0, 9, 20)), 0, 999, 1000, 476.5, 477.5],
        ),
        "percent": (formatting.percent, [0, 1, *shares, *_MEANS]),
        "ratio": (formatting.ratio, [0, 0.00004, 0.00006, 0.01, 0.99981, 0.9999999, 1, *shares]),
        "plain": (formatting.plain, [*signed, 1e-5, 12345678, 2147483647]),
        "file_size": (
            formatting.file_size,
            [0, 999, 1000, 999_499, 999_500, *np.floor(abs(1e4 * np.array(sizes)))],
        ),
        "duration": (formatting.duration, seconds),
        "threshold": (formatting.threshold, [k / 200 for k in range(201)]),
    }
    written = {
        name: [(float(number), write(float(number))) for number in numbers]
        for name, (write, numbers) in cases.items()
    }
    letters = [*"=+-@\t\r＝＋－＠ab1\",; '\n"]  # noqa: RUF001
    texts = ["".join(random.choice(letters, random.integers(1, 5))) for _ in range(120)]
    return {**written, "cell": [(text, _row(text)) for text in texts]}


def _row(text: str) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\r\n").writerow([plain_cell(text)])
    return row.getvalue()
