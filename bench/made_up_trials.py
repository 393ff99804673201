"""Results of trials that are written and not trained."""

from __future__ import annotations

import math
from pathlib import Path

from dgviz.comparison.result import this_machine
from dgviz.settings import Settings
from dgviz.sweeps import result
from dgviz.sweeps.result import TrialResult

_DIVERGED = "The loss stopped being a finite number at step 3 (epoch 0.1 of 3), so training ended."


def made_up(settings: Settings, *, diverged: bool = False, stopped: int = 0) -> TrialResult:
    """A result whose weights fall and whose error rises with β and τ.

    Args:
        stopped: the epoch after which it was stopped early; 0 for none.
    """
    epochs, beta, tau = stopped or settings.epochs, settings.beta, settings.tau
    pressure = 1 + math.log10(1 + 100 * max(0.0, beta)) * (0.5 + tau)
    done = [1 - 0.5 ** (epoch + 1) for epoch in range(epochs)]
    shift = 0.001 * (settings.seed % 7)
    test = [0.98 * part - 0.01 * pressure - shift for part in done]
    weights = [float(round(200_000 * math.exp(-pressure * part))) for part in done]
    series: dict[str, list[float | None]] = {
        "test_accuracy": [*test],
        "validation_accuracy": [accuracy - 0.002 for accuracy in test],
        "active_ratio": [number / 200_000 for number in weights],
        "active_weights": [*weights],
        "dead_hidden_units": [float(epoch) for epoch in range(epochs)],
    }
    afterwards: dict[str, list[float | None]] = {
        "tau": [0.1, 0.5, 0.9],
        "test_accuracy": [0.9, 0.8, 0.1],
        "validation_accuracy": [0.91, 0.79, 0.1],
        "active_weights": [90.0, 40.0, 0.0],
    }
    figures = {name: float(values[-1] or 0) for name, values in series.items()}
    return TrialResult(
        settings,
        {} if diverged else figures,
        {name: values[:1] if diverged else values for name, values in series.items()},
        {} if diverged else afterwards,
        _DIVERGED if diverged else "",
        stopped,
        2.5 * epochs,
        f"{this_machine()}, 1 thread",
        "abc",
    )


def write_trial(folder: Path, made: TrialResult) -> str:
    """Write a result into the folder of a sweep; return the trial's id."""
    (folder / made.id).mkdir(exist_ok=True)
    result.write(folder / made.id, made)
    return made.id
