"""The time to list many runs, and the size of each part of a run on the disk.

The runs are made in a temporary directory. They are small, because the time of a listing does not
depend on their size. "cold" is the first listing of a process, "warm" a second one without changes
in between; both read everything that a table of runs shows. The files were just written, so they
are in the system's cache.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.run_folders import write_run
from dgviz.cli.options import whole
from dgviz.cli.runs import add_runs_option, find, open_store
from dgviz.runs.layout import FILES
from dgviz.runs.record import Record
from dgviz.runs.snapshots import KINDS
from dgviz.runs.store import Store
from dgviz.settings import Settings

TARGET_SECONDS = 0.3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=whole, default=1000, help="runs to list (1000)")
    parser.add_argument("--rounds", type=whole, default=5, help="listings of each kind (5)")
    parser.add_argument(
        "--run", metavar="RUN", help="also print the sizes of a run's files: its id, or its start"
    )
    add_runs_option(parser)
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    """Measure and print the result.

    Raises:
        Failure: there is no such run.
    """
    parts = None
    if arguments.run:
        parts = sizes(find(open_store(arguments.runs), arguments.run))
    result = measure(arguments.count, arguments.rounds) | {"run": parts}
    print(json.dumps(result) if arguments.json else _table(result))


def measure(count: int, rounds: int) -> dict[str, Any]:
    """Median seconds of each kind of listing, with hardware and versions."""
    from dgviz.training import machine

    cold, warm, usage = [], [], []
    with tempfile.TemporaryDirectory(prefix="dgviz-bench-") as place:
        root = Path(place)
        for i in range(count):
            write_run(root, f"{i:012x}", Settings(seed=i, beta=0.01 * (i % 50)))
        for _ in range(rounds):
            store = Store(root)
            cold.append(_seconds(_rows, store))
            warm.append(_seconds(_rows, store))
            usage.append(_seconds(store.usage))
    return {
        "bench": "runs",
        "count": count,
        "rounds": rounds,
        "cold_seconds": statistics.median(cold),
        "warm_seconds": statistics.median(warm),
        "usage_seconds": statistics.median(usage),
        "cold_seconds_by_round": cold,
        "target_seconds": TARGET_SECONDS,
        "hardware": machine.hardware("cpu", 1),
        "versions": machine.versions(),
    }


def sizes(record: Record) -> dict[str, Any]:
    """Sizes in bytes of each file of a run, and of its snapshots of each kind."""
    paths = [record.folder / name for name in FILES]
    snapshots = record.snapshots()
    lengths = {kind: [snapshot.length for snapshot in snapshots.of(kind)] for kind in KINDS}
    return {
        "id": record.id,
        "bytes": record.disk_bytes,
        "files": {path.name: path.stat().st_size for path in paths if path.exists()},
        "snapshots": {
            kind: {"count": len(found), "bytes": sum(found)} for kind, found in lengths.items()
        },
    }


def _rows(store: Store) -> list[tuple[object, ...]]:
    return [
        (run.id, run.phase, run.created, run.title, run.tags, run.epoch, run.figures, run.seconds)
        for run in store.records()
    ]


def _seconds(work: Callable[..., object], *arguments: object) -> float:
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def _table(result: dict[str, Any]) -> str:
    from dgviz.training import machine

    rounds = " ".join(f"{1000 * one:.0f}" for one in result["cold_seconds_by_round"])
    reached = result["cold_seconds"] <= TARGET_SECONDS
    lines = [
        f"{result['count']:,} runs listed",
        f"  cold    {1000 * result['cold_seconds']:>7.1f} ms   (rounds: {rounds})   "
        f"target {1000 * TARGET_SECONDS:.0f}: {'reached' if reached else 'missed'}",
        f"  warm    {1000 * result['warm_seconds']:>7.1f} ms",
        f"  usage   {1000 * result['usage_seconds']:>7.1f} ms",
    ]
    if run := result["run"]:
        lines.append(f"run {run['id']}: {run['bytes']:,} bytes")
        lines += [f"  {name:<24}{size:>12,}" for name, size in run["files"].items()]
        for kind, found in run["snapshots"].items():
            lines.append(
                f"  {found['count']:>4} {kind:<19}{found['bytes']:>12,}   of its snapshots"
            )
    return "\n".join([*lines, machine.as_text(result["hardware"], result["versions"])])
