"""Where each method of a comparison keeps its connections, from the finished runs of one seed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from dgviz.comparison.agreement import Classes, compare, right_classes
from dgviz.comparison.overlap import overlaps
from dgviz.comparison.table import Row
from dgviz.methods.catalogue import METHODS
from dgviz.runs.predictions import predicted_classes
from dgviz.runs.record import Record
from dgviz.runs.recorded_gates import RecordedGates, last_gates, last_pixels
from dgviz.runs.store import the_store
from dgviz.ui.compare.table_text import key_of

SEED = 0
"""With equal seeds, networks of the same shape begin alike, so that their masks can overlap."""


def _has_mask(row: Row) -> bool:
    """Whether the method removes connections; the map of another one would be full."""
    return METHODS[row.method].masks


_labels: dict[tuple[Path, str], Classes] = {}
"""The right classes of the test images, by runs directory and data set."""


def of_one_seed(rows: Sequence[Row]) -> list[tuple[Row, Record]]:
    """The rows whose run of this seed has finished, and that run."""
    found = []
    for row in rows:
        records = (one.record for one in row.standings if one.planned.seed == SEED and one.finished)
        if record := next(records, None):
            found.append((row, record))
    return found


def maps(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The active connections of each pixel, as `web/compare/maps.js` reads them."""
    found = ((row, _map(record)) for row, record in of_one_seed(rows) if _has_mask(row))
    return [{"key": key_of(row), **drawn} for row, drawn in found if drawn]


def overlap(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The overlap of the masks of each two rows, as `web/compare/overlap.js` reads it.

    `shares` has the row's overlap with each of the list, and `chance` that of random masks; None
    where masks do not compare.
    """
    masked = [(row, record) for row, record in of_one_seed(rows) if _has_mask(row)]
    ours = [(row, gates) for row, record in masked if (gates := _gates(record))]
    matrix = overlaps([gates.on_image for _, gates in ours])
    return [
        {
            "key": key_of(row),
            "shares": [one.index if one else None for one in line],
            "chance": [one.by_chance if one else None for one in line],
        }
        for (row, _), line in zip(ours, matrix, strict=True)
    ]


def pairs(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What each two rows get right and wrong, as `web/compare/digits.js` reads it."""
    ours = [(row, record) for row, record in of_one_seed(rows) if _classes(record) is not None]
    found = []
    for (first, one), (second, other) in combinations(ours, 2):
        if answer := _pair(one, other):
            found.append({"first": key_of(first), "second": key_of(second), **answer})
    return found


@lru_cache(maxsize=1024)
def _pair(first: Record, second: Record) -> dict[str, Any] | None:
    a, b = _classes(first), _classes(second)
    labels = _right_classes(first.settings.dataset) if first.settings else None
    if a is None or b is None or labels is None or not a.shape == b.shape == labels.shape:
        return None
    found = compare(a, b, labels)
    return {
        "both": found.both,
        "neither": found.neither,
        "onlyFirst": found.only_first.tolist(),
        "onlySecond": found.only_second.tolist(),
        "p": found.p_value,
    }


def _right_classes(dataset: str) -> Classes | None:
    """Cached, because they are compressed together with the images."""
    place = the_store().root, dataset
    if place not in _labels and (found := right_classes(the_store(), dataset)) is not None:
        _labels[place] = found
    return _labels.get(place)


@lru_cache(maxsize=64)
def _classes(record: Record) -> Classes | None:
    return predicted_classes(record)


@lru_cache(maxsize=64)
def _gates(record: Record) -> RecordedGates | None:
    return last_gates(record)


@lru_cache(maxsize=64)
def _map(record: Record) -> dict[str, Any] | None:
    gates = _gates(record)
    if gates is None:
        return None
    pixels = last_pixels(record, gates)
    height, width = pixels.active.shape
    return {
        "height": height,
        "width": width,
        "of": pixels.total,
        "active": pixels.active.ravel().tolist(),
        "blank": np.flatnonzero(pixels.blank).tolist(),
    }
