"""What a trial reached: the file that says that it is done."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dgviz.comparison.result import is_of_this_machine
from dgviz.runs.files import read_file, write_json
from dgviz.settings import Settings, SettingsError
from dgviz.sweeps.grid import trial_id

RESULT = "result.json"
_LARGEST = 2**20

EPOCH_FIGURES = (
    "test_accuracy",
    "validation_accuracy",
    "active_ratio",
    "active_weights",
    "dead_hidden_units",
)
"""The figures that a result has after every epoch."""

COUNTS = (
    "active_weights",
    "total_weights",
    "macs",
    "parameters",
    "dead_hidden_units",
    "pixels_in_use",
)
"""The figures after the last epoch that are whole numbers."""


@dataclass(frozen=True)
class TrialResult:
    """What a trial reached. It is written when the trial is done, and does not change then.

    Only a trial that was stopped early may be trained to its end later.

    Attributes:
        settings: all settings of the trial.
        figures: after the last epoch, by their names in a run's card; a divergent trial has none.
        epochs: for each of `EPOCH_FIGURES` its value after every epoch; None where it is not known.
        afterwards: the same network with other thresholds τ after the training: "tau",
            "test_accuracy", "validation_accuracy" and "active_weights", each a list. Empty for a
            method without a threshold.
        diverged: the reason why the training failed; "" if it did not.
        stopped: the epoch after which it was stopped early, because others were better; 0 if it
            was trained to its end.
        seconds: training time; of networks trained together, an equal share of it.
        machine: hardware and versions, as text.
        commit: of the code, with "+" if files differed from it; "" if not known.
        together: the number of networks that were trained at once in its last session, this one
            among them; 1 if it was trained alone.
        besides: seconds of its process in its last session that were no training: it loaded the
            data, measured other thresholds and wrote files. Of networks trained together, an equal
            share; 0 where it was not measured.
    """

    settings: Settings
    figures: Mapping[str, float]
    epochs: Mapping[str, list[float | None]]
    afterwards: Mapping[str, list[float | None]]
    diverged: str
    stopped: int
    seconds: float
    machine: str
    commit: str
    together: int = 1
    besides: float = 0.0

    @property
    def is_of_this_machine(self) -> bool:
        """Whether a machine like this one has trained it."""
        return is_of_this_machine(self.machine)

    @property
    def id(self) -> str:
        return trial_id(self.settings)


def write(folder: Path, result: TrialResult) -> None:
    """Write the result of a trial into its folder, whole or not at all.

    Raises:
        OSError: the disk is full, read-only or gone.
    """
    content = {"format": 1, **asdict(result), "settings": result.settings.as_dict()}
    write_json(folder / RESULT, content)


def read(folder: Path) -> TrialResult | None:
    """The result in a trial's folder; None if there is none, or none that can be trusted.

    It can be trusted if it is complete, and is that of the settings which the folder is named by.
    """
    try:
        content = json.loads(read_file(folder / RESULT, _LARGEST))
        result = _checked(content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return result if result.id == folder.name else None


def has_file(folder: Path) -> bool:
    """Whether a trial's folder has the file of a result, which may be damaged."""
    # `Path.exists` raises an error if the folder may not be read.
    return os.path.exists(folder / RESULT)  # noqa: PTH110


def damaged_text(trials: int) -> str:
    """What becomes of trials whose results cannot be trusted, as a sentence."""
    if trials == 1:
        return "1 trial has a damaged result: the next training trains it again."
    return f"{trials:,} trials have damaged results: the next training trains them again."


def _checked(content: dict[str, Any]) -> TrialResult:
    """The result in the content of a file.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: a part is missing or of another kind.
    """
    try:
        settings = Settings.from_stored(content["settings"])
    except SettingsError as problem:
        raise ValueError(str(problem)) from problem
    figures = {
        str(name): _whole(value) if name in COUNTS else _number(value)
        for name, value in content["figures"].items()
    }
    if not content["diverged"] and not {"test_accuracy", "active_ratio"} <= figures.keys():
        raise ValueError("Figures are missing.")
    return TrialResult(
        settings,
        figures,
        _series(content["epochs"]),
        _series(content["afterwards"]),
        str(content["diverged"]),
        _whole(content["stopped"]),
        _number(content["seconds"]),
        str(content["machine"]),
        str(content["commit"]),
        _whole(content.get("together", 1)),
        _number(content.get("besides", 0.0)),
    )


def _series(content: dict[str, Any]) -> dict[str, list[float | None]]:
    series: dict[str, list[float | None]] = {
        str(name): [None if value is None else _number(value) for value in values]
        for name, values in content.items()
    }
    if len({len(values) for values in series.values()}) > 1:
        raise ValueError("The series differ in length.")
    return series


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("It is not a number.")
    return value


def _whole(value: object) -> int:
    number = _number(value)
    # A larger float has no decimals, and is no count.
    if number != int(number) or not 0 <= number < 2**53:
        raise ValueError("It is not a count.")
    return int(number)
