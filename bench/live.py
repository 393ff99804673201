"""What streaming costs: the server's processor time, and the pace of the training it shows.

The hub and the stream's routes run in this process, the viewers in another, the training in a
third. Each round first times a streamed run over a span of its steps, then the same steps of the
same settings in a process that packs no pictures; the figures are medians of the rounds. On a
busy machine trust the slowdown in processor time: other programs stretch the wall clock.
"""

from __future__ import annotations

import argparse
import json
import statistics
from typing import Any

import psutil

from bench.bare import train_bare
from bench.helper import PATIENCE, answer, helper
from bench.options import seconds, whole
from bench.pace import Pace, Span
from bench.server import serving
from bench.viewers import watch
from dgviz.live.hub import Run, the_hub
from dgviz.settings import Settings
from dgviz.training import machine

_SETTINGS = Settings(epochs=1000, device="cpu")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--viewers", type=whole, default=1, help="browsers watching (1)")
    parser.add_argument("--seconds", type=seconds, default=10.0, help="length of a span (10)")
    parser.add_argument("--rounds", type=whole, default=3, help="pairs of spans (3)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    result = measure(arguments.viewers, arguments.seconds, arguments.rounds)
    print(json.dumps(result) if arguments.json else _table(result))


def measure(viewers: int, seconds: float, rounds: int) -> dict[str, Any]:
    """Medians over the rounds, with hardware and versions."""
    hub = the_hub()
    measured = []
    try:
        with serving() as address:
            for _ in range(rounds):
                run = hub.start(_SETTINGS)
                costs, streamed = _streamed(run, address, viewers, seconds)
                hub.stop(run)
                if run.process:
                    run.process.join(PATIENCE)
                measured.append(costs | _compared(streamed, _bare(streamed)))
    finally:
        hub.close()
    return {
        "bench": "live",
        "viewers": viewers,
        "rounds": rounds,
        "seconds": seconds,
        **{name: statistics.median(one[name] for one in measured) for name in measured[0]},
        "slowdown_by_round": [one["slowdown"] for one in measured],
        "cpu_slowdown_by_round": [one["cpu_slowdown"] for one in measured],
        "hardware": machine.hardware("cpu", _SETTINGS.threads),
        "versions": machine.versions(),
    }


def _streamed(
    run: Run, address: str, viewers: int, seconds: float
) -> tuple[dict[str, float], Span]:
    """What a span of a watched run costs the server, and the span."""
    path = f"/dgviz/stream/{run.id}?token={run.token}&channels=gates,weights,facts"
    server, pace = psutil.Process(), Pace(run)
    with helper(watch, address, path, viewers) as connection, pace.listening():
        answer(connection)
        connection.send("count")
        # Of one core, since the call before it.
        server.cpu_percent()
        span = pace.over(seconds)
        busy = server.cpu_percent()
        connection.send("report")
        seen, watched = answer(connection)
    frames = sum(one.frames for one in seen)
    costs = {
        "frames_per_second": frames / viewers / watched,
        "frames_per_second_of_the_slowest": min(one.frames for one in seen) / watched,
        "bytes_a_frame": sum(one.frame_bytes for one in seen) / max(frames, 1),
        "bytes_per_second_a_viewer": sum(one.all_bytes for one in seen) / viewers / watched,
        "server_cpu_percent": busy,
    }
    return costs, span


def _bare(span: Span) -> Span:
    """The same steps with nobody watching."""
    with helper(train_bare, _SETTINGS, span.start, span.stop) as connection:
        return Span(span.start, span.stop, *answer(connection))


def _compared(streamed: Span, bare: Span) -> dict[str, float]:
    return {
        "streamed_steps_per_second": streamed.steps_per_second,
        "bare_steps_per_second": bare.steps_per_second,
        "slowdown": 1 - streamed.steps_per_second / bare.steps_per_second,
        "cpu_slowdown": 1 - streamed.steps_per_cpu_second / bare.steps_per_cpu_second,
    }


def _table(result: dict[str, Any]) -> str:
    def slowdown(name: str) -> str:
        rounds = " ".join(f"{one:.1%}" for one in result[f"{name}_by_round"])
        return f"{result[name]:.1%}   (rounds: {rounds})"

    megabytes = result["bytes_per_second_a_viewer"] / 1e6
    rows = {
        "viewers": f"{result['viewers']}",
        "frames/s a viewer": f"{result['frames_per_second']:.1f}   "
        f"(the slowest {result['frames_per_second_of_the_slowest']:.1f})",
        "bytes a frame": f"{result['bytes_a_frame']:,.0f}",
        "data a viewer": f"{megabytes:.2f} MB/s with weights and facts",
        "server": f"{result['server_cpu_percent']:.1f}% of one core",
        "training streamed": f"{result['streamed_steps_per_second']:.1f} steps/s",
        "training bare": f"{result['bare_steps_per_second']:.1f} steps/s",
        "slowdown": slowdown("slowdown"),
        "in processor time": slowdown("cpu_slowdown"),
    }
    lines = [f"{name:<20}{value}" for name, value in rows.items()]
    return "\n".join([*lines, machine.in_words(result["hardware"], result["versions"])])
