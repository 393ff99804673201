"""How long sweeps take beside the training of their trials, and what a page needs to read one.

The same trials of the preset `classroom`, with few epochs, are trained one after another in this
process, and then as many at once as there are cores: by loky, and by a Dask and a Ray cluster of
processes of this machine. "start" is the time until the first trial begins, with the start of the
workers but not of the cluster; trials an hour are without it. "training" and "besides" are medians
of the trials: the latter is loading the data, testing other thresholds and writing the files.
"between" is what a backend costs: the median time from the end of a trial to the begin of the one
that takes its place.

Then a page's first read of a sweep and a second one without anything new, what it sends to the
browser, and the table of all trials are measured, for each size in a process of its own. Results
are made up; they were just written, so they are in the system's cache.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import psutil

from bench.clusters import dask_cluster, ray_cluster
from bench.helper import PATIENCE, answer, helper
from bench.made_up_trials import made_up, write_trial
from dgviz.cli.options import value_of, whole
from dgviz.cli.output import aligned
from dgviz.formatting import UNKNOWN, count, counted, fixed
from dgviz.settings import KNOBS, Settings
from dgviz.sweeps.backends import connected, train_all
from dgviz.sweeps.folder import SweepFolder
from dgviz.sweeps.grid import Grid
from dgviz.sweeps.result import RESULT

if TYPE_CHECKING:
    from dgviz.sweeps.watch import Watch

_T = TypeVar("_T")

_ALONE = "alone"
_BACKENDS = {
    _ALONE: "one after another",
    "loky": "loky",
    "dask": "Dask cluster",
    "ray": "Ray cluster",
}
_TAUS = tuple(i / 10 for i in range(1, 11))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trials", type=whole, default=8, help="trials of each sweep (8)")
    parser.add_argument(
        "--epochs", type=value_of(KNOBS["epochs"]), default=2, help="epochs of a trial (2)"
    )
    parser.add_argument(
        "--seed", type=value_of(KNOBS["seed"]), default=0, help="seed of the first trial (0)"
    )
    parser.add_argument(
        "--backends",
        nargs="*",
        choices=tuple(_BACKENDS),
        default=tuple(_BACKENDS),
        metavar="NAME",
        help=f"of {', '.join(_BACKENDS)} (all)",
    )
    parser.add_argument(
        "--read",
        type=whole,
        nargs="*",
        default=(1000, 10_000),
        metavar="N",
        help="made-up trials of a sweep that is read, in tens (1000 10000)",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    result = measure(
        arguments.trials, arguments.epochs, arguments.seed, arguments.backends, arguments.read
    )
    print(json.dumps(result) if arguments.json else _table(result))


def measure(
    trials: int, epochs: int, seed: int, backends: Sequence[str], read: Sequence[int]
) -> dict[str, Any]:
    """Measure everything, with hardware and versions, in temporary folders."""
    from dgviz.training import machine

    base = Settings.from_preset("classroom", epochs=epochs, seed=seed, device="cpu")
    grid = Grid(base, seeds=trials)
    return {
        "bench": "sweeps",
        "trials": trials,
        "epochs": epochs,
        "seed": seed,
        # Before the measurement has a share of it.
        "load": psutil.getloadavg()[0],
        "backends": {name: _trained(name, grid) for name in dict.fromkeys(backends)},
        "read": [_read_elsewhere(number) for number in read],
        "hardware": machine.hardware("cpu", 1),
        "versions": machine.versions(),
    }


def _trained(backend: str, grid: Grid) -> dict[str, Any] | None:
    """Train a sweep; None if the backend is not installed."""
    at_once = 1 if backend == _ALONE else os.cpu_count() or 1
    try:
        with (
            tempfile.TemporaryDirectory(prefix="dgviz-bench-") as place,
            _connected(backend, at_once) as address,
        ):
            sweep = SweepFolder(Path(place) / "sweep")
            sweep.extend(grid)
            began = time.time()
            _train(backend, address, sweep, grid, at_once)
            trials = [_Trial.of(sweep, name) for name in grid.ids()]
    except ImportError:
        return None
    begins, ends = sorted(one.begin for one in trials), sorted(one.end for one in trials)
    seconds = ends[-1] - begins[0]
    # The first trial to end makes room for the first that did not begin at once, and so on.
    between = [begin - end for end, begin in zip(ends, begins[at_once:], strict=False)]
    return {
        "at_once": at_once,
        "start_seconds": begins[0] - began,
        "seconds": seconds,
        "trials_an_hour": 3600 * len(trials) / seconds,
        "training_seconds": median(one.training for one in trials),
        "besides_seconds": median(one.end - one.begin - one.training for one in trials),
        "between_seconds": median(between) if between else None,
        "between_seconds_by_trial": between,
    }


class _Trial(NamedTuple):
    """When a trial began and was done, in seconds since 1970, and its seconds of training."""

    begin: float
    end: float
    training: float

    @classmethod
    def of(cls, sweep: SweepFolder, name: str) -> _Trial:
        result, begin = sweep.result(name), sweep.store.record(name).sessions[0].started
        assert result is not None and begin is not None
        end = (sweep.path / name / RESULT).stat().st_mtime
        return cls(begin.timestamp(), end, result.seconds)


@contextlib.contextmanager
def _connected(backend: str, workers: int) -> Iterator[str]:
    """Start the cluster of a backend; give its address.

    Raises:
        ImportError: it is not installed.
    """
    if backend == "dask":
        with dask_cluster(workers) as cluster:
            yield cluster.scheduler_address
    elif backend == "ray":
        with ray_cluster(workers):
            yield ""
    else:
        yield ""


def _train(backend: str, address: str, sweep: SweepFolder, grid: Grid, at_once: int) -> None:
    """Train all trials.

    Raises:
        RuntimeError: one failed.
    """
    if backend == _ALONE:
        from dgviz.sweeps.trial import train_trial

        for settings in grid.trials():
            train_trial(sweep.path, settings)
        return
    trials = list(grid.trials())
    with connected(backend, jobs=at_once, address=address) as engine:
        for report in train_all(sweep, trials, engine):
            if report.outcome != "done":
                raise RuntimeError(f"A trial failed. {report.message}")


def _read_elsewhere(number: int) -> dict[str, Any]:
    """Make a sweep up, and read it in another process."""
    base = Settings.from_preset("classroom")
    betas = tuple(round(0.01 * (i + 1), 2) for i in range(max(1, number // len(_TAUS))))
    grid = Grid(base, {"beta": betas, "tau": _TAUS})
    with tempfile.TemporaryDirectory(prefix="dgviz-bench-") as place:
        sweep = SweepFolder(Path(place) / "sweep")
        sweep.extend(grid)
        for settings in grid.trials():
            write_trial(sweep.path, made_up(settings))
        with helper(_read, sweep.path) as connection:
            figures: dict[str, Any] = answer(connection)
    return {"trials": len(grid), **figures}


def _read(connection: Connection, folder: Path) -> None:
    """Read a sweep as a page does, and send what it took. Runs in a helper process."""
    # Before the memory is measured.
    from dgviz.sweeps.table import as_csv, table
    from dgviz.sweeps.watch import Watch

    watch, sweep = Watch(folder), SweepFolder(folder)
    _, first, memory = _measured(lambda: watch.look(PATIENCE))
    # A look soon after another one finds what that one has found.
    time.sleep(1)
    _, again, _ = _measured(lambda: watch.look(PATIENCE))
    parts, sending, _ = _measured(lambda: _parts(watch))
    csv, writing, table_memory = _measured(lambda: as_csv(table(sweep, sweep.grid())))
    connection.send(
        {
            "first_seconds": first,
            "first_bytes": memory,
            "again_seconds": again,
            "sending_seconds": sending,
            "sent_bytes": sum(len(part) for part in parts),
            "table_seconds": writing,
            "table_bytes": table_memory,
            "csv_bytes": len(csv),
        }
    )


def _parts(watch: Watch) -> list[str]:
    """All answers that a browser gets which has nothing yet."""
    parts = [watch.since("", 0)]
    while (newest := json.loads(parts[-1]))["more"]:
        parts.append(watch.since(newest["revision"], newest["next"]))
    return parts


def _measured(work: Callable[[], _T]) -> tuple[_T, float, int]:
    """What a function returns, its seconds, and the bytes by which the process has grown."""
    process = psutil.Process()
    size, began = process.memory_info().rss, time.perf_counter()
    found = work()
    seconds = time.perf_counter() - began
    return found, seconds, process.memory_info().rss - size


def _table(result: dict[str, Any]) -> str:
    from dgviz.training import machine

    lines = [
        f"{counted(result['trials'], 'trial')} of {counted(result['epochs'], 'epoch')}, seed "
        f"{result['seed']}; load before {fixed(result['load'], 1)}"
    ]
    rows = [
        ("", "at once", "start, s", "trials an hour", "training, s", "besides, s", "between, ms")
    ]
    missing = []
    for name, found in result["backends"].items():
        if found is None:
            missing.append(f"{_BACKENDS[name]}: not measured, because {name} is not installed.")
            continue
        between = found["between_seconds"]
        rows.append(
            (
                _BACKENDS[name],
                str(found["at_once"]),
                fixed(found["start_seconds"], 1),
                count(found["trials_an_hour"]),
                fixed(found["training_seconds"], 2),
                fixed(found["besides_seconds"], 2),
                UNKNOWN if between is None else fixed(1000 * between, 0),
            )
        )
    lines += aligned(rows) if len(rows) > 1 else []
    lines += missing
    rows = [("trials read", "first, s", "MB", "again, ms", "sent, s", "MB", "table, s", "MB")]
    for one in result["read"]:
        rows.append(
            (
                count(one["trials"]),
                fixed(one["first_seconds"], 2),
                fixed(one["first_bytes"] / 1e6, 1),
                fixed(1000 * one["again_seconds"], 1),
                fixed(one["sending_seconds"], 2),
                fixed(one["sent_bytes"] / 1e6, 1),
                fixed(one["table_seconds"], 2),
                fixed(one["table_bytes"] / 1e6, 1),
            )
        )
    lines += aligned(rows) if len(rows) > 1 else []
    return "\n".join([*lines, machine.as_text(result["hardware"], result["versions"])])
