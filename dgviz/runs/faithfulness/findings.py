"""What a faithfulness test has found, as `faithfulness.json` in the run's folder."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass
from typing import Any

from dgviz.runs.card import SystemInfo
from dgviz.runs.layout import CHECKPOINT
from dgviz.runs.record import Record

FORMAT = 2
"""Of the file. Format 1 said "order" for "ranking" and "twin" for "baseline"."""

RANKINGS = {
    "retention": "active connections",
    "path": "path weight",
    "gradient": "dense gradient",
    "ink": "ink",
    "random": "random",
}
"""The rankings that are tested, by their names in the file, with the words for them."""


@dataclass(frozen=True)
class Curves:
    """One ranking of the pixels: accuracies as fractions, and the areas under them in [0, 1].

    Of a ranking that was drawn more than once they are means, and each spread is a standard
    deviation over the draws; of one that was not, spreads are 0.
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
    """All that one test has found, and what it was made of.

    Attributes:
        step, epoch: of the checkpoint.
        seed: of the run, which the random rankings are drawn from as well.
        gated: False for a method that takes no connection away and so keeps every pixel alike.
        images: of the validation split, as many as were looked at.
        pixels: of an image; always_zero of them are 0 in every training image.
        draws: random rankings.
        baseline: the dense run whose gradient was taken; "" without one, and `baseline_problem`
            says why.
        removed: the amounts of pixels at which the curves were measured.
        seconds: the test took, with loading the data.
        hardware, versions: what it ran on.
    """

    run: str
    step: int
    epoch: float
    seed: int
    gated: bool
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
        """The curves of a ranking, if it was tested."""
        return next((curves for curves in self.curves if curves.ranking == ranking), None)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able, and as it is written."""
        return {"format": FORMAT, **asdict(self)}

    def csv(self) -> bytes:
        """The curves, a row for each ranking and amount of pixels; accuracies as fractions."""
        names = ("deletion", "insertion", "deletion_spread", "insertion_spread")
        file = io.StringIO()
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["ranking", "pixels", *names])
        for curves in self.curves:
            values = zip(*(getattr(curves, name) for name in names), strict=True)
            for amount, row in zip(self.removed, values, strict=True):
                table.writerow([curves.ranking, amount, *(f"{value:.6g}" for value in row)])
        return file.getvalue().encode()


def obstacle(record: Record) -> str:
    """Why the run cannot be tested, in a sentence or two; "" if it can."""
    if record.settings is None:
        return f"Run {record.id} cannot be tested. {' '.join(record.problems)}"
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
