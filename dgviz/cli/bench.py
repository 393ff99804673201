"""`python -m dgviz bench`: runs the measurements kept in the repository's folder `bench/`."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from dgviz.cli.parser import Failure, Parser

SUMMARY = (
    "Measure on this machine: train (steps a second), live (what streaming costs) or runs "
    "(listing a thousand)."
)

_ROOT = Path(__file__).parents[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=("train", "live", "runs"), help="what to measure")
    parser.add_argument(
        "options", nargs=argparse.REMAINDER, help="the measurement's own; try bench train --help"
    )


def run(arguments: argparse.Namespace) -> None:
    """Import the measurement, let it read its own options and run it.

    Raises:
        Failure: dgviz was installed without its repository.
    """
    if not (_ROOT / "bench" / f"{arguments.name}.py").is_file():
        raise Failure(
            f"The measurements are in the folder bench/ of dgviz's repository, and {_ROOT} "
            "holds none.",
            1,
        )
    if str(_ROOT) not in sys.path:
        sys.path.insert(0, str(_ROOT))
    measurement = importlib.import_module(f"bench.{arguments.name}")
    parser = Parser(
        prog=f"python -m dgviz bench {arguments.name}",
        description=measurement.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    measurement.add_arguments(parser)
    measurement.main(parser.parse_args(arguments.options))
