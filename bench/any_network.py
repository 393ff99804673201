"""What gates and compacting make of a small convolutional network and a small vision transformer.

For each network it trains on MNIST, with the same settings: the network itself, the network with
gates, and one of the widths of the compacted network from scratch, which shows what the gates are
needed for. Then dense, gated and compacted networks classify the test images in turns, one and 256
at a time, after their outputs have been compared on all test images. Everything runs in one thread.

Learning rates and betas were tried on the validation images.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from dgviz.cli.options import seconds, value_of, whole
from dgviz.cli.parser import Failure
from dgviz.settings import KNOBS

NETWORKS = {
    "cnn": "small convolutional network, gates for inputs",
    "vit": "small vision transformer, gates for attention weights and hidden units",
}
BETAS = {"cnn": 0.5, "vit": 0.5}
LEARNING_RATES = {"cnn": 0.005, "vit": 0.002}
BATCHES = (1, 256)
FORMS = {
    "dense": "dense",
    "gated": "gated, not compacted",
    "compacted": "compacted",
    "scratch": "compacted widths, from scratch",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--network", choices=tuple(NETWORKS), help="only this network")
    parser.add_argument(
        "--epochs", type=value_of(KNOBS["epochs"]), default=5, help="epochs of each training (5)"
    )
    parser.add_argument(
        "--images", type=whole, default=30_000, help="training images, at most 55,000 (30,000)"
    )
    parser.add_argument(
        "--seed", type=value_of(KNOBS["seed"]), default=1, help="of weights and order (1)"
    )
    parser.add_argument(
        "--beta",
        type=value_of(KNOBS["beta"]),
        help=f"penalty on the gates, {KNOBS['beta'].accepted} (0.5)",
    )
    parser.add_argument("--rounds", type=whole, default=15, help="rounds of timing (15)")
    parser.add_argument(
        "--seconds", type=seconds, default=0.1, help="time of each network in a round (0.1)"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    result = measure(arguments)
    print(json.dumps(result) if arguments.json else _table(result))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Train, compact, compare and time each network."""
    import torch

    from dgviz import load, split
    from dgviz.training import machine

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    data = split(load("mnist"))
    if options.images > len(data.train_images):
        raise Failure(f"--images: there are {len(data.train_images):,} training images.", 2)
    names = [options.network] if options.network else list(NETWORKS)
    return {
        "bench": "any",
        "images": options.images,
        "epochs": options.epochs,
        "seed": options.seed,
        "rounds": options.rounds,
        "seconds_a_turn": options.seconds,
        "networks": {name: _measure_one(name, data, options) for name in names},
        "hardware": machine.hardware("cpu", 1),
        "versions": machine.versions(),
    }


def _measure_one(name: str, data: Any, options: argparse.Namespace) -> dict[str, Any]:
    import torch

    import dgviz
    from bench import small_networks

    make: Callable[[], Any]
    make, add_gates = {
        "cnn": (small_networks.convolutional, small_networks.gate_inputs),
        "vit": (
            small_networks.VisionTransformer,
            small_networks.gate_attention_and_hidden_units,
        ),
    }[name]
    beta = BETAS[name] if options.beta is None else options.beta
    images, labels = _pixels(data.train_images[: options.images]), data.train_labels
    test, test_labels = _pixels(data.test_images), data.test_labels

    torch.manual_seed(options.seed)
    dense = make()
    gated = deepcopy(dense)
    add_gates(gated)
    rate = LEARNING_RATES[name]
    _train(dense, images, labels, options, rate)
    _train(gated, images, labels, options, rate, beta)
    try:
        compacted, report = dgviz.compact(gated, test[:1])
    except ValueError as problem:
        raise Failure(f"{name} with beta {beta:g}: {problem}", 1) from problem
    scratch = deepcopy(compacted)
    torch.manual_seed(options.seed)
    for layer in scratch.modules():
        if hasattr(layer, "_reset_parameters"):
            layer._reset_parameters()
        elif hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    _train(scratch, images, labels, options, rate)

    networks = {"dense": dense, "gated": gated, "compacted": compacted, "scratch": scratch}
    logits = {form: _logits(network, test) for form, network in networks.items()}
    difference = (logits["gated"] - logits["compacted"]).abs().max() / logits["gated"].abs().max()
    return {
        "beta": beta,
        "active_ratio": dgviz.active_ratio(gated),
        "accuracy": {
            form: float((one.argmax(1) == test_labels).float().mean())
            for form, one in logits.items()
        },
        "parameters": {
            "dense": report.total_before.parameters,
            "compacted": report.total_after.parameters,
        },
        "macs": {"dense": report.total_before.macs, "compacted": report.total_after.macs},
        "difference": float(difference),
        "different_predictions": int(
            (logits["gated"].argmax(1) != logits["compacted"].argmax(1)).sum()
        ),
        "report": str(report),
        "times": _times(networks, test, options),
    }


