"""What this server has computed for the Compact page, for every tab; the oldest are dropped."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cache, cached_property

from dgviz.compaction.exports.export import Export
from dgviz.compaction.recipe import Recipe
from dgviz.compaction.result import Compaction
from dgviz.compaction.sizes import Size
from dgviz.compaction.speed.measurement import Measurement
from dgviz.compaction.tau_curve import TauCurve

_MOST = 8
"""A result has its networks, up to some tens of megabytes, and its exports."""


@dataclass(eq=False)
class Result:
    """A compacted network, and what has been made of it.

    Attributes:
        made: the networks, the accuracies and the check.
        speed: the times of this very network; None until they are measured, or if they are those
            in the run's folder.
        exports: the exports that were prepared, by the name of the format.
    """

    made: Compaction
    speed: Measurement | None = None
    exports: dict[str, Export] = field(default_factory=dict)

    @cached_property
    def sizes(self) -> dict[str, Size]:
        return self.made.sizes


class Results:
    """Results by run and recipe, and curves by run. Methods may be called from any thread."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, Recipe], Result] = {}
        self._curves: dict[str, TauCurve] = {}
        self._lock = threading.Lock()

    def keep(self, made: Compaction) -> None:
        with self._lock:
            self._results.pop((made.run, made.recipe), None)
            self._results[made.run, made.recipe] = Result(made)
            while len(self._results) > _MOST:
                del self._results[next(iter(self._results))]

    def find(self, run: str, recipe: Recipe) -> Result | None:
        with self._lock:
            return self._results.get((run, recipe))

    def newest(self, run: str) -> Result | None:
        """The newest result of a run by any recipe."""
        with self._lock:
            of_run = [result for (of, _), result in self._results.items() if of == run]
            return of_run[-1] if of_run else None

    def own_tau(self, run: str) -> float | None:
        """The threshold of a run's network as trained; None if it is not known."""
        with self._lock:
            made = [result.made for (of, _), result in self._results.items() if of == run]
            known = [one.tau for one in made if one.recipe.tau is None]
            if known:
                return known[-1]
            curve = self._curves.get(run)
            return curve.own if curve else None

    def keep_curve(self, run: str, curve: TauCurve) -> None:
        with self._lock:
            self._curves.pop(run, None)
            self._curves[run] = curve
            while len(self._curves) > _MOST:
                del self._curves[next(iter(self._curves))]

    def curve(self, run: str, step: int) -> TauCurve | None:
        """The curve of the run's checkpoint of this step; None if there is none."""
        with self._lock:
            curve = self._curves.get(run)
            return curve if curve and curve.step == step else None


@cache
def the_results() -> Results:
    """The results of this server."""
    return Results()
