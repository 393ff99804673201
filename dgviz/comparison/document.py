"""docs/results.md, made from the measured rows of all studies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dgviz.comparison.anchors import ANCHORS
from dgviz.comparison.caption import caption, network
from dgviz.comparison.compact_section import compact_section
from dgviz.comparison.exports import COLUMNS, Column, as_markdown
from dgviz.comparison.fairness import common_helps, unfairness
from dgviz.comparison.figure import DESCRIPTION, error_figure
from dgviz.comparison.measured_rows import RowsError, read
from dgviz.comparison.parts import QUICK, commands_text, difference, mean_accuracy
from dgviz.comparison.standing import Standing
from dgviz.comparison.studies import AIM, CORRECTIONS, LEAST_SHARE, TRIES, wanted_weights
from dgviz.comparison.table import NEAR_ENOUGH, Row, near_enough, rows
from dgviz.formatting import UNKNOWN, count, fixed, joined
from dgviz.methods.catalogue import METHODS
from dgviz.runs.courses import value_text
from dgviz.settings import KNOBS, Settings

_TITLE = """# Results

Written by `python -m dgviz study` from its measured rows. Every accuracy is that after the last
epoch, and nothing was chosen by the test images."""

FIGURE = "rivals.svg"
"""The figure's name in the folder of the rows."""

_PAPER_COLUMNS = {
    "test accuracy, %": "accuracy",
    "active ratio r": "ratio",
    "MACs an image": "macs",
    "parameters": "parameters",
}
"""The columns that have the paper's own figure beside them, and its name in the catalogue."""

_PAPER_NETWORK = network(Settings())


def results(folder: Path) -> str:
    """The document in Markdown, from the rows in a folder; quick rows count until there are others.

    Raises:
        RowsError: there are no rows, or a file of them cannot be read.
    """
    paper, quick_paper = _rows(folder, "paper")
    rivals, quick_rivals = _rows(folder, "rivals")
    compact, quick_compact = _rows(folder, "compact")
    tuning = read(folder / "quick" / "tuning.jsonl" if quick_rivals else folder / "tuning.jsonl")
    sections = []
    if paper:
        sections.append(paper_section(paper, quick=quick_paper))
    if rivals:
        path = f"{folder.name}/{FIGURE}" if figure(folder) else ""
        sections.append(rivals_section(tuning, rivals, path, quick=quick_rivals))
    if compact:
        sections.append(compact_section(compact, quick=quick_compact))
    if not sections:
        raise RowsError(f"There are no measured rows in {folder}: run a study first.")
    return "\n\n".join([f"{_TITLE}", *sections]) + "\n"


def figure(folder: Path) -> str | None:
    """The figure of the rivals as SVG, from the same rows; None if no run of them has finished.

    Raises:
        RowsError: a file of rows cannot be read.
    """
    table = rows(_rows(folder, "rivals")[0])
    return error_figure(table) if any(row.kept_weights for row in table) else None


def _rows(folder: Path, study: str) -> tuple[list[Standing], bool]:
    """The rows of a study, and whether they are quick ones."""
    name = f"{study}.jsonl"
    if rows := read(folder / name):
        return rows, False
    return read(folder / "quick" / name), True


def paper_section(measured: Sequence[Standing], *, quick: bool) -> str:
    """The paper's table: every figure beside the paper's own."""
    table, columns = rows(measured), _beside_the_paper()
    name = _network_of(measured)
    return "\n\n".join(
        [
            f"## The paper's table, network {name}",
            *([QUICK] if quick else []),
            *([] if name == _PAPER_NETWORK else [_other_network(name)]),
            as_markdown(table, columns).strip(),
            caption(table, columns),
            "The paper says little of how it measured: no number of seeds, no spread, and no β. A "
            "validation split is held out here, so the networks are trained on fewer images than "
            "its 60,000.",
            commands_text(table),
        ]
    )


def rivals_section(
    tuning: Sequence[Standing], measured: Sequence[Standing], figure: str, *, quick: bool
) -> str:
    """The table of all sparse methods, how they were tuned, and which is best where.

    Args:
        figure: its path, relative to the document; "" if there is none.
    """
    table = rows(measured)
    settings = [one.planned.settings for one in measured]
    unfair = [f"- {sentence}" for sentence in unfairness(settings)]
    return "\n\n".join(
        [
            f"## Rivals, network {_network_of(measured)}",
            *([QUICK] if quick else []),
            *([f"![{DESCRIPTION}]({figure})"] if figure else []),
            as_markdown(table).strip(),
            caption(table),
            _common_text(settings),
            _tuning_text(tuning),
            _tries(tuning),
            *_winners(table),
            *(["Not the same for all:", "\n".join(unfair)] if unfair else []),
            "Published results, with their numbers in the figure. They were trained in other ways, "
            "and most are of other networks, so only weights and accuracies compare:",
            _published(),
            commands_text(table),
        ]
    )


def _published() -> str:
    """The table of published results."""
    lines = [
        "| | method | network | kept weights | test accuracy, % | source | remark |",
        "| --- " * 7 + "|",
    ]
    for number, one in enumerate(ANCHORS, start=1):
        accuracy = fixed(100 * one.accuracy, 2)
        cells = [f"{number}", one.name, one.network, count(one.kept_weights), accuracy]
        lines.append(f"| {' | '.join([*cells, one.source, one.note])} |")
    return "\n".join(lines)


