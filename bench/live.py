"""The cost of streaming and recording: the server's processor time and the slowdown of training.

The hub and the stream's routes run in this process, the viewers in another, and the training in a
third. This measures the snapshots and the server's share. The slowdown of training is measured
separately, in a process that streams and records in every other block of epochs.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.alternation import Block, alternate
from bench.helper import answer, helper
from bench.server import serving
from bench.viewers import watch
from dgviz.cli.options import seconds, whole
from dgviz.live.hub import Run, the_hub
from dgviz.settings import Settings
from dgviz.training import machine

_SETTINGS = Settings(epochs=1000, device="cpu")
_SPAN = 5
"""Time for which the server is measured, in blocks: a single one has too few snapshots."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--viewers", type=whole, default=1, help="browsers watching (1)")
    parser.add_argument(
        "--scores", action="store_true", help="the browsers show gate probabilities as well"
    )
    parser.add_argument("--seconds", type=seconds, default=1.0, help="least length of a block (1)")
    parser.add_argument("--rounds", type=whole, default=40, help="pairs of blocks (40)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    result = measure(arguments.viewers, arguments.scores, arguments.seconds, arguments.rounds)
    print(json.dumps(result) if arguments.json else _table(result))


def measure(viewers: int, scores: bool, seconds: float, rounds: int) -> dict[str, Any]:
    """Measure everything, with hardware and versions, in a temporary runs folder."""
    with tempfile.TemporaryDirectory(prefix="dgviz-bench-") as folder:
        os.environ["DGVIZ_RUNS"] = str(Path(folder) / "watched")
        # First, because the forkserver ends with the hub.
        blocks = _alternating(seconds, rounds, Path(folder) / "alternating")
        costs = _watched(viewers, "gates" if scores else "masks", _SPAN * seconds)
    return {
        "bench": "live",
        "viewers": viewers,
        "scores": scores,
        "rounds": rounds,
        "seconds": seconds,
        **costs,
        **_compared(blocks),
        "hardware": machine.hardware("cpu", _SETTINGS.threads),
        "versions": machine.versions(),
    }


def _watched(viewers: int, channel: str, seconds: float) -> dict[str, float]:
    """Measure the server's costs while a run trains."""
    hub = the_hub()
    try:
        with serving() as address:
            return _costs(hub.start(_SETTINGS), address, viewers, channel, seconds)
    finally:
        hub.close()


def _costs(run: Run, address: str, viewers: int, channel: str, seconds: float) -> dict[str, float]:
    path = f"/dgviz/stream/{run.id}?token={run.token}&channels={channel},weights,facts"
    server = psutil.Process()
    with helper(watch, address, path, viewers) as connection:
        answer(connection)
        connection.send(seconds)
        # Starts the interval that the next call measures, in percent of one core.
        server.cpu_percent()
        time.sleep(seconds)
        seen, watched = answer(connection)
        busy = server.cpu_percent()
    snapshots = sum(one.snapshots for one in seen)
    return {
        "snapshots_per_second": snapshots / viewers / watched,
        "snapshots_per_second_of_the_slowest": min(one.snapshots for one in seen) / watched,
        "bytes_a_snapshot": sum(one.snapshot_bytes for one in seen) / max(snapshots, 1),
        "bytes_per_second_a_viewer": sum(one.all_bytes for one in seen) / viewers / watched,
        "server_cpu_percent": busy,
    }


def _alternating(seconds: float, rounds: int, root: Path) -> list[tuple[Block, Block]]:
    """Measure pairs of blocks in one training process: one streamed and recorded, one bare.

    Raises:
        RuntimeError: no message came from the process for `PATIENCE` seconds.
    """
    with helper(alternate, _SETTINGS, seconds, rounds, root) as connection:
        while True:
            # Like the hub, receive every message at once, so that none waits in the pipe.
            kind, *content = answer(connection)
            if kind == "measured":
                return content[0]


def _compared(blocks: list[tuple[Block, Block]]) -> dict[str, Any]:
    """Steps per second over all rounds, and the slowdown of the streamed blocks."""
    streamed, bare = (_together(side) for side in zip(*blocks, strict=True))
    return {
        "streamed_steps_per_second": streamed.steps / streamed.seconds,
        "bare_steps_per_second": bare.steps / bare.seconds,
        "slowdown": _slowdown(streamed, bare, "seconds"),
        "cpu_slowdown": _slowdown(streamed, bare, "cpu_seconds"),
        "slowdown_by_round": [_slowdown(*pair, "seconds") for pair in blocks],
        "cpu_slowdown_by_round": [_slowdown(*pair, "cpu_seconds") for pair in blocks],
        "cpu_share": {work: spent / streamed.cpu_seconds for work, spent in streamed.spent.items()},
    }


def _together(blocks: tuple[Block, ...]) -> Block:
    return Block(
        sum(block.steps for block in blocks),
        sum(block.seconds for block in blocks),
        sum(block.cpu_seconds for block in blocks),
        {work: sum(block.spent.get(work, 0.0) for block in blocks) for work in blocks[0].spent},
    )


def _slowdown(streamed: Block, bare: Block, time: str) -> float:
    """1 - rate of the streamed steps / rate of the bare ones, by the given clock."""
    return 1 - streamed.steps / getattr(streamed, time) * getattr(bare, time) / bare.steps


def _table(result: dict[str, Any]) -> str:
    def slowdown(name: str) -> str:
        low, high = np.quantile(result[f"{name}_by_round"], (0.25, 0.75))
        return f"{result[name]:.1%}   (half of the rounds: {low:.1%} to {high:.1%})"

    shares = result["cpu_share"]
    megabytes = result["bytes_per_second_a_viewer"] / 1e6
    rows = {
        "viewers": f"{result['viewers']}",
        "snapshots/s a viewer": f"{result['snapshots_per_second']:.1f}   "
        f"(the slowest {result['snapshots_per_second_of_the_slowest']:.1f})",
        "bytes a snapshot": f"{result['bytes_a_snapshot']:,.0f}",
        "data a viewer": f"{megabytes:.2f} MB/s with weights and facts",
        "server": f"{result['server_cpu_percent']:.1f}% of one core",
        "training streamed": f"{result['streamed_steps_per_second']:.1f} steps/s, recorded as well",
        "training bare": f"{result['bare_steps_per_second']:.1f} steps/s",
        "slowdown": slowdown("slowdown"),
        "in processor time": slowdown("cpu_slowdown"),
        "taken by": f"{sum(shares.values()):.1%} of its processor time: "
        + ", ".join(f"{work} {share:.1%}" for work, share in shares.items()),
    }
    lines = [f"{name:<21} {value}" for name, value in rows.items()]
    return "\n".join([*lines, machine.as_text(result["hardware"], result["versions"])])
