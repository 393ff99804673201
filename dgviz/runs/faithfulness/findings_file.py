"""Write and read `faithfulness.json`; a file is used only if all of its values agree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dgviz.runs.card_fields import MOST_SYSTEM_VALUES, system_value
from dgviz.runs.checks import (
    InvalidValue,
    boolean,
    counted,
    list_of,
    map_of,
    object_of,
    one_of,
    share,
    text,
    whole,
)
from dgviz.runs.contents import Unreadable
from dgviz.runs.extra_file import read_extra, save_extra
from dgviz.runs.faithfulness.findings import FORMAT, RANKINGS, Curves, Findings
from dgviz.runs.layout import FINDINGS
from dgviz.runs.record import Record

_MOST_POINTS = 1000


def save(findings: Findings, folder: Path) -> None:
    """Write findings to the run's folder, replacing older ones.

    Raises:
        RunsError: they cannot be written.
    """
    save_extra(folder / FINDINGS, findings.as_dict(), "The findings")


def read(record: Record) -> Findings | None:
    """Read the newest findings of a run; None if it has not been tested.

    Raises:
        Unreadable: the file exists and cannot be used; the message is a sentence.
    """
    return read_extra(record.folder / FINDINGS, _checked)


def _checked(content: Mapping[str, Any]) -> Findings:
    """Check the whole content, because the conclusions depend on all figures together."""
    if content.get("format") not in (1, FORMAT):
        raise Unreadable("it was written by another version of dgviz.")
    findings = Findings(**_fields(_renamed(content) if content["format"] == 1 else content))
    rankings = [one.ranking for one in findings.curves]
    points = {len(one.deletion) for one in findings.curves}
    removed = findings.removed
    agrees = (
        findings.images > 0
        and {"cpu", "cores", "device", "threads"} <= findings.hardware.keys()
        and len(set(rankings)) == len(rankings) > 0
        and points == {len(removed)}
        and len(removed) > 1
        and list(removed) == sorted(set(removed))
        and (removed[0], removed[-1]) == (0, findings.pixels)
    )
    if not agrees:
        raise Unreadable("its figures contradict each other.")
    return findings


def _renamed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of format 1 with the present names."""
    names = {
        "order": "ranking",
        "gated": "counts_differ",
        "twin": "baseline",
        "twin_problem": "baseline_problem",
    }

    def renamed(value: object) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {names.get(name, name): member for name, member in value.items()}

    curves = content.get("curves")
    listed = [renamed(one) for one in curves] if isinstance(curves, list) else curves
    return {**renamed(content), "curves": listed}


def _curves(value: object) -> Curves:
    curves = Curves(**_curve_fields(value))
    lines = (curves.deletion, curves.insertion, curves.deletion_spread, curves.insertion_spread)
    if len({len(line) for line in lines}) > 1:
        raise InvalidValue("must have lines of equal length")
    return curves


_system_info = map_of(system_value, MOST_SYSTEM_VALUES)
_line = list_of(share, _MOST_POINTS)
_curve_fields = object_of(
    {
        "ranking": one_of(RANKINGS),
        "deletion": _line,
        "insertion": _line,
        "deletion_spread": _line,
        "insertion_spread": _line,
        "deletion_area": share,
        "insertion_area": share,
        "deletion_area_spread": share,
        "insertion_area_spread": share,
    }
)
_fields = object_of(
    {
        "run": text(60),
        "step": whole,
        "epoch": counted,
        "seed": whole,
        "counts_differ": boolean,
        "images": whole,
        "pixels": whole,
        "always_zero": whole,
        "draws": whole,
        "baseline": text(60),
        "baseline_problem": text(1000),
        "removed": list_of(whole, _MOST_POINTS),
        "curves": list_of(_curves, len(RANKINGS)),
        "seconds": counted,
        "hardware": _system_info,
        "versions": _system_info,
    }
)