def _network_of(measured: Sequence[Standing]) -> str:
    """The network of a study: all its runs have the same."""
    return network(measured[0].planned.settings)


def _other_network(name: str) -> str:
    return (
        f"**The paper's figures are for {_PAPER_NETWORK}, and the measured ones for {name}: "
        "numbers of weights and of MACs do not compare.**"
    )


def _beside_the_paper() -> list[Column]:
    known = {column.title: column for column in COLUMNS}
    known["MACs an image"] = Column("MACs an image", _macs)
    columns = [known["method"], known["seeds"]]
    for title, name in _PAPER_COLUMNS.items():
        columns += [known[title], Column("the paper", _reported(name))]
    return columns


def _macs(row: Row) -> str:
    """MACs as the paper gives them, as a share of those of the dense network."""
    if row.macs is None:
        return UNKNOWN
    dense = row.standings[0].planned.settings.dense_weights
    return f"{count(row.macs.mean)}, {fixed(100 * row.macs.mean / dense, 1)}% of dense"


def _reported(name: str) -> Callable[[Row], str]:
    def text(row: Row) -> str:
        return (METHODS[row.method].reported or {}).get(name, UNKNOWN)

    return text


def _tuning_text(tuning: Sequence[Standing]) -> str:
    epochs = sorted({one.planned.settings.epochs for one in tuning})
    diverged = sum(one.diverged for one in tuning)
    return (
        f"Each sparse method was tuned at each ratio with {TRIES} runs of "
        f"{joined(map(str, epochs))} epoch{'' if epochs == [1] else 's'} with seed 0: its starting "
        "values, and two changes of them. The run with the highest accuracy "
        f"on the validation images was taken, of those with {LEAST_SHARE:g} to {NEAR_ENOUGH:g} "
        "times the wanted number of weights; if there was none, the one with the nearest number. "
        f"{diverged or 'None'} of the {len(tuning)} tuning runs diverged. Dense and dropout were "
        "not tuned. A method with a penalty reaches a ratio only roughly. Where it missed the "
        f"number of weights by a factor of more than {AIM:g} with seed 0, its β was corrected, up "
        f"to {count(CORRECTIONS)} times. Compare the kept weights. Several runs trained at the "
        "same time, so seconds compare only roughly, too."
    )


def _common_text(settings: Sequence[Settings]) -> str:
    """What all rows get, and which methods have none."""
    shown = {one.method for one in settings}
    others = joined(spec.title for name, spec in METHODS.items() if name not in shown)
    return (
        f"{common_helps(settings)} So the accuracy of the dense network is not that of the paper's "
        "table, whose preset has other settings. Methods whose ratio of active connections cannot "
        f"be chosen have no row: {others}."
    )


def _tries(tuning: Sequence[Standing]) -> str:
    """A list of the changes that were tried, in the order of the catalogue."""
    titles: dict[str, list[str]] = {}
    for name in dict.fromkeys(one.planned.method for one in tuning):
        spec = METHODS[name]
        changes = [_change_text(change) for change in spec.tuning[: TRIES - 1]]
        titles.setdefault(" or ".join(changes), []).append(spec.title)
    lines = [f"- {joined(methods)}: {changes}" for changes, methods in titles.items()]
    return "\n".join(["The changes that were tried:", "", *lines])


def _change_text(change: Mapping[str, Any]) -> str:
    return joined(f"{KNOBS[name].title} {value_text(KNOBS[name], x)}" for name, x in change.items())


def _winners(table: Sequence[Row]) -> list[str]:
    """For each wanted ratio, a sentence on the most accurate method and DynamicGate-MLP."""
    ratios = dict.fromkeys(row.ratio for row in table if row.ratio is not None)
    lines = []
    for ratio in ratios:
        at = [row for row in table if row.ratio == ratio and row.test_accuracy]
        ours = next((row for row in at if row.method == Settings.method), None)
        if ours is None:
            continue
        rivals = [row for row in at if row is not ours]
        better = sorted(
            (row for row in rivals if mean_accuracy(row) > mean_accuracy(ours)), key=mean_accuracy
        )[::-1]
        nearest = max(rivals, key=mean_accuracy, default=None)
        lines.append(f"- r {ratio:g}: {_standing_text(ours, better, nearest)}")
    if not lines:
        return []
    several = any(row.test_accuracy and row.test_accuracy.deviation is not None for row in table)
    error = ", by the difference of the means ± its standard error" if several else ""
    return [f"Which rivals are more accurate on the test images{error}:", "\n".join(lines)]


def _standing_text(ours: Row, better: Sequence[Row], nearest: Row | None) -> str:
    """Those that are better; if there are none, the one that is nearest."""
    own = f"{ours.title}, which has {_weights(ours)}"
    if better:
        names = [f"{row.title} by {difference(row, ours)} with {_weights(row)}" for row in better]
        return f"compared with {own}: {'; '.join(names)}."
    if nearest is None:
        return f"none is more accurate than {own}."
    below = f"{nearest.title}, {difference(ours, nearest)} below, with {_weights(nearest)}"
    return f"none is more accurate than {own}; the nearest is {below}."


def _weights(row: Row) -> str:
    """The kept weights, and whether they are more or fewer than wanted."""
    if row.kept_weights is None:
        return "an unknown number of weights"
    times = row.kept_weights.mean / wanted_weights(row.standings[0].planned)
    remark = "" if near_enough(times) else f" ({'more' if times > 1 else 'fewer'} than wanted)"
    return f"{count(row.kept_weights.mean)} weights{remark}"
