"""The flags for what is done to a run's network after training."""

from __future__ import annotations

import argparse

from dgviz.compaction.recipe import FINE_TUNING, MEAN, Recipe


def add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tau",
        metavar="X",
        help="Another threshold for the gates, from 0 to 1; by default the one in effect.",
    )
    parser.add_argument(
        "--fan-in",
        metavar="K",
        help="Keep at most K connections of each hidden unit, those with the largest weights, and "
        f"fill up units with fewer; {MEAN}: as many as hidden units have on average.",
    )
    parser.add_argument(
        "--finetune",
        metavar="N",
        default=0,
        help=f"Train the weights that are left for N more epochs, at most {FINE_TUNING.maximum:g}.",
    )


def recipe_of(arguments: argparse.Namespace) -> Recipe:
    """The recipe that the flags describe.

    Raises:
        SettingsError: a value is not accepted.
    """
    return Recipe(tau=arguments.tau, fan_in=arguments.fan_in, epochs=arguments.finetune)
