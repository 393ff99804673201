"""The section of docs/results.md on compact networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean

from dgviz.comparison.caption import caption
from dgviz.comparison.compact_study import GOALS, SHARES, Shape, shape_of
from dgviz.comparison.exports import COLUMNS, Column, as_markdown
from dgviz.comparison.parts import QUICK, commands_text, difference, mean_accuracy, points
from dgviz.comparison.standing import Standing
from dgviz.comparison.table import Row, rows
from dgviz.data.catalogue import DATASETS
from dgviz.formatting import UNKNOWN, count, fixed
from dgviz.presets import PRESETS
from dgviz.settings import Settings

_TUNING = (
    "The presets' β, learning rate, width, part of training after which the learning rate falls, "
    "teacher and its temperature were chosen by hand, by the validation images; those runs are "
    "not among the measured rows. The controls have the same settings, and the same teacher where "
    "there is one."
)


def compact_section(measured: Sequence[Standing], *, quick: bool) -> str:
    """The table of compact networks with their controls, and which goals were reached."""
    table = compact_rows(measured)
    known = {column.title: column for column in COLUMNS}
    columns = [
        Column("preset", lambda row: f"`{_preset(row)}`"),
        Column("network", _network),
        Column("layers", _layers),
        Column("dense weights", known["kept weights"].text),
        known["test accuracy, %"],
        Column("goal, %", _goal),
        *(known[title] for title in ("validation accuracy, %", "seeds", "parameters")),
    ]
    return "\n\n".join(
        [
            "## Compact networks",
            *([QUICK] if quick else []),
            "Gates for pixels and hidden units leave a smaller dense network, and stop at the "
            "wanted number of weights. Each is beside networks of about as many weights that are "
            "trained in the same way from the start: one that reads all pixels, one of the same "
            "shape, seed by seed, whose pixels are spread evenly over the image, its blank border "
            "included, and not chosen, and such networks of other shapes. Of the "
            f"{len(SHARES)} other shapes, the one with the highest validation accuracy with seed 0 "
            "is trained with all seeds.",
            as_markdown(table, columns).strip(),
            caption(table, columns),
            f"Layers are means over the seeds. {_TUNING}",
            "Goals and controls, by the difference of the means ± its standard error:",
            "\n".join(_standings(table)),
            "The hidden units and the ratio of a checkerboard of the same shape are those that the "
            "gates have left with its seed; the measured rows have them.",
            commands_text(table),
        ]
    )


def compact_rows(measured: Iterable[Standing]) -> list[Row]:
    """One row for each preset, method and shape, by size."""
    return [
        row
        for preset in GOALS
        for row in rows(one for one in measured if one.planned.settings.preset == preset)
    ]


def _preset(row: Row) -> str:
    return row.standings[0].planned.settings.preset


def _network(row: Row) -> str:
    """The method, and for a checkerboard which shape it has."""
    if row.method != "checkerboard":
        return row.title
    return f"{row.title}, {'the same shape' if row.ratio is None else 'another shape'}"


def _layers(row: Row) -> str:
    """The layers of the network, as in 280-205-10; means over the seeds."""
    settings = row.standings[0].planned.settings
    if not row.results:
        return UNKNOWN
    shapes = [shape_of(settings, result) for result in row.results]
    mean = Shape(*(fmean(sizes) for sizes in zip(*shapes, strict=True)))
    classes = len(DATASETS[settings.dataset].classes)
    return f"{count(mean.pixels)}-{count(mean.units)}-{classes}"


def _goal(row: Row) -> str:
    return fixed(100 * GOALS[_preset(row)], 1) if row.method == Settings.method else ""


def _standings(table: Sequence[Row]) -> list[str]:
    """A sentence for each size: whether the goal was reached, and how far the controls are."""
    lines = []
    for preset, goal in GOALS.items():
        of_size = [row for row in table if _preset(row) == preset and row.test_accuracy]
        ours = next((row for row in of_size if row.method == Settings.method), None)
        if ours is None:
            continue
        above = mean_accuracy(ours) - goal
        # A mean is rounded: five accuracies with the sum 4.9 may have a mean just below 0.98.
        reached = "reached" if above > -1e-9 else f"missed by {points(-above)} points"
        controls = [
            f"{_network(row)}, {_apart(ours, row)}"
            for row in of_size
            if row is not ours and row.seeds == ours.seeds
        ]
        lines.append(
            f"- {PRESETS[preset].title}: the goal of {fixed(100 * goal, 1)}% is {reached}. "
            f"The controls: {'; '.join(controls)}."
        )
    return lines


def _apart(ours: Row, other: Row) -> str:
    if mean_accuracy(ours) >= mean_accuracy(other):
        return f"{difference(ours, other)} below"
    return f"{difference(other, ours)} above"
