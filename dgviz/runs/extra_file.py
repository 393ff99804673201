"""JSON files that a measurement of a run adds to its folder, such as `faithfulness.json`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from dgviz.runs.checks import InvalidValue
from dgviz.runs.contents import Missing, RunsError, Unreadable, read_json
from dgviz.runs.files import write_json

_Found = TypeVar("_Found")


def save_extra(path: Path, content: Mapping[str, Any], title: str) -> None:
    """Write the file, replacing an older one.

    Args:
        title: what it has, as the start of a sentence: "The findings".

    Raises:
        RunsError: it cannot be written.
    """
    try:
        write_json(path, content)
    except OSError as problem:
        why = problem.strerror or problem
        raise RunsError(f"{title} could not be saved: {why}.") from problem


def read_extra(path: Path, checked: Callable[[Mapping[str, Any]], _Found]) -> _Found | None:
    """Read the file; None if there is none.

    Args:
        checked: makes the result from the content; it raises InvalidValue or Unreadable.

    Raises:
        Unreadable: the file exists and cannot be used; the message is a sentence.
    """
    try:
        return checked(read_json(path))
    except Missing:
        return None
    except InvalidValue as problem:
        raise Unreadable(f"{path.name} cannot be used: it {problem}.") from problem
    except Unreadable as problem:
        raise Unreadable(f"{path.name} cannot be used: {problem}") from problem
