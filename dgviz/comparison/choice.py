"""The smallest network that is accurate enough: chosen on validation, reported on test."""

from __future__ import annotations

from collections.abc import Sequence

from dgviz.comparison.table import Row
from dgviz.formatting import count, fixed, percent

_TOLERANCE = 1e-9
"""Of an accuracy: a mean that equals the wanted one may differ from it in its last digits."""


def fewest_weights(rows: Sequence[Row], accuracy: float) -> Row | None:
    """The row with the fewest kept weights whose mean validation accuracy is at least `accuracy`.

    The test accuracy is not looked at, because a network that is chosen by it looks better than it
    is. A row with a seed that diverged is never chosen. One whose other seeds are still to come is.

    Args:
        accuracy: a fraction.
    """
    enough = [
        row
        for row in rows
        if not row.diverged
        and row.kept_weights
        and row.validation_accuracy
        and row.validation_accuracy.mean >= accuracy - _TOLERANCE
    ]
    # Of equal numbers of weights the more accurate one.
    return min(enough, key=_order, default=None)


def choice_text(rows: Sequence[Row], accuracy: float) -> str:
    """The answer in one or two sentences, also if no row is accurate enough."""
    row = fewest_weights(rows, accuracy)
    if row is not None:
        assert row.kept_weights and row.validation_accuracy
        tested = ""
        if row.test_accuracy:
            tested = f" On the test images it reaches {percent(row.test_accuracy.mean)}."
        at = "" if row.ratio is None else f" at r {row.ratio:g}"
        return (
            f"{row.title}{at} has the fewest weights, {count(row.kept_weights.mean)}, of those "
            f"that reach {percent(accuracy)} on the validation images: there it reaches "
            f"{percent(row.validation_accuracy.mean)}.{tested}{_seeds(row)}"
        )
    known = [row for row in rows if row.validation_accuracy and not row.diverged]
    if not known:
        return "No run has finished with an accuracy on validation images."
    best = max(known, key=lambda row: row.validation_accuracy.mean)  # type: ignore[union-attr]
    assert best.validation_accuracy
    wanted, reached = _apart(accuracy, best.validation_accuracy.mean)
    return (
        f"None reaches {wanted} on the validation images. The highest accuracy there is "
        f"{reached} ({best.title}).{_seeds(best)}"
    )


def _seeds(row: Row) -> str:
    """A sentence if the accuracy is not yet that of all seeds, with a space before it."""
    known, planned = len(row.seeds), len(row.standings)
    if known == planned:
        return ""
    return f" So far {known} of its {planned} seeds {'has' if known == 1 else 'have'} a result."


def _apart(first: float, second: float) -> tuple[str, str]:
    """Two different fractions in percent, with as many decimals as it takes to tell them apart."""
    digits = 2
    while fixed(100 * first, digits) == fixed(100 * second, digits):
        digits += 1
    return f"{fixed(100 * first, digits)}%", f"{fixed(100 * second, digits)}%"


def _order(row: Row) -> tuple[float, float]:
    assert row.kept_weights and row.validation_accuracy
    return row.kept_weights.mean, -row.validation_accuracy.mean
