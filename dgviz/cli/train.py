"""`python -m dgviz train`: one run, with a flag for every knob of the table."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING

from dgviz.cli.parser import Failure
from dgviz.cli.progress import progress
from dgviz.settings import KNOBS, PRESETS, Settings

if TYPE_CHECKING:
    from dgviz.training.snapshot import Snapshot

SUMMARY = "Train one network and print how well it does and how small it became."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for knob in KNOBS.values():
        metavar = "NAME" if knob.choices else "N" if knob.kind is int else "X"
        words = f"{knob.label}: {knob.help} {knob.accepted.capitalize()}; {_default(knob.name)}."
        parser.add_argument(
            knob.flag,
            # Not given is not the same as the default: a preset lies between the two.
            default=argparse.SUPPRESS,
            dest=knob.name,
            metavar=metavar,
            help=words.replace("%", "%%"),
        )
    parser.add_argument(
        "--json", action="store_true", help="Print the result as one line of JSON on stdout."
    )


def _default(name: str) -> str:
    """The default in words, with the presets that have their own."""
    default = KNOBS[name].default
    own: dict[str, list[str]] = {}
    for preset, facts in PRESETS.items():
        if facts.values.get(name, default) != default:
            own.setdefault(str(facts.values[name]), []).append(preset)
    others = "".join(f", {value} in {' and '.join(names)}" for value, names in own.items())
    return f"default {default}{others}"


def run(arguments: argparse.Namespace) -> None:
    """Train as the arguments say and print the result.

    Raises:
        SettingsError: a setting is not accepted, or the device is not there.
        DataError: the data set cannot be had.
        Failure: training diverged.
        KeyboardInterrupt: its text says what had been reached.
    """
    given = {name: value for name, value in vars(arguments).items() if name in KNOBS}
    settings = Settings.from_preset(given.pop("preset", Settings.preset), **given)

    # Only now, so that a mistyped flag is answered at once and not after torch has been loaded.
    from dgviz.cli.summary import in_words, summarise
    from dgviz.data.sets import load
    from dgviz.data.split import split
    from dgviz.training.device import resolve_device
    from dgviz.training.loop import TrainingDiverged, train

    device = resolve_device(settings.device).type
    data = split(load(settings.dataset), settings.validation, settings.seed)
    snapshots = train(settings, data)
    snapshot = next(snapshots)
    began = time.perf_counter()
    try:
        with progress(settings.epochs * snapshot.steps_per_epoch) as show:
            for snapshot in snapshots:
                show(snapshot)
    except TrainingDiverged as diverged:
        raise Failure(str(diverged), 1) from diverged
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_reached(snapshot)) from None
    result = summarise(settings, snapshot, time.perf_counter() - began, device)
    if arguments.json:
        print(json.dumps(result, allow_nan=False))
    else:
        print(in_words(result))


def _reached(snapshot: Snapshot) -> str:
    from dgviz.gates.measures import measure

    ratio = measure(snapshot.method.hard_masks()).active_ratio
    return (
        f"Interrupted at epoch {snapshot.epoch:.2f} of {snapshot.epochs} (step {snapshot.step}), "
        f"with r {ratio:.3f} and a newest test accuracy of "
        f"{snapshot.evaluation.test_accuracy:.2%}."
    )
