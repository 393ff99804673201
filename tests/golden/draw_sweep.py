"""A sweep as the server sends it, and what follows from it, computed with NumPy."""

from __future__ import annotations

import itertools
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench.made_up_trials import made_up
from dgviz.settings import Settings
from dgviz.sweeps.watch import Watch
from tests.sweeps.made_up_sweep import GRID, finish, lay_out

WANTED = (0.4, 0.85, 0.99)


def draw() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "sweep")
        lay_out(folder)
        settings = [one for one in GRID.trials() if not _is_missing(one)]
        for one in settings:
            finish(folder, one, diverged=_diverges(one))
        watch = Watch(folder)
        watch.look()
        answer = json.loads(watch.since("", 0))
    answer["trials"].sort()
    del answer["revision"]
    return {
        "answer": answer,
        "medians": [_medians(settings, epoch) for epoch in (1, 3)],
        "front": _front(settings),
        "fewest": [(wanted, _fewest(settings, wanted)) for wanted in WANTED],
    }


def _is_missing(settings: Settings) -> bool:
    return settings.beta == 1.0 and settings.tau == 0.5


def _diverges(settings: Settings) -> bool:
    return settings.beta == 0.1 and settings.tau == 0.3 and settings.seed > 0


def _of_cells(settings: list[Settings]) -> list[list[Settings]]:
    """The trials that did not diverge of each cell; none where at least half of them did."""
    cells = []
    for values in itertools.product(*GRID.axes.values()):
        point = dict(zip(GRID.axes, values, strict=True))
        own = [one for one in settings if all(one[name] == point[name] for name in point)]
        sound = [one for one in own if not _diverges(one)]
        cells.append(sound if 2 * len(sound) > len(own) else [])
    return cells


def _median(trials: list[Settings], figure: str, epoch: int) -> float | None:
    values = [made_up(one).epochs[figure][epoch - 1] for one in trials]
    return round(float(np.median(values)), 5) if values else None  # type: ignore[arg-type]


def _medians(settings: list[Settings], epoch: int) -> dict[str, Any]:
    cells = _of_cells(settings)
    names = ("test_accuracy", "validation_accuracy", "active_ratio", "active_weights")
    return {
        "epoch": epoch,
        **{name: [_median(one, name, epoch) for one in cells] for name in names},
    }


def _known(settings: list[Settings]) -> list[tuple[int, float, float, float]]:
    """Number, weights, test and validation accuracy of each cell that has them."""
    last = GRID.base.epochs
    names = ("active_weights", "test_accuracy", "validation_accuracy")
    cells = [[_median(one, name, last) for name in names] for one in _of_cells(settings)]
    return [(at, w, t, v) for at, (w, t, v) in enumerate(cells) if w and t and v]


def _front(settings: list[Settings]) -> list[int]:
    cells = _known(settings)
    best = [
        (weights, number)
        for number, weights, test, _ in cells
        if not any(w <= weights and t >= test and (w, t) != (weights, test) for _, w, t, _ in cells)
    ]
    return [number for _, number in sorted(best)]


def _fewest(settings: list[Settings], wanted: float) -> int | None:
    enough = [(weights, number) for number, weights, _, v in _known(settings) if v >= wanted]
    return min(enough)[1] if enough else None
