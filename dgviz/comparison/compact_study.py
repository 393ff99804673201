"""The runs of the study of compact networks: gates for pixels and units, beside three controls.

At each size, DynamicGate-MLP is trained with the size's preset until a dense network of that many
weights is left. Three networks are trained in the same way from the start:

- 784-H-10 with about as many weights, which reads all pixels;
- the shape that the gates have left with the same seed, on a checkerboard of pixels;
- the best of `SHARES` shapes with about as many weights, on a checkerboard of pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
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

SHARES = (0.25, 0.375, 0.5)
"""The parts of the pixels that a checkerboard reads in the shapes that are tried for each size."""


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
    """For each run with gates, which is done: the small network, and its own shape.

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
        inputs = DATASETS[settings.dataset].input_size
        own = {"checkerboard.ratio": round(shape.pixels / inputs, 4)}
        runs += [
            _control(settings, "small", _units(settings, inputs), {"small.ratio": 1.0}),
            _control(settings, "checkerboard", int(shape.units), own),
        ]
    return runs


def shape_tries(size: Size) -> list[PlannedRun]:
    """The runs on a checkerboard with seed 0, one for each of `SHARES` at each size."""
    return [
        _checkerboard(run.settings, share)
        for run in gated_runs(replace(size, seeds=1))
        for share in SHARES
    ]


def best_shape_runs(size: Size, tries: Sequence[Standing]) -> list[PlannedRun]:
    """The runs of all seeds with the shape of the highest validation accuracy at each size.

    Args:
        tries: the standings of `shape_tries`, all done. A size at which all diverged has no runs.
    """
    runs = []
    for preset in GOALS:
        finished = [
            (one.result.figures.get("validation_accuracy", 0.0), one.planned)
            for one in tries
            if one.planned.settings.preset == preset and one.result is not None
        ]
        if finished:
            _, best = max(finished, key=lambda pair: pair[0])
            runs += [
                best._replace(seed=seed, settings=best.settings.with_changes(seed=seed))
                for seed in range(size.seeds)
            ]
    return runs


def _checkerboard(settings: Settings, share: float) -> PlannedRun:
    """A checkerboard of this part of the pixels, with as many units as the size allows."""
    pixels = round(share * DATASETS[settings.dataset].input_size)
    own = {"checkerboard.ratio": share}
    control = _control(settings, "checkerboard", _units(settings, pixels), own)
    return control._replace(ratio=share)


def _units(settings: Settings, pixels: int) -> int:
    """The hidden units with which a network of so many pixels has about the wanted weights."""
    classes = len(DATASETS[settings.dataset].classes)
    return round(settings["dynamicgate.keep"] / (pixels + classes))


def _control(settings: Settings, method: str, hidden: int, own: Mapping[str, float]) -> PlannedRun:
    """The same training of another method."""
    control = Settings.from_preset(
        settings.preset,
        method=method,
        hidden=hidden,
        seed=settings.seed,
        epochs=settings.epochs,
        **own,
    )
    return PlannedRun(method, None, settings.seed, control)


def shape_of(settings: Settings, result: Result) -> Shape:
    """The shape of the network that a run has left, from its counts.

    It has a bias for each hidden unit and each class, and its weights are those between pixels and
    units, and between units and classes.
    """
    classes = len(DATASETS[settings.dataset].classes)
    weights = result.figures["active_weights"]
    units = result.figures["parameters"] - weights - classes
    return Shape(round(weights / units) - classes if units else 0, units)
