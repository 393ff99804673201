"""The environment variables of dgviz: all are read and checked here.

An empty variable counts as not set.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from dgviz.number_text import read_number

RUNS = "DGVIZ_RUNS"
_LARGEST = 1e9


class VariableError(ValueError):
    """A variable has a value that it does not accept; the message is one sentence."""


def check() -> None:
    """Read every variable, so that a wrong value is reported at the start and not by a later click.

    Raises:
        VariableError: a value is not accepted.
    """
    for read in (runs_folder, runs_bytes, zip_bytes, most_runs, cache_folder):
        read()


def runs_folder() -> Path:
    """DGVIZ_RUNS: the folder where runs are recorded; default the user's own folder for data.

    Raises:
        VariableError: it cannot be a folder.
    """
    return _folder(RUNS) or default_runs_folder()


def default_runs_folder() -> Path:
    """The folder where runs are recorded if DGVIZ_RUNS is not set."""
    return platformdirs.user_data_path("dgviz") / "runs"


def runs_bytes() -> int:
    """DGVIZ_RUNS_GB: the most disk space for all runs together, in gigabytes; default 10.

    Raises:
        VariableError: it is not a number above 0.
    """
    return int(_amount("DGVIZ_RUNS_GB", 10, "gigabytes") * 1e9)


def zip_bytes() -> int:
    """DGVIZ_ZIP_MB: the largest size of one exported or imported run, in MB; default 256.

    Raises:
        VariableError: it is not a number above 0.
    """
    return int(_amount("DGVIZ_ZIP_MB", 256, "megabytes") * 2**20)


def most_runs() -> int:
    """DGVIZ_MAX_RUNS: the number of runs that a server trains at once; default one for each core.

    Raises:
        VariableError: it is not a whole number of at least 1.
    """
    text = _text("DGVIZ_MAX_RUNS")
    if not text:
        return cores()
    if not text.isdecimal() or int(text) < 1:
        raise VariableError(
            f"DGVIZ_MAX_RUNS must be a whole number of at least 1; it was {text[:40]!r}."
        )
    return int(text)


def cores() -> int:
    """The number of cores of this machine: what is trained at once, by default."""
    return os.cpu_count() or 1


def cache_folder() -> Path:
    """DGVIZ_CACHE: the folder for downloaded data sets and the answers of teachers.

    By default it is the user's own cache folder.

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
    """The folder that a variable or an option names; it exists or can be made.

    Args:
        name: the name of the variable or the option, for the message.

    Raises:
        VariableError: it cannot be a folder.
    """
    try:
        path = Path(text).expanduser()
        # The folder may be made later, inside its nearest existing parent.
        nearest = next(place for place in (path, *path.absolute().parents) if place.exists())
        if nearest.is_dir():
            return path
        why = f"{nearest} is a file"
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
