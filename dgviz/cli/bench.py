"""`python -m dgviz bench`: measurements on this machine.

All but that of inference are kept in the repository's folder `bench/`.
"""

from __future__ import annotations

import argparse
import importlib

from dgviz.cli.parser import PROGRAM, Failure, Parser

SUMMARY = "Measure on this machine; bench --help tells what."

_WHAT = (
    "what to measure: train (steps a second), inference and int8 (the forms of a run's network), "
    "any (gates in other networks), batch (networks trained together), live (streaming), runs "
    "(listing a thousand) or sweeps (training and reading them)"
)

MEASUREMENTS = {
    "train": "bench.train",
    "inference": "dgviz.cli.inference",
    "int8": "bench.int8",
    "any": "bench.any_network",
    "batch": "bench.batch",
    "live": "bench.live",
    "runs": "bench.runs",
    "sweeps": "bench.sweeps",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=tuple(MEASUREMENTS), help=_WHAT)
    parser.add_argument(
        "options", nargs=argparse.REMAINDER, help="its own options; see bench train --help"
    )


def run(arguments: argparse.Namespace) -> None:
    """Import the measurement, parse its options and run it.

    Raises:
        Failure: there is no folder `bench/`, as in an installed package.
    """
    name = MEASUREMENTS[arguments.name]
    try:
        measurement = importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name not in ("bench", name):
            raise
        raise Failure(
            "The measurements are in the folder bench/ of dgviz's repository: run "
            "python -m dgviz bench in a clone of it.",
            1,
        ) from missing
    parser = Parser(
        prog=f"{PROGRAM} bench {arguments.name}",
        description=measurement.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    measurement.add_arguments(parser)
    measurement.main(parser.parse_args(arguments.options))
