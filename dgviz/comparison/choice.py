"""The smallest network that is accurate enough: chosen on validation, reported on test."""

from __future__ import annotations

from collections.abc import Sequence

from dgviz.comparison.table import Row
from dgviz.formatting import count, percent


def fewest_weights(rows: Sequence[Row], accuracy: float) -> Row | None:
    """The row with the fewest kept weights whose mean validation accuracy is at least `accuracy`.

    The test accuracy is not looked at, because a network that is chosen by it looks better than it
    is. A row with a seed that diverged is never chosen.

    Args:
        accuracy: a fraction.
    """
    enough = [
        row
        for row in rows
        if not row.diverged
        and row.kept_weights
        and row.validation_accuracy
        and row.validation_accuracy.mean >= accuracy
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
            f"{percent(row.validation_accuracy.mean)}.{tested}"
        )
    known = [row for row in rows if row.validation_accuracy and not row.diverged]
    if not known:
        return "No run has finished with an accuracy on validation images."
    best = max(known, key=lambda row: row.validation_accuracy.mean)  # type: ignore[union-attr]
    assert best.validation_accuracy
    return (
        f"None reaches {percent(accuracy)} on the validation images. The highest accuracy there is "
        f"{percent(best.validation_accuracy.mean)}, of {best.title}."
    )


def _order(row: Row) -> tuple[float, float]:
    assert row.kept_weights and row.validation_accuracy
    return row.kept_weights.mean, -row.validation_accuracy.mean
