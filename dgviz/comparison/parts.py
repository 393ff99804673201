"""Parts of docs/results.md that several sections have."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dgviz.comparison.table import Row
from dgviz.formatting import fixed, plain
from dgviz.runs.repeating import commands

QUICK = (
    "**A quick study with few epochs: it shows that the commands work, and not what the methods "
    "reach.**"
)


def commands_text(table: Sequence[Row]) -> str:
    """The command of each row with its first seed, and the code that trained it."""
    lines = [line for row in table for line in commands(row.standings[0].planned.settings)]
    commits = {result.commit for row in table for result in row.results} - {""}
    code = f" Code: {', '.join(sorted(commits))}." if commits else ""
    return (
        "The commands with seed 0, in the order of the rows; other seeds with `--seed`."
        f"{code}\n\n" + "\n".join(f"    {line}" for line in lines)
    )


def difference(row: Row, other: Row) -> str:
    """Percentage points with their standard error, where there are several seeds."""
    assert row.test_accuracy and other.test_accuracy
    gap = points(mean_accuracy(row) - mean_accuracy(other))
    deviations = [row.test_accuracy.deviation, other.test_accuracy.deviation]
    if None in deviations:
        return f"{gap} points"
    numbers = [len(row.test_accuracy.values), len(other.test_accuracy.values)]
    error = math.sqrt(sum((d or 0) ** 2 / n for d, n in zip(deviations, numbers, strict=True)))
    return f"{gap} ± {points(error)} points"


def points(share: float) -> str:
    """Percentage points; a difference that is not 0 is not written as 0."""
    rounded = fixed(100 * share, 2)
    return plain(100 * share, 1) if share and not float(rounded) else rounded


def mean_accuracy(row: Row) -> float:
    assert row.test_accuracy
    return row.test_accuracy.mean
