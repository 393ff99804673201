"""What happened to a compacted network, in the sentences of the command and the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dgviz.compaction.check import LIMIT, LIMIT_FLOAT32, Check
from dgviz.compaction.result import Compaction, Stage
from dgviz.compaction.sizes import DENSE, Size, smallest
from dgviz.formatting import count, counted, fixed, joined, percent, plain

COLUMNS = ("parameters", "of them 0", "MACs", "bytes in memory", "bytes on disk")
"""The titles of the columns of `rows`, after that of the form."""

STAGE_COLUMNS = ("connections once pruned", "validation accuracy")
"""The titles of the columns of `stage_rows`, after that of what was done."""

DEFINITIONS = (
    "Parameters are the weights and biases that a form stores, zeros included; MACs are one for "
    "each stored weight. Bytes are those of its arrays, positions included, and of a safetensors "
    "file with them."
)


MEASURES = {
    "Parameters": "The weights and biases that a form stores. Zeros and padding count, because it "
    "stores them.",
    "MACs": "Multiply-accumulates for one image: one for each stored weight, zeros included.",
    "Bytes on disk": "The size of a safetensors file with the arrays of the form: float32 weights "
    "and biases, and the positions of the weights.",
    "Time": "A call of the fastest program for the form, as measured on a machine.",
}
"""The definition of each measure of a network, by its name."""


def compared(now: float, before: float, less: str = "smaller", more: str = "larger") -> str:
    """A comparison in words: 10, 25 -> "2.5 times smaller"; 2, 2 -> "the same".

    Args:
        now, before: two amounts, not below 0; `before` is not 0.
    """
    if not now:
        return "nothing is left"
    word, factor = (less, before / now) if now <= before else (more, now / before)
    if factor == 1:
        return "the same"
    if factor < 1.05:
        return f"{plain(100 * (factor - 1), 2)}% {word}"
    return f"{fixed(factor, 1) if factor < 9.95 else count(factor)} times {word}"


def widths(of: tuple[int, ...]) -> str:
    """(784, 256, 10) -> "784-256-10"."""
    return "-".join(map(str, of))


def change(made: Compaction) -> str:
    """What was removed, in one or two sentences."""
    before, after = made.gated.widths, made.network.widths
    pixels, units = before[0] - after[0], sum(before[1:-1]) - sum(after[1:-1])
    removed = [
        f"{count(gone)} of {counted(all_of_them, noun)}"
        for gone, all_of_them, noun in (
            (pixels, before[0], "input"),
            (units, sum(before[1:-1]), "hidden unit"),
        )
        if gone
    ]
    if made.gated.connections == sum(layer.weight.size for layer in made.gated.layers):
        return (
            f"{widths(before)} stays as it is: all its connections are active. Train with gates, "
            "or with another sparse method, to have some to remove."
        )
    if not removed:
        return f"{widths(before)} stays as it is: every input and every hidden unit is used."
    verb = "is" if pixels + units == 1 else "are"
    text = f"{widths(before)} becomes {widths(after)}: {joined(removed)} {verb} removed."
    if made.network.connections:
        return text
    return f"{text} No connection is active, so its logits are the same for every image."


def rows(sizes: Mapping[str, Size]) -> list[tuple[str, ...]]:
    """A row of texts for each form: its name, and a text for each of `COLUMNS`."""
    return [
        (name, *map(count, (of.parameters, of.zeros, of.macs, of.memory, of.disk)))
        for name, of in sizes.items()
    ]


def stage_rows(stages: Sequence[Stage]) -> list[tuple[str, ...]]:
    """A row of texts for each stage: its title, and a text for each of `STAGE_COLUMNS`.

    Not the test accuracy: steps are chosen by these rows.
    """
    return [
        (
            stage.title,
            count(stage.pruned_connections),
            percent(stage.validation_accuracy),
        )
        for stage in stages
    ]


def smallest_text(sizes: Mapping[str, Size]) -> str:
    """Which form takes least memory, as a sentence."""
    name = smallest(sizes)
    if name == DENSE:
        return "No form takes less memory than the dense network."
    least, dense = count(sizes[name].memory), count(sizes[DENSE].memory)
    return f'"{name}" takes least memory: {least} of the dense network\'s {dense} bytes.'


def check_text(found: Check) -> str:
    """What the check found, in a few sentences."""
    verdict = "the same" if found.passed else "not the same"
    different = counted(found.different_predictions, "prediction")
    verb = "differs" if found.different_predictions == 1 else "differ"
    exact, rounded = (
        f"{difference / found.scale:.1e} ({limit:.0e} is accepted)"
        for difference, limit in (
            (found.difference, LIMIT),
            (found.difference_float32, LIMIT_FLOAT32),
        )
    )
    return (
        f"Checked on {counted(found.images, 'test image')}: the logits are {verdict} as before. As "
        f"parts of the largest logit, they differ by at most {exact} in float64, and by {rounded} "
        f"in float32, where sums in another order are rounded differently. {different} {verb}."
    )
