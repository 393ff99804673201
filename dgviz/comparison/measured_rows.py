"""The runs of a study as JSON lines, from which its document is written again at any time.

A line has the method, the wanted ratio, all settings, the run's id, how it ended and what it
reached. All settings, because a preset may change later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dgviz.comparison.plan import PlannedRun
from dgviz.comparison.result import Result
from dgviz.comparison.standing import DIVERGED_PHASE, Standing
from dgviz.runs.files import write_whole
from dgviz.settings import Settings


class RowsError(Exception):
    """A file of measured rows cannot be read or written; the message is one sentence."""


def write(path: Path, standings: Iterable[Standing]) -> None:
    """Write the runs that are done.

    Raises:
        RowsError: the file cannot be written.
    """
    lines = [json.dumps(_line(one), ensure_ascii=False) for one in standings if one.done]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, "".join(f"{line}\n" for line in lines).encode())
    except OSError as problem:
        raise RowsError(f"{path} could not be written: {problem.strerror}.") from problem


def read(path: Path) -> list[Standing]:
    """The runs in the order of the file; none if there is no such file.

    Raises:
        RowsError: the file cannot be read, or a line is not one that `write` wrote.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeError) as problem:
        raise RowsError(f"{path} cannot be read: {problem}.") from problem
    standings = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            standings.append(_standing(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise RowsError(f"Line {number} of {path} cannot be read: {problem}.") from problem
    return standings


def _line(one: Standing) -> dict[str, Any]:
    planned = one.planned
    return {
        "method": planned.method,
        "ratio": planned.ratio,
        "settings": planned.settings.as_dict(),
        "run": one.id,
        "phase": one.phase,
        "result": one.result and asdict(one.result),
    }


def _standing(line: dict[str, Any]) -> Standing:
    settings = Settings.from_stored(line["settings"])
    if line["phase"] not in ("finished", DIVERGED_PHASE):
        raise ValueError("its phase is unknown")
    planned = PlannedRun(line["method"], line["ratio"], settings.seed, settings)
    result = Result(**line["result"]) if line["result"] else None
    epoch = float(settings.epochs)
    return Standing(planned, line["run"], line["phase"], epoch=epoch, stored=result)
