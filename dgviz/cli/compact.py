"""`python -m dgviz compact`: the network of a run without its dead units and unused pixels."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dgviz.cli.output import aligned, check_target, write_target
from dgviz.cli.parser import Failure
from dgviz.cli.progress import share_bar
from dgviz.cli.recipe import add_recipe_arguments, recipe_of
from dgviz.cli.runs import add_runs_option, find, open_store
from dgviz.compaction.exports.formats import FORMATS, ExportError, Format
from dgviz.formatting import percent, plain, threshold

if TYPE_CHECKING:
    from dgviz.compaction.recipe import Recipe
    from dgviz.compaction.result import Compaction
    from dgviz.runs.record import Record

SUMMARY = "Remove what a run's network never uses, and show what is left."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", metavar="RUN", help="A run's id, or the first four digits of it or more."
    )
    add_recipe_arguments(parser)
    parser.add_argument(
        "--export",
        metavar="FORMAT",
        choices=FORMATS,
        help="Write the network for other programs, in a zip with a model card: "
        f"{', '.join(FORMATS)}.",
    )
    parser.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        type=Path,
        help="The zip; default RUN-FORMAT.zip, with the flags above in between.",
    )
    parser.add_argument("--force", action="store_true", help="Overwrite the zip.")
    add_runs_option(parser)
    parser.add_argument(
        "--json", action="store_true", help="Print the sizes and the check as one line of JSON."
    )


def run(arguments: argparse.Namespace) -> None:
    """Compact the network of a run, print what came out, and export it if that is wanted.

    Raises:
        DataError: the data set cannot be loaded.
        SettingsError: a part of the recipe is not accepted.
        Failure: with code 2 if there is no such run or the file cannot have that name, 1 if the run
            cannot be compacted or exported, or if the logits are not the same.
    """
    recipe = recipe_of(arguments)
    # The store is imported before torch, so that a mistyped run fails at once.
    from dgviz.compaction.result import obstacle
    from dgviz.runs.contents import RunsError
    from dgviz.runs.missed import missed_by

    record = find(open_store(arguments.runs), arguments.run)
    if problem := obstacle(record, recipe):
        raise Failure(problem, 1)
    target = _target(arguments, record, recipe)

    from dgviz.compaction.recorded import compact_run

    try:
        with share_bar("fine-tuning" if recipe.epochs else "compacting") as report:
            made = compact_run(record.folder, recipe, report)
    except RunsError as failed:
        raise Failure(str(failed), 1) from failed
    if arguments.json:
        print(json.dumps(made.as_dict(), allow_nan=False))
    else:
        print(_as_text(made, record.title, missed_by(record)))
    if not made.check.passed:
        raise Failure("The compact network is not the gated one: do not use it.", 1)
    if target:
        said = _export(record, made, FORMATS[arguments.export], target)
        print(said, file=sys.stderr if arguments.json else sys.stdout)


def _target(arguments: argparse.Namespace, record: Record, recipe: Recipe) -> Path | None:
    """The file to export to, checked; None if nothing is to be exported.

    Raises:
        Failure: the file or the format cannot be written.
    """
    if not arguments.export:
        if arguments.out or arguments.force:
            raise Failure(f"Name a format too: --export {'|'.join(FORMATS)}.", 2)
        return None
    format = FORMATS[arguments.export]
    if format.obstacle:
        raise Failure(format.obstacle, 1)
    target: Path = arguments.out or Path(format.zip_name(record.id, recipe))
    check_target(target, force=arguments.force)
    if target.suffix != ".zip":
        raise Failure(f"{target} must end in .zip: it will have several files.", 2)
    return target


def _export(record: Record, made: Compaction, format: Format, target: Path) -> str:
    from dgviz.compaction.exports.export import export
    from dgviz.data.sets import load

    assert record.settings is not None
    images = load(record.settings.dataset).test_images.numpy()
    try:
        exported = export(record, made, format, images)
    except ExportError as failed:
        raise Failure(str(failed), 1) from failed
    return f"{write_target(target, exported.content)} {exported.check}"


def _as_text(made: Compaction, title: str, missed: str) -> str:
    """What came out.

    Args:
        missed: that the run has more connections than were to be kept; "" if it has not.
    """
    from dgviz.compaction.text import (
        COLUMNS,
        DEFINITIONS,
        STAGE_COLUMNS,
        change,
        check_text,
        rows,
        smallest_text,
        stage_rows,
    )

    accuracies = [f"test {percent(made.test_accuracy)}"]
    if made.validation_accuracy is not None:
        accuracies.append(f"validation {percent(made.validation_accuracy)}")
    at = f"epoch {plain(made.epoch)}"
    if made.tau is not None:
        at += f", τ {threshold(made.tau)}"
    after_training: list[str] = []
    if made.recipe.steps:
        head = ("after training", *STAGE_COLUMNS)
        after_training = aligned([head, *stage_rows(made.stages)])
    return "\n".join(
        [
            f"run {made.run}: {title}",
            *([missed] if missed else []),
            *after_training,
            f"The network of {at}. {change(made)}",
            *aligned([("form", *COLUMNS), *rows(made.sizes)]),
            DEFINITIONS,
            smallest_text(made.sizes),
            f"Accuracy of the compact network: {', '.join(accuracies)}.",
            check_text(made.check),
        ]
    )
