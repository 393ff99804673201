"""`python -m dgviz sweep`: trains every combination of several settings' values."""

from __future__ import annotations

import argparse
import contextlib
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dgviz import environment
from dgviz.cli import signals
from dgviz.cli.output import check_target, write_target
from dgviz.cli.parser import PROGRAM, Failure, whole_number
from dgviz.cli.runs import add_runs_option, open_store
from dgviz.cli.sweep_cost import Work, cost_of
from dgviz.data.catalogue import DataError
from dgviz.formatting import counted
from dgviz.methods.catalogue import METHODS
from dgviz.runs.layout import SWEEPS
from dgviz.settings import COMMON, KNOBS, Settings, SettingsError
from dgviz.sweeps.grid import MANY, MOST_SEEDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from dgviz.sweeps.at_work import Tell
    from dgviz.sweeps.engine import Engine
    from dgviz.sweeps.folder import SweepFolder
    from dgviz.sweeps.grid import Grid
    from dgviz.sweeps.known_paces import Cost

SUMMARY = "Train every combination of several settings' values."

_MOST_AT_ONCE = 100_000
"""To count more trials takes so long that it is said."""

_SINGLE = {
    "preset": "The preset of all trials; see `train --help`.",
    "method": "The method of all trials; see `train --help`.",
    "device": "The device of all trials; see `train --help`.",
    "seed": "The first seed; default 0. With --seeds, each combination has the next ones too.",
}
"""The settings with one value. Each trial has one thread, so `threads` has no option."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action=lambda arguments: parser.print_help())
    actions = parser.add_subparsers(title="actions", metavar="ACTION")

    def action(name: str, work: Any, help: str) -> argparse.ArgumentParser:
        subparser = actions.add_parser(name, help=help, description=help, allow_abbrev=False)
        subparser.set_defaults(action=work)
        return subparser

    running = action("run", _run, "Lay out a grid, and train all of its trials.")
    laying = action("plan", _plan, "Lay out a grid for `sweep work`, and train nothing.")
    for subparser in (running, laying):
        _add_grid(subparser)
    working = action("work", _work, "Train the trials of a sweep, or one shard of them.")
    showing = action("show", _show, "Print the trials of a sweep, or write them to a file.")
    for subparser in (working, showing):
        subparser.add_argument("folder", metavar="DIR", type=Path, help="The folder of the sweep.")
    working.add_argument(
        "--shard",
        metavar="I/N",
        default="1/1",
        help="Only the trials of shard I of N, such as 3/8, for a job in an array of N jobs.",
    )
    working.add_argument(
        "--attached",
        metavar="NAME",
        default="",
        help="For a program that starts this: end when standard input is closed, as when the "
        "program ends. NAME tells it this command from others that train the sweep.",
    )
    for subparser in (running, working):
        _add_training(subparser)
    showing.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="A file that ends in .csv or .parquet."
    )
    showing.add_argument("--force", action="store_true", help="Overwrite the file.")


def _add_grid(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder",
        metavar="DIR",
        type=Path,
        help="The folder of the sweep. Default: a folder below sweeps/ in the runs directory, with "
        "a name that sweeps of the same settings have in common.",
    )
    parser.add_argument(
        "--seeds", metavar="N", default="1", help="Trials of each combination; default 1."
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="If the folder has the sweep already: give it these values and seeds only, instead of "
        "all combinations with those that it has. No trial is removed.",
    )
    add_runs_option(parser)
    text = (
        "A value, or several: with commas between them, or FIRST:LAST:linN or FIRST:LAST:logN for "
        "N values with equal differences or equal ratios. See `train --help`."
    )
    for knob in COMMON.values():
        if knob.name in _SINGLE:
            parser.add_argument(
                knob.flag,
                default=argparse.SUPPRESS,
                dest=knob.name,
                metavar="NAME" if knob.choices else "N",
                help=_SINGLE[knob.name],
            )
        elif knob.name != "threads":
            parser.add_argument(
                knob.flag, default=argparse.SUPPRESS, dest=knob.name, metavar="VALUES", help=text
            )
    for spec in METHODS.values():
        group = parser.add_argument_group(f"only with --method {spec.name}")
        for knob in spec.knobs:
            group.add_argument(
                knob.flag, default=argparse.SUPPRESS, dest=knob.name, metavar="VALUES", help=text
            )


def _add_training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs",
        metavar="N",
        help="Trials trained at once on this machine; default one for each core.",
    )
    parser.add_argument(
        "--backend",
        choices=("loky", "dask", "ray"),
        default="loky",
        help="loky: processes of this machine (default). dask, ray: the workers of a cluster.",
    )
    parser.add_argument(
        "--address",
        metavar="HOST:PORT",
        default="",
        help="Of the cluster: HOST:PORT of the scheduler of Dask or the head of Ray, or "
        "ray://HOST:PORT of Ray Client. Default for ray: RAY_ADDRESS, or else the cluster that "
        "this machine belongs to.",
    )
    parser.add_argument(
        "--no-shared-folder",
        action="store_true",
        help="The workers of the cluster do not see the folder: each returns what it has trained.",
    )
    parser.add_argument(
        "--record-all",
        action="store_true",
        help="Keep checkpoint and all snapshots of every trial, as `train` does: 20 times the "
        "space.",
    )
    parser.add_argument(
        "--halving",
        action="store_true",
        help="Stop a trial early if its validation accuracy is not among the best third: after "
        "about a ninth and about a third of its epochs. Without this option, trials that were "
        "stopped early are trained to their end.",
    )
    parser.add_argument(
        "--yes", action="store_true", help=f"Do not ask before more than {MANY:,} trials."
    )


def run(arguments: argparse.Namespace) -> None:
    """Run the chosen action.

    Raises:
        Failure: with code 2 if the grid or an option is not accepted, 1 if a trial failed.
        SettingsError: a value is not accepted.
        Interrupted: a signal ended the sweep; what is done is kept.
    """
    from dgviz.sweeps.engine import BackendError
    from dgviz.sweeps.folder import SweepError
    from dgviz.sweeps.grid import GridError
    from dgviz.sweeps.options import OptionError

    try:
        arguments.action(arguments)
    except (GridError, OptionError) as problem:
        raise Failure(str(problem), 2) from problem
    except (SweepError, BackendError) as problem:
        raise Failure(str(problem), 1) from problem


def _run(arguments: argparse.Namespace) -> None:
    sweep, new = _laid_out(arguments)
    _train(arguments, sweep, new)


def _plan(arguments: argparse.Namespace) -> None:
    sweep, new = _laid_out(arguments)
    _combined(sweep, new, replace=arguments.replace)
    grid = _written(sweep, new, replace=arguments.replace)
    found = sweep.found(grid)
    # An array of jobs shares its time out.
    work = Work(grid, None, found, jobs=1, reached=_trained_epochs(sweep, grid, found))
    try:
        cost = cost_of(work, open_store(arguments.runs, may_be_new=True), may_measure=True)[0]
    except (DataError, SettingsError) as problem:
        # The machine that lays out a sweep may have no accelerator, or no network.
        print(f"How long a trial takes could not be measured: {problem}", file=sys.stderr)
        cost = ""
    print(f"{len(grid):,} trials in {sweep.path}{cost}. This trains them:")
    print(f"    {PROGRAM} sweep work {shlex.quote(str(sweep.path))}")


def _work(arguments: argparse.Namespace) -> None:
    from dgviz.sweeps.folder import SweepFolder

    if arguments.attached:
        signals.end_with_input()
    sweep = SweepFolder(arguments.folder)
    _train(arguments, sweep, None, _shard(arguments.shard), owner=arguments.attached)


def _show(arguments: argparse.Namespace) -> None:
    from dgviz.sweeps.folder import SweepFolder
    from dgviz.sweeps.result import damaged_text
    from dgviz.sweeps.table import as_csv, as_parquet, table

    sweep = SweepFolder(arguments.folder)
    frame = table(sweep, sweep.grid())
    if damaged := int((frame["state"] == "damaged").sum()):
        print(damaged_text(damaged), file=sys.stderr)
    target: Path | None = arguments.output
    if target is None:
        print(as_csv(frame), end="")
        return
    writers = {".csv": lambda: as_csv(frame).encode(), ".parquet": lambda: as_parquet(frame)}
    if target.suffix not in writers:
        raise Failure("Name a file that ends in .csv or .parquet.", 2)
    check_target(target, force=arguments.force)
    print(write_target(target, writers[target.suffix]()))


def _laid_out(arguments: argparse.Namespace) -> tuple[SweepFolder, Grid]:
    """The folder of the sweep, and the grid of the options, which is not written yet."""
    from dgviz.sweeps.axis_values import axis_values
    from dgviz.sweeps.folder import SweepFolder, folder_name
    from dgviz.sweeps.grid import Grid

    given = {name: value for name, value in vars(arguments).items() if name in KNOBS}
    preset = given.pop("preset", Settings.preset)
    method = given.pop("method", Settings.method)
    axes, single = {}, {}
    for name, text in given.items():
        values = axis_values(KNOBS[name], text)
        if len(values) > 1:
            axes[name] = values
        else:
            single[name] = values[0]
    base = Settings.from_preset(preset, method=method, **single)
    seeds = whole_number("--seeds", arguments.seeds, MOST_SEEDS)
    # The last of the checks, because another mistake may be the reason.
    if not axes:
        raise Failure(
            "Name at least one setting with several values, such as --beta 0.01:10:log8.", 2
        )
    grid = Grid(base, axes, seeds)
    if arguments.folder is None:
        folder = open_store(arguments.runs, may_be_new=True).root / SWEEPS / folder_name(grid)
    else:
        folder = environment.folder("--folder", str(arguments.folder))
    return SweepFolder(folder), grid


def _combined(sweep: SweepFolder, new: Grid, *, replace: bool) -> Grid:
    """The grid that the folder will have; what becomes of the one that it has is said."""
    if not sweep.exists:
        sweep.check_unused()
        return new
    old = sweep.grid()
    grid = old.with_values_of(new) if replace else old.including(new)
    if grid != old:
        text = f"The sweep in {sweep.path} has {counted(len(old), 'trial')}; with "
        if replace:
            text += f"these values only, it has {len(grid):,}. No trial is removed."
        elif grid == old.with_values_of(new):
            text += f"these values, it has {len(grid):,}."
        else:
            text += (
                f"all combinations of its values and these, it has {len(grid):,}. Give --folder "
                "to keep two sweeps apart, or --replace for these values only."
            )
        print(text, file=sys.stderr)
    return grid


def _written(sweep: SweepFolder, new: Grid, *, replace: bool) -> Grid:
    return sweep.replace(new) if replace else sweep.extend(new)


def _train(
    arguments: argparse.Namespace,
    sweep: SweepFolder,
    new: Grid | None,
    part: tuple[int, int] = (1, 1),
    *,
    owner: str = "",
) -> None:
    """Train what is not done of a shard.

    Args:
        new: is written into the folder, but not before it is confirmed and the cluster reached;
            None if all that is to be trained is there.
        owner: as in `at_work`.
    """
    from dgviz.sweeps.at_work import at_work
    from dgviz.sweeps.backends import connected
    from dgviz.sweeps.folder import in_shard, is_done
    from dgviz.sweeps.options import MOST_JOBS, check

    number = None
    if arguments.jobs is not None:
        number = whole_number("--jobs", arguments.jobs, MOST_JOBS)
    grid = _combined(sweep, new, replace=arguments.replace) if new else sweep.grid()
    jobs = check(
        grid,
        jobs=number,
        backend=arguments.backend,
        address=arguments.address,
        shared=not arguments.no_shared_folder,
        halving=arguments.halving,
    )
    if part[1] > 1 and len(grid) > _MOST_AT_ONCE:
        print(f"Counting the trials of shard {part[0]} of {part[1]}.", file=sys.stderr)
    chosen, found = in_shard(grid, part), sweep.found(grid, part)
    epochs = _trained_epochs(sweep, grid, found, part)
    work = Work(grid, chosen, found, jobs, arguments.halving, arguments.record_all, epochs)
    left = work.mine - sum(is_done(one, halving=arguments.halving) for one in found.values())
    text, cost = "", None
    if left:
        is_here = arguments.backend == "loky"
        # What is measured here says nothing of the workers of a cluster.
        may_measure = is_here and left > MANY and not arguments.yes
        # Each job of an array would read the same other sweeps.
        store = open_store(arguments.runs, may_be_new=True) if new else None
        text, cost = cost_of(work, store, is_here=is_here, may_measure=may_measure)
    _confirm(left, text, confirmed=arguments.yes)
    with connected(arguments.backend, jobs=jobs, address=arguments.address) as engine:
        if new:
            _written(sweep, new, replace=arguments.replace)
        # From now on, `--replace` is refused.
        with at_work(sweep.path, owner) as tell:
            if (now := sweep.grid()) != grid:
                # What was confirmed are other trials.
                raise Failure(
                    "Another command has changed the sweep meanwhile, so that it has "
                    f"{counted(len(now), 'trial')}: run the same command again.",
                    1,
                )
            _train_with(engine, arguments, sweep, work, part, text, cost, tell)


def _trained_epochs(
    sweep: SweepFolder, grid: Grid, found: Collection[str], part: tuple[int, int] = (1, 1)
) -> dict[str, float]:
    """Epochs that those trials of a shard have trained that were begun and are not done, by id.

    Args:
        grid: the folder may also have trials of values that were replaced, which do not count.
        found: the ids of those that are done.
    """
    from dgviz.sweeps.folder import shard
    from dgviz.sweeps.reached import reached

    begun = (name for name in sweep.begun().difference(found) if shard(name, *part))
    return {
        name: one.epochs
        for name in begun
        if (one := reached(sweep.path / name)) and one.settings in grid
    }


def _train_with(
    engine: Engine,
    arguments: argparse.Namespace,
    sweep: SweepFolder,
    work: Work,
    part: tuple[int, int],
    text: str,
    cost: Cost | None,
    tell: Tell,
) -> None:
    """Train what is not done of a shard, and say how far it is.

    Args:
        text: the end of the first line.
        cost: what the trials cost on this machine, if any are left.
        tell: as in `Progress`.
    """
    from dgviz.cli.sweep_progress import Progress
    from dgviz.sweeps.backends import train_all
    from dgviz.sweeps.options import until_failures

    mine, found = work.mine, work.found
    waiting = sweep.waiting(work.grid, part, halving=arguments.halving, found=found)
    done = mine - len(waiting)
    # Otherwise those that were stopped early are among the waiting ones.
    before = sum(one.stopped > 0 for one in found.values()) if arguments.halving else 0

    def stopped(number: int) -> str:
        return f", {number:,} of them stopped early" if number else ""

    of_shard = "" if part[1] == 1 else f" of shard {part[0]} of {part[1]}"
    print(
        f"{_are_done(done, mine, of_shard)}{stopped(before)}, in {sweep.path}{text}.",
        file=sys.stderr,
    )
    reports = until_failures(
        train_all(
            sweep,
            waiting,
            engine,
            shared=not arguments.no_shared_folder,
            everything=arguments.record_all,
            halving=arguments.halving,
        )
    )
    known, expected = cost.known if cost else (), None
    is_here = arguments.backend == "loky"
    if cost and cost.estimate and is_here and not (cost.is_most or arguments.halving):
        expected = cost.estimate.seconds
    progress = Progress(sweep, waiting, done, mine, known, expected, work.reached, tell)
    try:
        with contextlib.closing(reports), progress.shown():
            for report in reports:
                progress.ended(report)
    except signals.Interrupted as interrupt:
        raise signals.Interrupted(
            interrupt.number,
            f"Stopped with {progress.done:,} of {mine:,} trials done. The same command goes on "
            "from here.",
        ) from None
    if not sweep.exists:
        raise Failure(f"The sweep was deleted meanwhile: {sweep.path} has no sweep.json.", 1)
    print(f"{_are_done(progress.done, mine)}{stopped(before + progress.stopped)}.")
    if progress.failed:
        raise Failure(f"{progress.failed:,} failed; the same command tries them again.", 1)


def _are_done(done: int, trials: int, of_shard: str = "") -> str:
    """The beginning of a sentence: "1 of 16 trials is done"."""
    verb = "is" if 1 in (done, trials) else "are"
    return f"{done:,} of {counted(trials, 'trial')}{of_shard} {verb} done"


def _confirm(trials: int, cost: str, *, confirmed: bool) -> None:
    """Ask before very many trials are trained.

    Args:
        trials: that are left.

    Raises:
        Failure: it was not confirmed.
    """
    if trials <= MANY or confirmed:
        return
    text = f"{trials:,} trials are left{cost}."
    if not sys.stdin.isatty():
        raise Failure(f"{text} Give --yes to start.", 2)
    try:
        answer = input(f"{text} Start? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        raise Failure("Not started.", 2)


def _shard(text: str) -> tuple[int, int]:
    """The number of a shard, and how many there are.

    Raises:
        Failure: it is not I/N.
    """
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
    if found and 1 <= int(found[1]) <= int(found[2]):
        return int(found[1]), int(found[2])
    raise Failure(
        f"--shard must be I/N, with whole numbers and I from 1 to N, such as 3/8; it was "
        f"{text[:40]!r}.",
        2,
    )