def _pixels(images: Any) -> Any:
    """Images as (n, 1, 28, 28) in [0, 1]."""
    return images.float().div(255).view(-1, 1, 28, 28)


def _train(
    network: Any,
    images: Any,
    labels: Any,
    options: argparse.Namespace,
    rate: float,
    beta: float | None = None,
) -> None:
    """AdamW, with a learning rate that falls to 0 as half a cosine.

    With `beta` the penalty is added for the gates. They learn faster, and come to rest after 60% of
    the steps, so that the weights can adapt to them.
    """
    import torch
    from torch.nn import functional

    import dgviz

    torch.manual_seed(options.seed)
    steps = options.epochs * math.ceil(len(images) / 128)
    groups: list[dict[str, Any]] = [{"params": list(network.parameters())}]
    rates = [lambda step: (1 + math.cos(math.pi * step / steps)) / 2]
    if beta is not None:
        others, logits = dgviz.split_parameters(network)
        groups = [{"params": others}, {"params": logits, "lr": 0.01, "weight_decay": 0.0}]
        rates.append(lambda step: max(0.0, 1 - step / (0.6 * steps)))
    optimiser = torch.optim.AdamW(groups, lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, rates)
    network.train()
    for _ in range(options.epochs):
        for batch in torch.randperm(len(images)).split(128):
            loss = functional.cross_entropy(network(images[batch]), labels[batch])
            if beta is not None:
                loss = loss + beta * dgviz.gate_penalty(network)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    network.eval()


def _logits(network: Any, images: Any) -> Any:
    import torch

    with torch.inference_mode():
        return torch.cat([network(some) for some in images.split(500)])


def _times(networks: dict[str, Any], test: Any, options: argparse.Namespace) -> list[Any]:
    """The time of a call, as `dgviz bench inference` measures it."""
    import torch

    from dgviz.compaction.speed.timing import timings, turns

    def runner(network: Any) -> Callable[[Any], Any]:
        def run(images: Any) -> Any:
            with torch.inference_mode():
                return network(images)

        return run

    # Widths decide the time, so the one from scratch takes as long as the compacted one.
    timed = {form: runner(networks[form]) for form in ("dense", "gated", "compacted")}
    found = []
    for batch in BATCHES:
        some = test[: 2560 // batch * batch].split(batch)
        found += timings(turns(timed, some, options.rounds, options.seconds), batch, 1)
    return [asdict(timing) for timing in found]


def _table(result: dict[str, Any]) -> str:
    from dgviz.formatting import count, fixed, percent, ratio
    from dgviz.training import machine

    lines: list[str] = []
    for name, one in result["networks"].items():
        lines += [f"{name}: {NETWORKS[name]}, beta {one['beta']:g}", one["report"], ""]
        times = {(time["executor"], time["batch"]): time for time in one["times"]}
        columns = ["", "test accuracy", "parameters", "MACs an image"]
        columns += [f"ms, batch {batch} (over dense)" for batch in BATCHES]
        rows: list[Sequence[str]] = [columns]
        for form, title in FORMS.items():
            size = "compacted" if form in ("compacted", "scratch") else "dense"
            cells = [title, percent(one["accuracy"][form])]
            cells += [count(one["parameters"][size]), count(one["macs"][size])]
            for batch in BATCHES:
                time = times.get((form, batch))
                cells.append(
                    f"{fixed(time['seconds'] * 1000, 3)} ({fixed(time['speedup'], 2)})"
                    if time
                    else "as compacted"
                )
            rows.append(cells)
        widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
        lines += [
            "  ".join([first.ljust(widths[0]), *map(str.rjust, cells, widths[1:])])
            for first, *cells in rows
        ]
        lines += [
            f"active ratio {ratio(one['active_ratio'])} of the weights with gates; on the test "
            f"images the outputs of gated and compacted differ by {one['difference']:.1e} of the "
            f"largest one, and {one['different_predictions']} predictions differ",
            "",
        ]
    lines.append(
        f"{count(result['images'])} training images, {result['epochs']} epochs, "
        f"seed {result['seed']}, medians of {result['rounds']} rounds"
    )
    return "\n".join([*lines, machine.as_text(result["hardware"], result["versions"])])
