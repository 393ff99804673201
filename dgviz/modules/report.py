"""How large the layers of a module are before and after compacting, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dgviz.formatting import count, percent

_COLUMNS = ("layer", "width", "parameters", "of them 0", "MACs")


@dataclass(frozen=True)
class Size:
    """The size of a layer, or of a module.

    Attributes:
        inputs, outputs: its width; both 0 for a module.
        parameters: weights and biases, zeros included.
        weights: weights alone.
        zeros: how many of the weights are exactly 0.
        macs: multiply-accumulates for the example: one for each weight at each place where it is
            used, zeros included. Additions of biases, and products without weights as in
            attention, do not count. None if the module does not call the layer.
    """

    inputs: int
    outputs: int
    parameters: int
    weights: int
    zeros: int
    macs: int | None


@dataclass(frozen=True)
class Report:
    """What `dgviz.compact` changed.

    Attributes:
        before: the size of each layer with closed weights as zeros, by its name: of each Linear,
            Conv2d and MultiheadAttention layer.
        after: the same of the compacted module.
        total_before, total_after: of the module, with all its parameters; MACs are those of the
            layers above.
        stays: sentences on what could not be removed, with the names of layers and the reasons.
        difference: the largest difference of two outputs for the example, as a part of the largest
            absolute value of its tensor.
    """

    before: Mapping[str, Size]
    after: Mapping[str, Size]
    total_before: Size
    total_after: Size
    stays: Sequence[str]
    difference: float

    def __str__(self) -> str:
        """A table, and the sentences."""
        rows = [_row(name, size, self.after[name]) for name, size in self.before.items()]
        rows.append(_row("all", self.total_before, self.total_after))
        table = [_COLUMNS, *rows]
        widths = [max(len(row[i]) for row in table) for i in range(len(_COLUMNS))]
        lines = [
            "  ".join([name.ljust(widths[0]), *map(str.rjust, cells, widths[1:])])
            for name, *cells in table
        ]
        lines += self.stays
        share = self.total_after.parameters / self.total_before.parameters
        lines.append(
            f"{percent(share)} of the parameters are left. The outputs for the example differ by "
            f"at most {self.difference:.1e} of the largest one."
        )
        return "\n".join(lines)


def _row(name: str, before: Size, after: Size) -> tuple[str, ...]:
    shapes = [f"{size.inputs}×{size.outputs}" if size.outputs else "" for size in (before, after)]
    return (
        name or "(itself)",
        _change(*shapes),
        _change(count(before.parameters), count(after.parameters)),
        _change(count(before.zeros), count(after.zeros)),
        _change(count(before.macs), count(after.macs)),
    )


def _change(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"
