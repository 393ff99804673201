"""The figure of docs/results.md: test error over kept weights, beside published results."""

from __future__ import annotations

from collections.abc import Sequence

from dgviz.charts import ErrorLine, ErrorPoint, error_by_weights, svg
from dgviz.comparison.anchors import ANCHORS
from dgviz.comparison.table import Row
from dgviz.methods.catalogue import METHODS

DESCRIPTION = (
    "Test error over kept weights, both on logarithmic scales: a line for each method, and "
    "published results as numbered marks"
)


def error_figure(table: Sequence[Row]) -> str:
    """An SVG drawing of the rows of which a run has finished; at least one has to."""
    lines = []
    for number, name in enumerate(METHODS):
        points = [point for row in table if row.method == name and (point := _point(row))]
        if points:
            lines.append(ErrorLine(METHODS[name].title, number, points))
    published = [ErrorPoint(anchor.kept_weights, 100 * (1 - anchor.accuracy)) for anchor in ANCHORS]
    return svg(error_by_weights(lines, published), DESCRIPTION, width=760)


def _point(row: Row) -> ErrorPoint | None:
    weights, accuracy = row.kept_weights, row.test_accuracy
    if weights is None or accuracy is None or not weights.mean:
        return None
    error = max(100 * (1 - accuracy.mean), 0.01)
    return ErrorPoint(weights.mean, error, 100 * (accuracy.deviation or 0.0))
