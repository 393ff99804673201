"""What a faithfulness test has found, as `faithfulness.json` in the run's folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dgviz.runs.contents import Missing, RunsError, Unreadable, read_object
from dgviz.runs.files import write_json
from dgviz.runs.record import CHECKPOINT, Record

FINDINGS = "faithfulness.json"

ORDERS = {
    "retention": "active connections",
    "path": "path weight",
    "gradient": "dense gradient",
    "ink": "ink",
    "random": "random",
}
"""The orders that are tested, by their names in the file, with the words for them."""


@dataclass(frozen=True)
class Curves:
    """One order of the pixels: accuracies as fractions, and the areas under them in [0, 1].

    Of an order that was drawn more than once they are means, and each spread is a standard
    deviation over the draws; of one that was not, spreads are 0.
    """

    order: str
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
        seed: of the run, which the random orders are drawn from as well.
        gated: False for a dense run, which retains every pixel alike.
        images: of the validation split, as many as were looked at.
        pixels: of an image; always_zero of them are 0 in every training image.
        draws: random orders.
        twin: the dense run whose gradient was taken; "" without one, and `twin_problem` says why.
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
    twin: str
    twin_problem: str
    removed: tuple[int, ...]
    curves: tuple[Curves, ...]
    seconds: float
    hardware: dict[str, Any]
    versions: dict[str, Any]

    def of(self, order: str) -> Curves | None:
        """The curves of an order, if it was tested."""
        return next((curves for curves in self.curves if curves.order == order), None)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able, and as it is written."""
        return {"format": 1, **asdict(self)}

    def csv(self) -> bytes:
        """The curves, a row for each order and amount of pixels; accuracies as fractions."""
        names = ("deletion", "insertion", "deletion_spread", "insertion_spread")
        file = io.StringIO()
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["order", "pixels", *names])
        for curves in self.curves:
            values = zip(*(getattr(curves, name) for name in names), strict=True)
            for amount, row in zip(self.removed, values, strict=True):
                table.writerow([curves.order, amount, *(f"{value:.6g}" for value in row)])
        return file.getvalue().encode()


def save(findings: Findings, folder: Path) -> None:
    """Put them into the run's folder, in the place of older ones.

    Raises:
        RunsError: they cannot be written.
    """
    try:
        write_json(folder / FINDINGS, findings.as_dict())
    except OSError as problem:
        why = problem.strerror or problem
        raise RunsError(f"What the test found could not be saved: {why}.") from problem


def read(record: Record) -> Findings | None:
    """The newest ones of a run; None if it was not tested yet.

    Raises:
        Unreadable: the file is there and cannot be used; the message is a sentence.
    """
    try:
        content = read_object(record.folder / FINDINGS)
        return _checked(content)
    except Missing:
        return None
    except Unreadable as problem:
        raise Unreadable(f"{FINDINGS} cannot be used: {problem}") from problem
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Unreadable(f"{FINDINGS} cannot be used: it is damaged.") from problem


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


def _checked(content: Mapping[str, Any]) -> Findings:
    values = dict(content)
    if values.pop("format") != 1:
        raise Unreadable("it was written by another version of dgviz.")
    removed = _numbers(values.pop("removed"), 0, 1e9)
    curves = tuple(_curves(entry, len(removed)) for entry in values.pop("curves"))
    findings = Findings(**values, removed=tuple(map(int, removed)), curves=curves)
    counts = (findings.step, findings.seed, findings.images, findings.always_zero, findings.draws)
    texts = (findings.run, findings.twin, findings.twin_problem)
    orders = [one.order for one in curves]
    good = (
        all(type(count) is int and 0 <= count < 2**53 for count in counts)
        and all(isinstance(text, str) for text in texts)
        and findings.images > 0
        and {"cpu", "cores", "device", "threads"} <= findings.hardware.keys()
        and isinstance(findings.versions, dict)
        and _numbers([findings.epoch, findings.seconds], 0, 1e9)
        and isinstance(findings.gated, bool)
        and len(set(orders)) == len(orders) > 0
        and len(removed) > 1
        and list(removed) == sorted(set(removed))
        and (removed[0], removed[-1]) == (0, findings.pixels)
    )
    if not good:
        raise ValueError
    return findings


def _curves(entry: Mapping[str, Any], points: int) -> Curves:
    lines = ("deletion", "insertion", "deletion_spread", "insertion_spread")
    areas = [name for name in Curves.__dataclass_fields__ if "area" in name]
    if entry.keys() != Curves.__dataclass_fields__.keys() or entry["order"] not in ORDERS:
        raise ValueError
    values: dict[str, Any] = {name: _numbers(entry[name], 0, 1) for name in lines}
    if any(len(line) != points for line in values.values()):
        raise ValueError
    values |= zip(areas, _numbers([entry[name] for name in areas], 0, 1), strict=True)
    return Curves(entry["order"], **values)


def _numbers(values: Any, least: float, most: float) -> tuple[float, ...]:
    """Checked; a ValueError or a TypeError if they are none."""
    # False for NaN as well, and bools are no numbers here.
    if not all(type(value) in (int, float) and least <= value <= most for value in values):
        raise ValueError
    return tuple(values)
