"""How long each form of a run's network takes on this machine, and which one to take.

Every form is checked on all test images before it is timed, with one thread and with all. The
result is saved in the run's folder. With --ratios, the network is measured at several ratios of
active connections, to see where sparse begins to win.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dgviz import environment
from dgviz.cli.options import seconds, share, whole
from dgviz.cli.output import aligned
from dgviz.cli.parser import Failure
from dgviz.cli.progress import share_bar
from dgviz.cli.recipe import add_recipe_arguments, recipe_of
from dgviz.cli.runs import add_runs_option, find, open_store
from dgviz.compaction.recipe import AS_TRAINED, Recipe

if TYPE_CHECKING:
    from dgviz.compaction.speed.measurement import Measurement
    from dgviz.compaction.speed.ratio_sweep import RatioSweep
    from dgviz.runs.record import Record


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", metavar="RUN", help="a run's id, or the first four digits of it or more"
    )
    add_recipe_arguments(parser)
    parser.add_argument(
        "--ratios",
        type=share,
        nargs="*",
        metavar="R",
        help="measure at these ratios of active connections, reached by another threshold "
        "(1 0.5 0.2 0.1 0.05 0.02 0.01)",
    )
    parser.add_argument(
        "--batch", type=whole, nargs="+", metavar="N", help="images a call (1 32 1000)"
    )
    parser.add_argument(
        "--threads", type=whole, nargs="+", metavar="N", help="CPU threads (1, and all)"
    )
    parser.add_argument("--rounds", type=whole, metavar="N", help="rounds (15, or 7 with --ratios)")
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
        Failure: with code 2 if there is no such run, or for flags that contradict each other, 1 if
            it cannot be measured.
    """
    recipe = recipe_of(arguments)
    if arguments.ratios is not None and recipe != AS_TRAINED:
        raise Failure(
            "--ratios changes τ of the network as trained: leave out --tau, --fan-in and "
            "--finetune.",
            2,
        )
    cores = environment.cores()
    if too_many := [n for n in arguments.threads or () if n > cores]:
        raise Failure(
            f"--threads takes at most {cores}, the number of this machine's cores, not "
            f"{too_many[0]}.",
            2,
        )
    # The store is imported before torch, so that a mistyped run fails at once.
    from dgviz.compaction.result import obstacle
    from dgviz.runs.contents import RunsError

    record = find(open_store(arguments.runs), arguments.run)
    if problem := obstacle(record, recipe):
        raise Failure(problem, 1)
    try:
        if arguments.ratios is None:
            _measure(record, recipe, arguments)
        else:
            _measure_ratios(record, arguments)
    except RunsError as failed:
        raise Failure(str(failed), 1) from failed


def _measure(record: Record, recipe: Recipe, arguments: argparse.Namespace) -> None:
    from dgviz.compaction.recorded import compact_run
    from dgviz.compaction.speed.measure import BATCHES, check_settings, measure_network
    from dgviz.compaction.speed.measurement_file import save
    from dgviz.data.sets import load

    # Whatever has no settings has an obstacle.
    assert record.settings is not None
    images, options = load(record.settings.dataset).test_images.numpy(), _options(arguments)
    check_settings(len(images), options.get("batches", BATCHES), options.get("threads", ()))
    with share_bar("fine-tuning" if recipe.epochs else "compacting") as report:
        made = compact_run(record.folder, recipe, report)
    with share_bar("measuring") as report:
        measured = measure_network(made, images, report, **options)
    _print(measured.as_dict() if arguments.json else _as_text(measured, record.title))
    before = _before(record, measured.recipe)
    if before and measured.is_part_of(before):
        print(
            "It is not saved, because the saved measurement of "
            f"{before.created:%Y-%m-%d %H:%M} UTC has all of it, and more rounds, batches or "
            "threads.",
            file=sys.stderr,
        )
    else:
        save(measured, record.folder)


def _before(record: Record, recipe: Recipe) -> Measurement | None:
    """The saved measurement; None without any that can be used."""
    from dgviz.compaction.speed.measurement_file import read
    from dgviz.runs.contents import Unreadable

    try:
        return read(record, recipe)
    except Unreadable:
        return None


def _measure_ratios(record: Record, arguments: argparse.Namespace) -> None:
    from dgviz.compaction.speed.ratio_sweep_file import MOST_RATIOS, save

    ratios = _distinct(arguments.ratios)
    if len(ratios) > MOST_RATIOS:
        raise Failure(f"--ratios takes at most {MOST_RATIOS} ratios, not {len(ratios)}.", 2)
    assert record.settings is not None
    if not record.settings.spec.preview:
        raise Failure(
            f"Run {record.id} cannot be measured at other ratios: the mask of "
            f"{record.settings.spec.title} does not depend on τ.",
            1,
        )
    from dgviz.compaction.speed.measure_ratios import RATIOS, measure_ratios

    with share_bar("measuring") as report:
        sweep = measure_ratios(
            record.folder, report, ratios=ratios or RATIOS, **_options(arguments)
        )
    _print(sweep.as_dict() if arguments.json else _ratios_as_text(sweep, record.title))
    save(sweep, record.folder)


def _options(arguments: argparse.Namespace) -> dict[str, Any]:
    """Those of `measure_network` that are given."""
    given = {
        "batches": _distinct(arguments.batch),
        "threads": _distinct(arguments.threads),
        "rounds": arguments.rounds,
        "seconds": arguments.seconds,
    }
    return {name: value for name, value in given.items() if value}


def _distinct(numbers: Sequence[Any] | None) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(numbers or ()))


def _print(content: dict[str, Any] | str) -> None:
    print(content if isinstance(content, str) else json.dumps(content, allow_nan=False))


def _as_text(measured: Measurement, title: str) -> str:
    from dgviz.compaction.speed import text
    from dgviz.compaction.speed.slow_dense import compared

    lines = [f"run {measured.run}: {title}", text.network(measured)]
    for setting in measured.settings:
        lines += ["", f"{text.setting_text(*setting)}:"]
        lines += aligned([text.COLUMNS, *text.rows(compared(measured, *setting))])
        lines += [*text.slow_dense(measured, *setting), text.advice(measured, *setting)]
    return "\n".join([*lines, "", text.where_sparse_wins(measured), *_conditions(measured)])


def _ratios_as_text(sweep: RatioSweep, title: str) -> str:
    from dgviz.compaction.speed import ratio_text, text

    lines = [f"run {sweep.newest.run}: {title}", ratio_text.definitions(sweep)]
    lines += aligned([ratio_text.NETWORK_COLUMNS, *ratio_text.network_rows(sweep)])
    for setting in sweep.settings:
        lines += ["", f"{text.setting_text(*setting)}, speed against dense PyTorch:"]
        rows = ratio_text.speed_rows(sweep, *setting)
        lines += aligned([ratio_text.speed_columns(sweep), *rows])
        lines += ratio_text.slow_dense(sweep, *setting)
    return "\n".join([*lines, "", *ratio_text.sentences(sweep), *_conditions(sweep.newest)])


def _conditions(measured: Measurement) -> list[str]:
    from dgviz.compaction.speed import text
    from dgviz.training import machine

    return [
        *text.excluded(measured),
        *text.circumstances(measured),
        f"{measured.created:%Y-%m-%d %H:%M} UTC; "
        + machine.as_text(measured.hardware, measured.versions),
    ]
