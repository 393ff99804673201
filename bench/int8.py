"""How fast, how accurate and how large a run's compact network is in 8-bit integers.

ONNX Runtime quantises it in two ways: with scales of the activations that it finds for each call
(dynamic), or that were found on training images (static). Beside them are the same graph in
float32, dense PyTorch and the two forms in numba that are mostly the fastest. Integers do not give
the logits of the network, so the accuracy on all test images stands beside each time.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from dgviz.cli.options import seconds, whole
from dgviz.cli.output import aligned
from dgviz.cli.parser import Failure
from dgviz.cli.recipe import add_recipe_arguments, recipe_of
from dgviz.cli.runs import add_runs_option, find, open_store
from dgviz.compaction.executors.executor import DENSE, EXECUTORS, Images, Logits
from dgviz.compaction.exports.formats import FORMATS
from dgviz.compaction.recorded import compact_run
from dgviz.compaction.result import obstacle
from dgviz.compaction.speed.text import setting_text, time_text, times_text
from dgviz.compaction.speed.timing import timings, turns
from dgviz.data.sets import load
from dgviz.formatting import UNKNOWN, count, counted, percent
from dgviz.runs.contents import RunsError
from dgviz.training import machine

_BESIDE = (DENSE, "compact-inked", "csr-tiles", "compact-onnx")
_CALIBRATION = 1000
"""Training images."""

_COLUMNS = ("form", "time", "against dense", "test accuracy", "bytes of the file")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", metavar="RUN", help="a run's id, or the first four digits of it or more"
    )
    add_recipe_arguments(parser)
    parser.add_argument("--rounds", type=whole, default=15, metavar="N", help="rounds (15)")
    parser.add_argument(
        "--seconds", type=seconds, default=0.02, metavar="S", help="time of each form (0.02)"
    )
    add_runs_option(parser)
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead")


def main(arguments: argparse.Namespace) -> None:
    """Measure on one thread and print the result.

    Raises:
        Failure: with code 2 if there is no such run, 1 if it cannot be compacted, or
            without ONNX Runtime.
    """
    if missing := FORMATS["onnx"].obstacle:
        raise Failure(missing, 1)
    from bench.quantised import FLOAT, graphs
    from dgviz.compaction.executors.with_onnx import run_graph

    recipe = recipe_of(arguments)
    record = find(open_store(arguments.runs), arguments.run)
    if problem := obstacle(record, recipe):
        raise Failure(problem, 1)
    try:
        made = compact_run(record.folder, recipe)
    except RunsError as failed:
        raise Failure(str(failed), 1) from failed
    assert record.settings is not None
    torch.set_num_threads(1)
    data = load(record.settings.dataset)
    content = graphs(made.network, _scaled(data.train_images[:_CALIBRATION].numpy()))
    forms = {name: EXECUTORS[name].prepare(made.gated, made.network, 1) for name in _BESIDE}
    forms |= {name: run_graph(graph, 1) for name, graph in content.items() if name != FLOAT}
    images, labels = _scaled(data.test_images.numpy()), data.test_labels.numpy()
    result = {
        "run": made.run,
        "recipe": made.recipe.as_dict(),
        "accuracy": {
            name: float((logits(images).argmax(1) == labels).mean())
            for name, logits in forms.items()
        },
        "bytes": {name: len(graph) for name, graph in content.items()},
        "rounds": arguments.rounds,
        "times": [
            one
            for batch in (1, 32, 1000)
            for one in _times(forms, images, batch, arguments.rounds, arguments.seconds)
        ],
        "hardware": machine.hardware("cpu", 1),
        "versions": machine.versions(),
    }
    print(json.dumps(result, allow_nan=False) if arguments.json else _as_text(result))


def _scaled(images: np.ndarray) -> Images:
    return np.divide(images, 255, dtype=np.float32)


def _times(
    forms: Mapping[str, Logits], images: Images, batch: int, rounds: int, seconds: float
) -> list[dict[str, Any]]:
    batches = [images[i : i + batch] for i in range(0, len(images) - batch + 1, batch)]
    found = timings(turns(forms, batches, rounds, seconds), batch, 1)
    return [vars(one) for one in found]


def _as_text(result: Mapping[str, Any]) -> str:
    lines = [f"run {result['run']}, {counted(result['rounds'], 'round')}:"]
    for batch in (1, 32, 1000):
        rows = [
            (
                EXECUTORS[name].title if name in EXECUTORS else f"compact {name}, ONNX Runtime",
                time_text(one["seconds"]),
                times_text(one["speedup"]),
                percent(result["accuracy"][name]),
                count(result["bytes"][name]) if name in result["bytes"] else UNKNOWN,
            )
            for one in result["times"]
            if one["batch"] == batch
            for name in [one["executor"]]
        ]
        lines += ["", f"{setting_text(batch, 1)}:", *aligned([_COLUMNS, *rows])]
    return "\n".join([*lines, "", machine.as_text(result["hardware"], result["versions"])])
