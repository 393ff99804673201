"""The runs of the study of compact networks: gates for pixels and units, beside two controls.

At each size, DynamicGate-MLP is trained with the size's preset until a dense network of that many
weights is left. Two networks are trained in the same way from the start:

- 784-H-10 with about as many weights, which reads all pixels;
- the shape that the gates have left with the same seed, on a checkerboard of pixels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dgviz.comparison.plan import PlannedRun
from dgviz.comparison.result import Result
from dgviz.comparison.standing import Standing
from dgviz.comparison.studies import Size
from dgviz.data.catalogue import DATASETS
from dgviz.settings import Settings

GOALS = {"compact-60k": 0.986, "compact-20k": 0.983, "compact-10k": 0.98}
"""The test accuracy that each preset should reach, as a fraction."""

SEEDS = 5


class Shape(NamedTuple):
    """The dense network that is left of a network with one hidden layer."""

    pixels: float
    units: float


def gated_runs(size: Size) -> list[PlannedRun]:
    """The runs with gates, seed 0 of every size first."""
    return [
        PlannedRun(
            Settings.method,
            None,
            seed,
            Settings.from_preset(preset, seed=seed, epochs=size.epochs),
        )
        for seed in range(size.seeds)
        for preset in GOALS
    ]


def control_runs(gated: Iterable[Standing]) -> list[PlannedRun]:
    """The two controls of each run with gates, which is done.

    There is none for a run that diverged, or whose network has no pixels or no units left.
    """
    runs = []
    for one in gated:
        if one.result is None:
            continue
        settings = one.planned.settings
        shape = shape_of(settings, one.result)
        if not shape.pixels or not shape.units:
            continue
        entry = DATASETS[settings.dataset]
        per_unit = entry.input_size + len(entry.classes)
        read = round(shape.pixels / entry.input_size, 4)
        for method, hidden, own in (
            ("small", round(settings["dynamicgate.keep"] / per_unit), {"small.ratio": 1.0}),
            ("checkerboard", int(shape.units), {"checkerboard.ratio": read}),
        ):
            control = Settings.from_preset(
                settings.preset,
                method=method,
                hidden=hidden,
                seed=settings.seed,
                epochs=settings.epochs,
                **own,
            )
            runs.append(PlannedRun(method, None, settings.seed, control))
    return runs


def shape_of(settings: Settings, result: Result) -> Shape:
    """The shape of the network that a run has left, from its counts.

    It has a bias for each hidden unit and each class, and its weights are those between pixels and
    units, and between units and classes.
    """
    classes = len(DATASETS[settings.dataset].classes)
    weights = result.figures["active_weights"]
    units = result.figures["parameters"] - weights - classes
    return Shape(round(weights / units) - classes if units else 0, units)
