"""How long each form of a run's network takes on this machine, and which one to take.

Every form is checked on all test images before it is timed, with one thread and with all. The
result is saved in the run's folder.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dgviz.cli.options import seconds, whole
from dgviz.cli.parser import Failure
from dgviz.cli.progress import share_bar
from dgviz.cli.recipe import add_recipe_arguments, recipe_of
from dgviz.cli.runs import add_runs_option, find, open_store

if TYPE_CHECKING:
    from dgviz.compaction.speed.measurement import Measurement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", metavar="RUN", help="a run's id, or the first four digits of it or more"
    )
    add_recipe_arguments(parser)
    parser.add_argument(
        "--batch", type=whole, nargs="+", metavar="N", help="images a call (1 32 1000)"
    )
    parser.add_argument(
        "--threads", type=whole, nargs="+", metavar="N", help="CPU threads (1, and all)"
    )
    parser.add_argument("--rounds", type=whole, metavar="N", help="rounds (15)")
    parser.add_argument(
        "--seconds", type=seconds, metavar="S", help="time of each form in a round (0.02)"
    )
    add_runs_option(parser)
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    """Measure, print the times and save them in the run's folder.

    Raises:
        DataError: the data set cannot be loaded.
        SettingsError: a part of the recipe is not accepted.
        Failure: with code 2 if there is no such run, 1 if it cannot be measured.
    """
    recipe = recipe_of(arguments)
    # The store is imported before torch, so that a mistyped run fails at once.
    from dgviz.compaction.result import obstacle
    from dgviz.compaction.speed.measurement_file import save
    from dgviz.runs.contents import RunsError

    record = find(open_store(arguments.runs), arguments.run)
    if problem := obstacle(record, recipe):
        raise Failure(problem, 1)

    from dgviz.compaction.recorded import compact_run
    from dgviz.compaction.speed import measure
    from dgviz.data.sets import load

    # Whatever has no settings has an obstacle.
    assert record.settings is not None
    try:
        with share_bar("fine-tuning" if recipe.epochs else "compacting") as report:
            made = compact_run(record.folder, recipe, report)
        images = load(record.settings.dataset).test_images.numpy()
        with share_bar("measuring") as report:
            measured = measure.measure_network(
                made,
                images,
                report,
                batches=_distinct(arguments.batch) or measure.BATCHES,
                threads=_distinct(arguments.threads),
                rounds=arguments.rounds or measure.ROUNDS,
                seconds=arguments.seconds or measure.SECONDS_A_TURN,
            )
        print(
            json.dumps(measured.as_dict(), allow_nan=False)
            if arguments.json
            else _as_text(measured, record.title)
        )
        save(measured, record.folder)
    except RunsError as failed:
        raise Failure(str(failed), 1) from failed


def _distinct(numbers: Sequence[int] | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers or ()))


def _as_text(measured: Measurement, title: str) -> str:
    from dgviz.compaction.speed import text
    from dgviz.training import machine

    lines = [f"run {measured.run}: {title}", text.network(measured)]
    for setting in measured.settings:
        timings = measured.of(*setting)
        table = [text.COLUMNS, *text.rows(timings)]
        widths = [max(len(row[i]) for row in table) for i in range(len(text.COLUMNS))]
        lines += ["", f"{text.setting_text(*setting)}:"]
        for name, *cells in table:
            others = [cell.rjust(n) for cell, n in zip(cells, widths[1:], strict=True)]
            lines.append("  ".join([f"  {name.ljust(widths[0])}", *others]))
        lines.append(text.advice(timings))
    return "\n".join(
        [
            *lines,
            "",
            text.where_sparse_wins(measured),
            *text.excluded(measured),
            *text.circumstances(measured),
            f"{measured.created:%Y-%m-%d %H:%M} UTC; "
            + machine.as_text(measured.hardware, measured.versions),
        ]
    )
