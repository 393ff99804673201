"""The environment variables of dgviz: each is read, and what is wrong with it said, here only.

One that is empty counts as not set.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from dgviz.number_text import read_number

RUNS = "DGVIZ_RUNS"
_LARGEST = 1e9


class VariableError(ValueError):
    """A value that a variable does not accept; the message is one sentence."""


def check() -> None:
    """Read every variable, so that a start, and not a later click, says what is wrong.

    Raises:
        VariableError: a value is not accepted.
    """
    for read in (runs_folder, runs_bytes, zip_bytes, most_runs, cache_folder):
        read()


def runs_folder() -> Path:
    """DGVIZ_RUNS: where runs are recorded; default the user's own folder for data.

    Raises:
        VariableError: it cannot be a folder.
    """
    return _folder(RUNS) or default_runs_folder()


def default_runs_folder() -> Path:
    """Where runs are recorded unless DGVIZ_RUNS says otherwise."""
    return platformdirs.user_data_path("dgviz") / "runs"


def runs_bytes() -> int:
    """DGVIZ_RUNS_GB: what all runs together may take, in gigabytes; default 10.

    Raises:
        VariableError: it is not a number above 0.
    """
    return int(_amount("DGVIZ_RUNS_GB", 10, "gigabytes") * 1e9)


def zip_bytes() -> int:
    """DGVIZ_ZIP_MB: what the files of one exported or imported run may take, in MB; default 256.

    Raises:
        VariableError: it is not a number above 0.
    """
    return int(_amount("DGVIZ_ZIP_MB", 256, "megabytes") * 2**20)


def most_runs() -> int:
    """DGVIZ_MAX_RUNS: how many runs a server trains at once; default one for each core.

    Raises:
        VariableError: it is not a whole number of at least 1.
    """
    text = _text("DGVIZ_MAX_RUNS")
    if not text:
        return os.cpu_count() or 1
    if not text.isdecimal() or int(text) < 1:
        raise VariableError(
            f"DGVIZ_MAX_RUNS must be a whole number of at least 1; it was {text[:40]!r}."
        )
    return int(text)


def cache_folder() -> Path:
    """DGVIZ_CACHE: where downloaded data sets are kept; default the user's own cache folder.

    Raises:
        VariableError: it cannot be a folder.
    """
    return _folder("DGVIZ_CACHE") or Path(platformdirs.user_cache_dir("dgviz"))


def _text(name: str) -> str:
    return os.environ.get(name, "").strip()


def _folder(name: str) -> Path | None:
    text = os.environ.get(name)
    return folder(name, text) if text else None


def folder(name: str, text: str) -> Path:
    """The folder that a variable or an option names; it is there, or can be made.

    Args:
        name: of the variable or the option, for the message.

    Raises:
        VariableError: it cannot be a folder.
    """
    try:
        path = Path(text).expanduser()
        # The folder itself may be made later; what it is to lie in is there already.
        there = next(place for place in (path, *path.absolute().parents) if place.exists())
        if there.is_dir():
            return path
        why = f"{there} is a file"
    except RuntimeError:
        why = "there is no such user"
    except OSError as problem:
        why = problem.strerror or str(problem)
    raise VariableError(f"{name} must be a folder; it was {text!r}: {why}.")


def _amount(name: str, default: float, unit: str) -> float:
    text = _text(name)
    if not text:
        return default
    amount = read_number(text)
    if amount is None or not 0 < amount < _LARGEST:
        raise VariableError(f"{name} must be a number of {unit} above 0; it was {text[:40]!r}.")
    return amount
