"""The results of a faithfulness test, stored as `faithfulness.json` in the run's folder."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass
from typing import Any

from dgviz.methods.spec import MethodSpec
from dgviz.runs.card import SystemInfo
from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.record import Record

FORMAT = 2
"""The file format. Format 1 had other names, see `findings_file`."""

RANKINGS = {
    "retention": "active connections",
    "path": "path weight",
    "gradient": "dense gradient",
    "ink": "ink",
    "random": "random",
}
"""The titles of the tested rankings, by their names in the file."""


@dataclass(frozen=True)
class Curves:
    """The curves of one ranking: accuracies as fractions, and the areas below them in [0, 1].

    For a random ranking they are means, and each spread is a standard deviation over the draws. For
    other rankings the spreads are 0.
    """

    ranking: str
    deletion: tuple[float, ...]
    insertion: tuple[float, ...]
    deletion_spread: tuple[float, ...]
    insertion_spread: tuple[float, ...]
    deletion_area: float
    insertion_area: float
    deletion_area_spread: float = 0.0
    insertion_area_spread: float = 0.0


@dataclass(frozen=True)
class Findings:
    """The results of one test, and its conditions.

    Attributes:
        step, epoch: of the checkpoint.
        seed: of the run; the random rankings use it too.
        counts_differ: False if all pixels that are not always blank have the same number of active
            connections, which then cannot rank them.
        images: the number of tested images of the validation split.
        pixels: the number of pixels of an image; `always_zero` of them are always blank.
        draws: the number of random rankings.
        baseline: the id of the dense run that gives the gradient; "" without one, for the reason
            in `baseline_problem`.
        removed: the amounts of pixels at which the curves were measured.
        seconds: the duration of the test, including loading the data.
        hardware, versions: of the machine that ran the test.
    """

    run: str
    step: int
    epoch: float
    seed: int
    counts_differ: bool
    images: int
    pixels: int
    always_zero: int
    draws: int
    baseline: str
    baseline_problem: str
    removed: tuple[int, ...]
    curves: tuple[Curves, ...]
    seconds: float
    hardware: SystemInfo
    versions: SystemInfo

    def of(self, ranking: str) -> Curves | None:
        """The curves of a ranking; None if it was not tested."""
        return next((curves for curves in self.curves if curves.ranking == ranking), None)

    def as_dict(self) -> dict[str, Any]:
        """The content of the file, as values that JSON can represent."""
        return {"format": FORMAT, **asdict(self)}

    def csv(self) -> bytes:
        """The curves as CSV, one row for each ranking and amount; accuracies as fractions."""
        names = ("deletion", "insertion", "deletion_spread", "insertion_spread")
        file = io.StringIO()
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["ranking", "pixels", *names])
        for curves in self.curves:
            values = zip(*(getattr(curves, name) for name in names), strict=True)
            for amount, row in zip(self.removed, values, strict=True):
                table.writerow([curves.ranking, amount, *(f"{value:.6g}" for value in row)])
        return file.getvalue().encode()


def without_order(method: MethodSpec) -> str:
    """Why a method with routes has no order in which the test could remove the pixels."""
    return (
        f"The test is not offered for {method.title}: it ranks pixels by the connections that "
        "every image uses, and this network routes each image."
    )


def obstacle(record: Record) -> str:
    """Why the run cannot be tested, in a sentence or two; "" if it can."""
    if record.settings is None:
        return f"Run {record.id} cannot be tested. {' '.join(record.problems)}"
    if record.settings.spec.routes:
        return without_order(record.settings.spec)
    if not record.settings.validation:
        return (
            "The test needs validation images, and this run has none (validation 0): all training "
            "images were used for training."
        )
    if record.phase == "running":
        return "The run is training. The test can be run when it has ended."
    if not (record.folder / CHECKPOINT).is_file():
        return "The run has no checkpoint, so there is no network to test."
    return ""
