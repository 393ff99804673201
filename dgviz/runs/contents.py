"""The JSON files of a run, and what is said where something of a run cannot be had."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dgviz.runs.checks import Unfit, anything
from dgviz.runs.files import read_file
from dgviz.runs.layout import LARGEST_TEXT

RUN_ID = re.compile(r"[0-9a-f]{12}")


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


class RunsError(Exception):
    """Something that cannot be done with a run; the message is one sentence for the user."""


class Unreadable(Exception):
    """A file whose content is not what it should be; the message finishes a sentence."""


class Missing(Unreadable):
    """There is no such file."""


def decoded(content: bytes) -> dict[str, Any]:
    """The JSON object in some bytes. Its numbers may be infinite, and its text impossible to show.

    Raises:
        ValueError: they hold none.
    """
    try:
        value = _DECODER.decode(content.decode())
    except RecursionError:
        value = None
    if not isinstance(value, dict):
        raise ValueError("There is no JSON object.")
    return value


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file, as `decoded` gives it.

    Raises:
        Missing: there is no such file.
        Unreadable: it holds none.
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
    """The same, where one bad value spoils the whole file.

    Raises:
        Missing: there is no such file.
        Unreadable: it holds none, or a number or text in it that nothing can use.
    """
    try:
        content: dict[str, Any] = anything(read_json(path))
    except Unfit:
        raise Unreadable("it is damaged.") from None
    return content
