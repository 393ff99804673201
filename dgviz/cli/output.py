"""What a command writes for its user: tables, and files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dgviz.cli.parser import Failure
from dgviz.formatting import file_size


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Lines with aligned columns; all but the first are numbers."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join([f"  {name.ljust(widths[0])}", *map(str.rjust, numbers, widths[1:])])
        for name, *numbers in table
    ]


def check_target(target: Path, *, force: bool) -> None:
    """Check that a file may be written at `target`, before the work for it begins.

    Args:
        force: whether a file that is there may be overwritten.

    Raises:
        Failure: with code 2 if it is no file, 1 if it is there already or its folder is not.
    """
    if not target.parent.is_dir():
        raise Failure(f"{target} cannot be written: No such file or directory.", 1)
    if target.is_dir():
        raise Failure(f"{target} is a folder: name a file.", 2)
    if target.exists() and not target.is_file():
        # With root's rights, the device itself would be replaced by a file.
        raise Failure(f"{target} is a device or a pipe: name a file.", 2)
    if target.exists() and not force:
        raise Failure(f"{target} is there already: choose another name, or add --force.", 1)


def write_target(target: Path, content: bytes) -> str:
    """Write the whole file, or nothing; return a sentence that says so.

    Raises:
        Failure: with code 1 if it cannot be written.
    """
    # Not at the top of the file, because most commands write no file.
    from dgviz.runs.files import write_whole

    try:
        write_whole(target, content)
    except OSError as problem:
        raise Failure(f"{target} cannot be written: {problem.strerror}.", 1) from problem
    return f"Wrote {target} ({file_size(len(content))})."
