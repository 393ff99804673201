"""The two studies of docs/results.md: the paper's table, and every sparse method at four ratios.

Everything is chosen by the validation images. The test images are looked at after the last epoch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dgviz.comparison.plan import Plan, PlannedRun
from dgviz.comparison.standing import Standing
from dgviz.comparison.table import NEAR_ENOUGH
from dgviz.comparison.tuned import corrected_beta, settings_for, takes_a_ratio
from dgviz.methods.catalogue import METHODS
from dgviz.methods.spec import MethodSpec
from dgviz.settings import Settings

RATIOS = (0.3, 0.1, 0.05, 0.02)

LEAST_SHARE = 0.25
"""The least part of the wanted weights that a tuning run may keep to be the best one."""

AIM = 1.1
"""The factor from the wanted number of weights above which β is corrected."""

CORRECTIONS = 3
"""How often β is corrected, each time by what the run with seed 0 reached."""

TRIES = 3
"""The tuning runs of each method at each ratio: its starting values, and two changes of them."""

_PRESET_OF_RIVALS = "sparse"
"""It gives all methods label smoothing, weight decay, and a tail of falling learning rate."""


@dataclass(frozen=True)
class Size:
    """How much a study trains.

    Attributes:
        tuning_epochs: of each tuning run.
        hidden: width of the hidden layer.
    """

    epochs: int = 50
    seeds: int = 3
    tuning_epochs: int = 25
    hidden: int = Settings.hidden


FULL = Size()
QUICK = Size(epochs=3, seeds=1, tuning_epochs=1)


class _Row(NamedTuple):
    """A method at a ratio, with the changes of its settings that are tried."""

    spec: MethodSpec
    ratio: float
    changes: tuple[Mapping[str, Any], ...]

    def run(self, size: Size, epochs: int, change: Mapping[str, Any], seed: int) -> PlannedRun:
        settings = Settings.from_preset(
            _PRESET_OF_RIVALS,
            method=self.spec.name,
            seed=seed,
            epochs=epochs,
            hidden=size.hidden,
            **change,
        )
        aimed = settings.with_changes(**settings_for(settings, self.ratio))
        return PlannedRun(self.spec.name, self.ratio, seed, aimed)


def paper_runs(size: Size) -> list[PlannedRun]:
    """The runs of the paper's table: each of its methods, with the paper preset."""
    methods = tuple(name for name, spec in METHODS.items() if spec.reported is not None)
    return Plan("paper", methods, (), size.seeds, size.epochs, size.hidden).runs()


def tuning_runs(size: Size) -> list[PlannedRun]:
    """The tuning runs with seed 0, `TRIES` for each method at each ratio."""
    return [
        row.run(size, size.tuning_epochs, change, seed=0)
        for row in _rows()
        for change in row.changes
    ]


def rival_runs(
    size: Size, tuned: Sequence[Standing], first: Sequence[Standing] = ()
) -> list[PlannedRun]:
    """The runs of the table of rivals, with the best change of each row; seed 0 comes first.

    Args:
        tuned: the standings of `tuning_runs`, all done.
        first: standings of such runs with seed 0, all done. Where a method with a penalty missed
            its number of weights by a factor of more than `AIM`, its β is corrected.
    """
    done = {(one.planned.method, one.planned.ratio): one for one in first}
    chosen = {
        (row.spec.name, row.ratio): row.changes[best_try(tuned[TRIES * i : TRIES * (i + 1)])]
        for i, row in enumerate(_rows())
    }
    references = tuple(name for name, spec in METHODS.items() if spec.reported is not None)
    dense = tuple(name for name in references if not takes_a_ratio(METHODS[name]))
    plan = Plan(_PRESET_OF_RIVALS, dense, (), size.seeds, size.epochs, size.hidden)
    sparse = [
        _aimed(
            row.run(size, size.epochs, chosen[row.spec.name, row.ratio], seed),
            done.get((row.spec.name, row.ratio)),
        )
        for seed in range(size.seeds)
        for row in _rows()
    ]
    return sorted([*plan.runs(), *sparse], key=lambda run: run.seed)


def best_try(tries: Sequence[Standing]) -> int:
    """The position of the try with the highest validation accuracy.

    Tries with many more weights than wanted do not count, and neither do those with less than
    `LEAST_SHARE` of them: fewer weights are no advantage, but a network may have closed all. If no
    try counts, it is the one with the nearest number of weights; 0 if all diverged.
    """

    def rank(i: int) -> tuple[int, float]:
        result = tries[i].result
        if result is None:
            return 0, 0.0
        times = result.figures["active_weights"] / wanted_weights(tries[i].planned)
        if LEAST_SHARE <= times <= NEAR_ENOUGH:
            return 2, result.figures.get("validation_accuracy", 0.0)
        return 1, -abs(math.log(times)) if times else -math.inf

    return max(range(len(tries)), key=lambda i: (*rank(i), -i))


def wanted_weights(planned: PlannedRun) -> float:
    """The number of weights that a run is to keep: its ratio of those of the dense network."""
    return planned.settings.dense_weights * (1.0 if planned.ratio is None else planned.ratio)


def _aimed(run: PlannedRun, first: Standing | None) -> PlannedRun:
    """The run with the β of the first one, corrected where that missed its number of weights."""
    if first is None or METHODS[run.method].target or run.ratio is None:
        return run
    beta = first.planned.settings.beta
    if first.result is not None:
        times = first.result.figures["active_weights"] / wanted_weights(run)
        if times and not 1 / AIM <= times <= AIM:
            beta = corrected_beta(first.planned.settings, run.ratio, run.ratio * times)
    return run._replace(settings=run.settings.with_changes(beta=beta))


def _rows() -> list[_Row]:
    """Every sparse method at every ratio."""
    sparse = [spec for spec in METHODS.values() if takes_a_ratio(spec)]
    return [
        _Row(spec, ratio, ({}, *spec.tuning[: TRIES - 1])) for ratio in RATIOS for spec in sparse
    ]
