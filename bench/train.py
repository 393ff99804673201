"""Steps per second of dgviz's training loop, a naive loop and a dense network's loop.

The loops alternate in one process, so that a busy machine slows all of them equally. A figure is
the median of its rounds, a ratio the median of the ratios of each round. Steps at which dgviz
evaluates (four in the first epoch, then one an epoch) are not counted, nor is their time, because
the other two never evaluate; "ours, evaluating" counts them. All other work of dgviz is included:
the snapshot of each step, the training metrics, and ten log points an epoch.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any

from dgviz.cli.options import seconds, whole

TARGETS = {"naive": 4.0, "dense": 0.7}
"""Minimum of the ratio of our rate to the other one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch-size", type=whole, default=128, help="images a step (128)")
    parser.add_argument("--threads", type=whole, default=1, help="CPU threads (1)")
    parser.add_argument("--rounds", type=whole, default=9, help="rounds (9)")
    parser.add_argument(
        "--seconds", type=seconds, default=1.5, help="time of each loop in a round (1.5)"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    result = measure(arguments.batch_size, arguments.threads, arguments.rounds, arguments.seconds)
    print(json.dumps(result) if arguments.json else _table(result))


def measure(batch_size: int, threads: int, rounds: int, seconds: float) -> dict[str, Any]:
    """Steps per second of each loop, and the ratios, with hardware and versions."""
    from bench import contenders
    from dgviz.training import machine

    loops = {
        "naive": contenders.naive(batch_size),
        "ours": contenders.ours(batch_size, threads),
        "dense": contenders.dense(batch_size),
    }
    rates: dict[str, list[float]] = {name: [] for name in (*loops, "ours_evaluating")}
    for name, loop in loops.items():
        _turn(name, loop, threads, seconds / 3)
    for _ in range(rounds):
        for name, loop in loops.items():
            counted, all_steps = _turn(name, loop, threads, seconds)
            rates[name].append(counted)
            if name == "ours":
                rates["ours_evaluating"].append(all_steps)
    return {
        "bench": "train",
        "batch_size": batch_size,
        "rounds": rounds,
        "seconds_a_turn": seconds,
        "steps_per_second": {name: statistics.median(rate) for name, rate in rates.items()},
        "steps_per_second_by_round": rates,
        "ours_over_naive": _ratio(rates["ours"], rates["naive"]),
        "ours_over_dense": _ratio(rates["ours"], rates["dense"]),
        "targets": TARGETS,
        "hardware": machine.hardware("cpu", threads),
        "versions": machine.versions(),
    }


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def _turn(name: str, loop: Iterator[bool], threads: int, seconds: float) -> tuple[float, float]:
    """Run a loop for `seconds`; return its rate over the steps that count, and over all steps."""
    import torch

    torch.set_num_threads(threads)
    # The naive loop uses torch's default; ours sets this, so the dense one gets it too.
    torch.set_flush_denormal(name != "naive")
    counted_steps, counted_seconds, steps = 0, 0.0, 0
    began = now = time.perf_counter()
    while now - began < seconds or counted_steps == 0:
        counts = next(loop)
        before, now = now, time.perf_counter()
        steps += 1
        if counts:
            counted_steps += 1
            counted_seconds += now - before
    return counted_steps / counted_seconds, steps / (now - began)


def _table(result: dict[str, Any]) -> str:
    from dgviz.training import machine

    labels = {
        "naive": "naive: DataLoader, autograd, Adam",
        "ours": "ours: dgviz's train()",
        "ours_evaluating": "ours, evaluating once an epoch",
        "dense": "dense: whole tensors, fused Adam",
    }
    lines = [f"{'batch ' + str(result['batch_size']):<34}{'steps/s':>9}   rounds"]
    for name, label in labels.items():
        rounds = " ".join(f"{rate:.0f}" for rate in result["steps_per_second_by_round"][name])
        lines.append(f"{label:<34}{result['steps_per_second'][name]:>9.1f}   {rounds}")
    for name, target in TARGETS.items():
        ratio = result[f"ours_over_{name}"]
        verdict = "reached" if ratio >= target else "missed"
        lines.append(f"ours / {name:<27}{ratio:>9.2f}   target {target:g}: {verdict}")
    return "\n".join([*lines, machine.as_text(result["hardware"], result["versions"])])
