"""Write and read `speed-by-ratio.json`; a file is used only if all of its values agree."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from dgviz.compaction.speed.measurement_file import measurement
from dgviz.compaction.speed.ratio_sweep import RatioPoint, RatioSweep
from dgviz.runs.checks import list_of, object_of, or_null, share
from dgviz.runs.contents import Unreadable
from dgviz.runs.extra_file import read_extra, save_extra
from dgviz.runs.layout import SPEED_BY_RATIO
from dgviz.runs.record import Record

MOST_RATIOS = 20


def save(sweep: RatioSweep, folder: Path) -> None:
    """Write a sweep to the run's folder, replacing an older one.

    Raises:
        RunsError: it cannot be written.
    """
    save_extra(folder / SPEED_BY_RATIO, sweep.as_dict(), "The measured times")


def read(record: Record) -> RatioSweep | None:
    """Read the newest sweep of a run; None if there is none.

    Raises:
        Unreadable: the file exists and cannot be used; the message is a sentence.
    """
    return read_extra(record.folder / SPEED_BY_RATIO, _checked)


def _checked(content: Mapping[str, Any]) -> RatioSweep:
    points = _points(content.get("points"))
    facts = {(of.run, of.step, of.connections) for of in (point.measured for point in points)}
    agrees = (
        len(facts) == 1
        and all(before.ratio > after.ratio for before, after in pairwise(points))
        and points[-1].ratio > 0
        and len({tuple(point.measured.settings) for point in points}) == 1
        and all(point.recipe.tau is not None for point in points)
    )
    if not agrees:
        raise Unreadable("its figures contradict each other.")
    return RatioSweep(points)


def _point(value: object) -> RatioPoint:
    return RatioPoint(**_fields(value))


_points = list_of(_point, MOST_RATIOS)
_fields = object_of(
    {
        "test_accuracy": share,
        "validation_accuracy": or_null(share),
        "measured": measurement,
    }
)
