"""Seconds of an epoch for networks that are trained together, and for each of them alone.

The networks differ in β. Each round trains one of them alone, and then all together, from their
initial weights to the end of the last epoch, with an evaluation after each epoch. A figure is the
median of the rounds. Recording, which a sweep does as well, is not measured.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from typing import TYPE_CHECKING, Any

from dgviz.cli.options import whole
from dgviz.cli.output import aligned
from dgviz.formatting import percent
from dgviz.sweeps.together import MOST_UNITS

if TYPE_CHECKING:
    from dgviz.data.split import Splits
    from dgviz.settings import Settings

_BETAS = 0.01, 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--device", choices=("cpu", "cuda", "mps"), default="cpu", help="of the training (cpu)"
    )
    parser.add_argument(
        "--hidden", type=whole, nargs="+", metavar="N", help="hidden units (8 16 32 64, or 256)"
    )
    parser.add_argument(
        "--networks",
        type=whole,
        metavar="N",
        help="trained together (as many as have 256 hidden units; 100 on an accelerator)",
    )
    parser.add_argument("--epochs", type=whole, default=1, help="epochs (1)")
    parser.add_argument("--rounds", type=whole, default=3, help="rounds (3)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    from dgviz.data.sets import load
    from dgviz.data.split import split
    from dgviz.settings import Settings
    from dgviz.training import machine
    from dgviz.training.loop import train

    on_cpu = arguments.device == "cpu"
    base = Settings(device=arguments.device, threads=1, epochs=arguments.epochs)
    data = split(load(base.dataset), base.validation, base.seed)
    # The first steps of a process take longer.
    for _ in itertools.islice(train(base, data), 5):
        pass
    rows = []
    for hidden in arguments.hidden or ((8, 16, 32, 64) if on_cpu else (256,)):
        networks = arguments.networks or (max(2, MOST_UNITS // hidden) if on_cpu else 100)
        rows.append(_measured(base.with_changes(hidden=hidden), networks, arguments.rounds, data))
    result = {
        "bench": "batch",
        "epochs": arguments.epochs,
        "rounds": arguments.rounds,
        "seed": base.seed,
        "batch_size": base.batch_size,
        "sizes": rows,
        "hardware": machine.hardware(arguments.device, base.threads),
        "versions": machine.versions(),
    }
    print(json.dumps(result) if arguments.json else _as_text(result))


def _measured(base: Settings, networks: int, rounds: int, data: Splits) -> dict[str, Any]:
    """The times of networks of one size."""
    from dgviz.training.batch import train_batch
    from dgviz.training.loop import train

    first, last = _BETAS
    ratio = (last / first) ** (1 / max(1, networks - 1))
    trials = [base.with_changes(beta=first * ratio**i) for i in range(networks)]
    alone, together, accuracies = [], [], {}
    for _ in range(rounds):
        began = time.perf_counter()
        *_, of_one = train(trials[0], data)
        alone.append((time.perf_counter() - began) / base.epochs)
        began = time.perf_counter()
        *_, of_all = train_batch(trials, data)
        together.append((time.perf_counter() - began) / base.epochs / networks)
        accuracies = {
            "alone": of_one.evaluation.test_accuracy,
            "together": of_all[0] and of_all[0].evaluation.test_accuracy,
        }
    return {
        "hidden": base.hidden,
        "networks": networks,
        "epoch_seconds_alone": statistics.median(alone),
        "epoch_seconds_together": statistics.median(together),
        "speedup": statistics.median(a / b for a, b in zip(alone, together, strict=True)),
        "speedup_by_round": [a / b for a, b in zip(alone, together, strict=True)],
        "test_accuracy": accuracies,
    }


def _as_text(result: dict[str, Any]) -> str:
    from dgviz.training import machine

    heads = ["hidden", "networks", "alone", "together", "times as fast", "accuracy", "and together"]
    rows = [
        [
            str(row["hidden"]),
            str(row["networks"]),
            f"{row['epoch_seconds_alone']:.3f} s",
            f"{row['epoch_seconds_together']:.3f} s",
            f"{row['speedup']:.1f} ({min(row['speedup_by_round']):.1f} to "
            f"{max(row['speedup_by_round']):.1f})",
            *(percent(row["test_accuracy"][name]) for name in ("alone", "together")),
        ]
        for row in result["sizes"]
    ]
    return "\n".join(
        [
            "Seconds of an epoch for each network; accuracies of the one with the lowest β:",
            *aligned([heads, *rows]),
            f"batches of {result['batch_size']} images, seed {result['seed']}, "
            f"{result['epochs']} epochs, {result['rounds']} rounds",
            machine.as_text(result["hardware"], result["versions"]),
        ]
    )
