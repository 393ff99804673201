"""`python -m dgviz bench`: runs the measurements kept in the repository's folder `bench/`."""

from __future__ import annotations

import argparse
import importlib

from dgviz.cli.parser import PROGRAM, Failure, Parser

SUMMARY = (
    "Measure on this machine: train (steps a second), live (what streaming costs) or runs "
    "(listing a thousand)."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=("train", "live", "runs"), help="what to measure")
    parser.add_argument(
        "options", nargs=argparse.REMAINDER, help="its own options; see bench train --help"
    )


def run(arguments: argparse.Namespace) -> None:
    """Import the measurement, parse its options and run it.

    Raises:
        Failure: there is no folder `bench/`, as in an installed package.
    """
    name = f"bench.{arguments.name}"
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
