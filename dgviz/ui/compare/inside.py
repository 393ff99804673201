"""What the networks of a comparison are inside, from the finished runs of one seed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from dgviz.comparison.overlap import Overlap, overlaps
from dgviz.comparison.plan import MOST_RUNS
from dgviz.comparison.right_answers import Classes, right_answers, right_classes
from dgviz.comparison.table import Row
from dgviz.methods.catalogue import METHODS
from dgviz.runs.predictions import predicted_classes
from dgviz.runs.record import Record
from dgviz.runs.recorded_gates import RecordedGates, last_gates, pixel_map
from dgviz.runs.store import the_store
from dgviz.ui.compare.table_text import key_of


def _has_mask(row: Row) -> bool:
    """Whether the method removes connections; the map of another one would be full."""
    return METHODS[row.method].masks


_labels: dict[tuple[Path, str], Classes] = {}
"""The right classes of the test images, by runs directory and data set."""


def of_one_seed(rows: Sequence[Row], seed: int) -> list[tuple[Row, Record]]:
    """The rows whose run of this seed has finished, and that run.

    With equal seeds, networks of the same shape begin alike, so that their masks can overlap.
    """
    found = []
    for row in rows:
        records = (one.record for one in row.standings if one.planned.seed == seed and one.finished)
        if record := next(records, None):
            found.append((row, record))
    return found


def maps(rows: Sequence[Row], seed: int) -> list[dict[str, Any]]:
    """The active connections of each pixel, as `web/compare/maps.js` reads them."""
    found = ((row, _map(record)) for row, record in of_one_seed(rows, seed) if _has_mask(row))
    return [{"key": key_of(row), **drawn} for row, drawn in found if drawn]


def overlap(rows: Sequence[Row], seed: int) -> list[dict[str, Any]]:
    """The overlap of the masks of each two rows, as `web/compare/overlap.js` reads it.

    `shares` has the row's overlap with each of the list, and `chance` that of random masks, None
    with itself; None where masks do not compare.
    """
    masked = [(row, record) for row, record in of_one_seed(rows, seed) if _has_mask(row)]
    ours = [(row, record) for row, record in masked if _gates(record)]
    matrix = _overlaps(tuple(record for _, record in ours))
    return [
        {
            "key": key_of(row),
            "shares": [_rounded(one.index if one else None) for one in line],
            "chance": [
                _rounded(one.by_chance if one and other != at else None)
                for other, one in enumerate(line)
            ],
        }
        for at, ((row, _), line) in enumerate(zip(ours, matrix, strict=True))
    ]


@lru_cache(maxsize=8)
def _overlaps(records: tuple[Record, ...]) -> list[list[Overlap | None]]:
    """Cached as a whole: there may be tens of thousands of pairs, and most reruns change none."""
    return overlaps([gates.on_image if (gates := _gates(record)) else None for record in records])


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def answers(rows: Sequence[Row], seed: int) -> list[dict[str, Any]]:
    """What each row answers for the test digits, as `web/compare/agreement.js` reads it.

    The browser compares the two rows that are chosen, because there may be thousands of pairs.
    """
    found = ((row, _answers(record)) for row, record in of_one_seed(rows, seed))
    return [{"key": key_of(row), **given} for row, given in found if given]


def _right_classes(dataset: str) -> Classes | None:
    """Cached, because they are compressed together with the images."""
    place = the_store().root, dataset
    if place not in _labels and (found := right_classes(the_store(), dataset)) is not None:
        _labels[place] = found
    return _labels.get(place)


def _answers(record: Record) -> dict[str, Any] | None:
    labels = _right_classes(record.settings.dataset) if record.settings else None
    given = _classes(record)
    packed = None if labels is None or given is None else right_answers(given, labels)
    if labels is None or packed is None:
        return None
    right, wrong = (b64encode(part).decode() for part in packed)
    return {"run": record.id, "digits": len(labels), "right": right, "wrong": wrong}


@lru_cache(maxsize=MOST_RUNS)
def _classes(record: Record) -> Classes | None:
    return predicted_classes(record)


@lru_cache(maxsize=MOST_RUNS)
def _gates(record: Record) -> RecordedGates | None:
    return last_gates(record)


@lru_cache(maxsize=MOST_RUNS)
def _map(record: Record) -> dict[str, Any] | None:
    return pixel_map(record)
