"""The table of a comparison as CSV, LaTeX and Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from dgviz.comparison.table import Row, Spread
from dgviz.formatting import UNKNOWN, count, fixed, ratio
from dgviz.runs.spreadsheets import plain_cell


class Column(NamedTuple):
    """A column of the table for people.

    Attributes:
        title: its head, with the unit.
        text: the cell of a row; "–" where nothing is known.
    """

    title: str
    text: Callable[[Row], str]


def _accuracy(spread: Spread | None) -> str:
    if spread is None:
        return UNKNOWN
    deviation = "" if spread.deviation is None else f" ± {fixed(100 * spread.deviation, 2)}"
    return f"{fixed(100 * spread.mean, 2)}{deviation}"


def _counted(spread: Spread | None) -> str:
    return UNKNOWN if spread is None else count(spread.mean)


def _seconds(spread: Spread | None) -> str:
    if spread is None or spread.mean >= 9.95:
        return _counted(spread)
    return fixed(spread.mean, 1)


def _kept(spread: Spread | None) -> str:
    if spread is None or spread.low == spread.high:
        return _counted(spread)
    return f"{count(spread.mean)} ({count(spread.low)}–{count(spread.high)})"


def seeds_text(row: Row) -> str:
    """The number of seeds with a result, and why others have none: "2 of 3, 1 diverged"."""
    planned, finished = len(row.standings), len(row.seeds)
    text = f"{finished}" if finished == planned else f"{finished} of {planned}"
    if row.unmeasured:
        text += f", {row.unmeasured} without figures"
    return f"{text}, {row.diverged} diverged" if row.diverged else text


def _wanted(row: Row) -> str:
    """The wanted ratio, and the reached one if that is far from it: "0.05 (reached 0.035)"."""
    if row.ratio is None:
        return UNKNOWN
    return f"{row.ratio:g}" + ("" if row.missed is None else f" (reached {ratio(row.missed)})")


COLUMNS: tuple[Column, ...] = (
    Column("method", lambda row: row.title),
    Column("test accuracy, %", lambda row: _accuracy(row.test_accuracy)),
    Column("kept weights", lambda row: _kept(row.kept_weights)),
    Column("wanted r", _wanted),
    Column(
        "active ratio r", lambda row: ratio(row.active_ratio.mean if row.active_ratio else None)
    ),
    Column("seeds", seeds_text),
    Column("validation accuracy, %", lambda row: _accuracy(row.validation_accuracy)),
    Column("MACs an image", lambda row: _counted(row.macs)),
    Column("parameters", lambda row: _counted(row.parameters)),
    Column("bytes", lambda row: _counted(row.bytes)),
    Column("epochs", lambda row: count(row.epochs)),
    Column("seconds", lambda row: _seconds(row.seconds)),
)
"""The columns of the table for people, in LaTeX and in Markdown."""

_FIGURES = (
    "test_accuracy",
    "validation_accuracy",
    "kept_weights",
    "active_ratio",
    "macs",
    "parameters",
    "bytes",
    "seconds",
)


def as_csv(rows: Iterable[Row]) -> str:
    """All figures with all digits: mean, sd, min and max of each; accuracies as fractions."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    measures = [f"{name}_{kind}" for name in _FIGURES for kind in ("mean", "sd", "min", "max")]
    writer.writerow(
        [
            "method",
            "wanted_ratio",
            "seeds",
            "diverged",
            *measures,
            "epochs",
            "steps",
            "seed_numbers",
            "runs",
        ]
    )
    for row in rows:
        cells: list[object] = [plain_cell(row.method), row.ratio]
        cells += [len(row.seeds), row.diverged]
        for name in _FIGURES:
            spread: Spread | None = getattr(row, name)
            if spread is None:
                cells += [None] * 4
            else:
                cells += [spread.mean, spread.deviation, spread.low, spread.high]
        numbers = " ".join(map(str, row.seeds))
        writer.writerow([*cells, row.epochs, row.steps, numbers, " ".join(row.run_ids)])
    return file.getvalue()


def as_markdown(rows: Iterable[Row], columns: Sequence[Column] = COLUMNS) -> str:
    """The table in Markdown."""
    lines = [[column.title for column in columns], ["---"] * len(columns)]
    lines += [[column.text(row).replace("|", "\\|") for column in columns] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def as_latex(rows: Iterable[Row], caption: str = "", columns: Sequence[Column] = COLUMNS) -> str:
    """The table in LaTeX: in small type, and shrunk where it would be wider than the text."""

    def line(cells: Iterable[str]) -> str:
        return rf"{' & '.join(map(latex, cells))} \\"

    lines = [
        r"% This table needs \usepackage{booktabs} and \usepackage{graphicx}.",
        r"% On a page with two columns, write table* for table.",
        r"\begin{table}",
        r"\centering",
        r"\footnotesize",
        r"\setlength{\tabcolsep}{3pt}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        r"\begin{tabular}{l" + "r" * (len(columns) - 1) + "}",
        r"\toprule",
        *map(line, _heads(columns)),
        r"\midrule",
        *(line(column.text(row) for column in columns) for row in rows),
        r"\bottomrule",
        r"\end{tabular}}",
        *([rf"\caption{{{latex(caption)}}}"] if caption else []),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _heads(columns: Sequence[Column]) -> list[list[str]]:
    """The heads on two lines, because numbers are narrower than words; a single word is below."""
    halves = [column.title.partition(" ") for column in columns]
    above = [first if rest else "" for first, _, rest in halves]
    below = [rest or first for first, _, rest in halves]
    return [above, below]


def latex(text: str) -> str:
    """Text in LaTeX, with all that it would read as a command escaped.

    A character outside ASCII and without an entry in the table below becomes a question mark:
    LaTeX refuses many of them, and a processor's name may have any.
    """
    known = ((sign, sign.isascii() and sign.isprintable()) for sign in text)
    return "".join(_LATEX.get(sign, sign if is_plain else "?") for sign, is_plain in known)


_LATEX = {sign: f"\\{sign}" for sign in "{}$&#%_"} | {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    "±": r"$\pm$",
    "–": "--",
    "β": r"$\beta$",
    "τ": r"$\tau$",
    "−": "$-$",
    "×": r"$\times$",
    "\N{NO-BREAK SPACE}": "~",
}
