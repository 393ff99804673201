"""The JSON files of a run, and the errors for runs and files that cannot be used."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dgviz.runs.checks import InvalidValue, anything
from dgviz.runs.files import read_file
from dgviz.runs.layout import LARGEST_TEXT

RUN_ID = re.compile(r"[0-9a-f]{12}")
ID_PREFIX = re.compile(r"[0-9a-f]{4,12}")
"""What people may write for a run's id, if only one run begins with it."""


def no_id(text: str) -> str:
    """A sentence that says why this names no run."""
    return (
        f"{text[:20]!r} is not a run's id: that has 12 hexadecimal digits (0-9 and a-f), of which "
        "the first four are enough if only one run begins with them."
    )


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


class RunsError(Exception):
    """An action on a run failed; the message is one sentence for the user."""


class Unreadable(Exception):
    """A file has unusable content; the message is the end of a sentence."""


class Missing(Unreadable):
    """The file is missing."""


def decoded(content: bytes) -> dict[str, Any]:
    """Parse a JSON object. Its numbers may be infinite, and its text may be impossible to show.

    Raises:
        ValueError: the bytes are not a JSON object.
    """
    try:
        value = _DECODER.decode(content.decode())
    except RecursionError:
        value = None
    if not isinstance(value, dict):
        raise ValueError("There is no JSON object.")
    return value


def read_json(path: Path) -> dict[str, Any]:
    """Parse the JSON object in a file, as `decoded` does.

    Raises:
        Missing: there is no such file.
        Unreadable: the file cannot be read or has no JSON object.
    """
    try:
        return decoded(read_file(path, LARGEST_TEXT[path.name]))
    except FileNotFoundError:
        raise Missing("it is missing.") from None
    except OSError as problem:
        raise Unreadable(f"it cannot be read ({problem.strerror}).") from problem
    except ValueError:
        raise Unreadable("it is damaged.") from None


def read_object(path: Path) -> dict[str, Any]:
    """Parse the JSON object in a file, and refuse it if any value is unusable.

    Raises:
        Missing: there is no such file.
        Unreadable: as in `read_json`, or a number is infinite, or text cannot be shown.
    """
    try:
        content: dict[str, Any] = anything(read_json(path))
    except InvalidValue:
        raise Unreadable("it is damaged.") from None
    return content
