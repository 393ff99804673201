"""`python -m dgviz study`: measures the tables of docs/results.md, in as many sessions as it takes.

Each run is an ordinary recorded run, so a study that was stopped goes on, and repeats nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import dgviz
from dgviz import environment
from dgviz.cli.parser import Failure, whole_number
from dgviz.cli.runs import add_runs_option, open_store
from dgviz.settings import COMMON

if TYPE_CHECKING:
    from dgviz.comparison.standing import Standing
    from dgviz.comparison.studies import Size

SUMMARY = "Measure the tables of docs/results.md: the paper's, its rivals', and compact networks."

_CLONE = Path(dgviz.__file__).parents[1]
_MOST_JOBS = 256


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action=lambda arguments: parser.print_help())
    actions = parser.add_subparsers(title="studies", metavar="STUDY")
    for name, work, help in (
        ("paper", _paper, "The paper's table: dense, dropout and DynamicGate-MLP."),
        ("rivals", _rivals, "Every sparse method at four ratios, tuned on the validation images."),
        ("compact", _compact, "Compact networks of three sizes, each beside three controls."),
        ("report", _report, "Write the document again from the measured rows, without training."),
    ):
        action = actions.add_parser(name, help=help, description=help, allow_abbrev=False)
        action.set_defaults(action=work)
        action.add_argument(
            "--out",
            metavar="FILE.md",
            type=Path,
            help="The document. The measured rows are in a folder beside it, of the same name "
            "without .md. Default: docs/results.md in a clone.",
        )
        if name != "report":
            _add_size(action, hidden=name != "compact")
            add_runs_option(action)


def _add_size(action: argparse.ArgumentParser, *, hidden: bool) -> None:
    """Add the options of how much is trained.

    Args:
        hidden: whether the width can be chosen; otherwise it is that of the presets.
    """
    action.add_argument(
        "--quick",
        action="store_true",
        help="Few epochs and one seed: minutes instead of hours. Its rows are kept apart, and are "
        "shown, with a remark, until there are others.",
    )
    seeds = "Number of seeds, which are 0, 1 and so on; default 3 (compact: 5), or 1 with --quick."
    for flag, help in (
        ("--epochs", "Epochs of each run; default 50, or 3 with --quick."),
        ("--seeds", seeds),
        *([("--hidden", "Width of the hidden layer; default 256.")] if hidden else []),
        ("--jobs", "Runs trained at once, each with one thread; default one for each core."),
    ):
        action.add_argument(flag, metavar="N", help=help)


def run(arguments: argparse.Namespace) -> None:
    """Run the chosen study.

    Raises:
        SettingsError: an option is not accepted.
        Failure: an option is not accepted, a run failed, or a file cannot be read or written.
        Interrupted: a signal stopped the study; the same command goes on.
    """
    arguments.action(arguments)


def _paper(arguments: argparse.Namespace) -> None:
    from dgviz.cli.training_queue import train_all
    from dgviz.comparison.studies import paper_runs

    document, size, jobs = _document(arguments), _size(arguments), _jobs(arguments)
    store = open_store(arguments.runs, may_be_new=True)
    rows = {"paper": train_all(store, paper_runs(size), jobs)}
    _save(document, rows, quick=arguments.quick)


def _rivals(arguments: argparse.Namespace) -> None:
    from dgviz.cli.training_queue import train_all
    from dgviz.comparison.studies import CORRECTIONS, rival_runs, tuning_runs

    document, size, jobs = _document(arguments), _size(arguments), _jobs(arguments)
    store = open_store(arguments.runs, may_be_new=True)
    tuning = train_all(store, tuning_runs(size), jobs)
    first: list[Standing] = []
    for _ in range(CORRECTIONS):
        first = train_all(store, rival_runs(replace(size, seeds=1), tuning, first), jobs)
    rivals = train_all(store, rival_runs(size, tuning, first), jobs)
    _save(document, {"tuning": tuning, "rivals": rivals}, quick=arguments.quick)


def _compact(arguments: argparse.Namespace) -> None:
    from dgviz.cli.training_queue import train_all
    from dgviz.comparison.compact_study import (
        SEEDS,
        best_shape_runs,
        control_runs,
        gated_runs,
        shape_tries,
    )

    document, jobs = _document(arguments), _jobs(arguments)
    size = _size(arguments)
    if not arguments.quick and arguments.seeds is None:
        size = replace(size, seeds=SEEDS)
    store = open_store(arguments.runs, may_be_new=True)
    gated = train_all(store, gated_runs(size), jobs)
    controls = train_all(store, control_runs(gated), jobs)
    tries = train_all(store, shape_tries(size), jobs)
    best = train_all(store, best_shape_runs(size, tries), jobs)
    # The best tries are among the runs of all seeds.
    others = [one for one in tries if one.planned not in [run.planned for run in best]]
    _save(document, {"compact": [*gated, *controls, *best, *others]}, quick=arguments.quick)


def _report(arguments: argparse.Namespace) -> None:
    _save(_document(arguments), {}, quick=False)


def _document(arguments: argparse.Namespace) -> Path:
    """The path of the document.

    Raises:
        Failure: there is no default, or the path does not end in .md.
    """
    path: Path | None = arguments.out
    if path is None and (_CLONE / "docs" / "runs.md").is_file():
        return _CLONE / "docs" / "results.md"
    if path is None or path.suffix != ".md":
        raise Failure("Name the document with --out FILE.md.", 2)
    return path


def _size(arguments: argparse.Namespace) -> Size:
    from dgviz.comparison.plan import MOST_SEEDS
    from dgviz.comparison.studies import FULL, QUICK

    size = QUICK if arguments.quick else FULL
    if arguments.epochs is not None:
        size = replace(size, epochs=COMMON["epochs"].check(arguments.epochs))
    if getattr(arguments, "hidden", None) is not None:
        size = replace(size, hidden=COMMON["hidden"].check(arguments.hidden))
    if arguments.seeds is not None:
        size = replace(size, seeds=whole_number("--seeds", arguments.seeds, MOST_SEEDS))
    return size


def _jobs(arguments: argparse.Namespace) -> int:
    if arguments.jobs is None:
        return environment.cores()
    return whole_number("--jobs", arguments.jobs, _MOST_JOBS)


def _save(document: Path, measured: Mapping[str, Sequence[Standing]], *, quick: bool) -> None:
    """Keep measured rows by their study, and write the document from all that are kept.

    Raises:
        Failure: there are no rows, or a file cannot be read or written.
    """
    from dgviz.comparison import measured_rows
    from dgviz.comparison.document import FIGURE, figure, results
    from dgviz.runs.files import write_whole

    folder = document.with_suffix("")
    try:
        for name, rows in measured.items():
            measured_rows.write((folder / "quick" if quick else folder) / f"{name}.jsonl", rows)
        text = results(folder)
        if drawn := figure(folder):
            write_whole(folder / FIGURE, drawn.encode())
        else:
            (folder / FIGURE).unlink(missing_ok=True)
        write_whole(document, text.encode())
    except measured_rows.RowsError as problem:
        raise Failure(str(problem), 1) from problem
    except OSError as problem:
        raise Failure(f"{document} could not be written: {problem.strerror}.", 1) from problem
    print(f"Written: {document}")
    if quick and any((folder / f"{name}.jsonl").is_file() for name in measured):
        print(
            f"It shows the rows that were there before; those of this study are in {folder}/quick."
        )
