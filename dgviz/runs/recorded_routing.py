"""How a recorded network routed images, for a method with routes."""

from __future__ import annotations

from dataclasses import dataclass

from dgviz.methods.spec import PART_NAME
from dgviz.runs.checks import InvalidValue, list_of, matching, object_of, share, whole
from dgviz.runs.record import Record
from dgviz.runs.snapshot_blob import arrays, last_blob
from dgviz.runs.snapshots import SnapshotError

MOST_ROUTES = 100
MOST_CLASSES = 1000

part_name = matching(PART_NAME, "must be the name of a part of a network")
"""Check for the name of a layer or of a route."""

_fields = object_of(
    {
        "routes": list_of(part_name, MOST_ROUTES),
        "by_class": list_of(list_of(share, MOST_ROUTES), MOST_CLASSES),
        "mean": list_of(share, MOST_ROUTES),
        "images": whole,
    }
)


@dataclass(frozen=True)
class RecordedRouting:
    """The routing of the newest evaluation before a snapshot.

    Attributes:
        routes: their names.
        by_class: for each class the mean share of each route, in [0, 1].
        mean: the mean share of each route over all images.
        images: their number.
    """

    routes: tuple[str, ...]
    by_class: tuple[tuple[float, ...], ...]
    mean: tuple[float, ...]
    images: int


def routing(value: object) -> RecordedRouting:
    """Check the routing of a snapshot: each class has a share of each route."""
    checked = RecordedRouting(**_fields(value))
    if any(len(row) != len(checked.routes) for row in (*checked.by_class, checked.mean)):
        raise InvalidValue("must have a share of each route")
    return checked


def last_routing(record: Record) -> RecordedRouting | None:
    """The routing of the newest recorded snapshot; None if it has none, or cannot be read."""
    blob = last_blob(record.snapshots(), "gates")
    try:
        return None if blob is None else routing(arrays(blob)[1].get("routing"))
    except (SnapshotError, InvalidValue):
        return None
