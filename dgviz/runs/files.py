"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, BinaryIO

from dgviz import formatting

_ABANDONED_SECONDS = 3600.0  # A file is written in less than one.

_KINDS = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe"}

PLAINLY = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
"""How to open what lies in a run's folder: follow no link, and wait for no pipe.

Windows has no flags for that, and needs one to read bytes unchanged.
"""


def open_file(path: Path) -> BinaryIO:
    """A file of a run, open for reading.

    Folders are copied and edited by hand: a link would show a file from elsewhere, a pipe would be
    waited for, and a device has no end.

    Raises:
        OSError: there is none, it cannot be opened, or it is no regular file.
    """
    check_regular(path)
    handle = os.open(path, PLAINLY)
    # It may have been exchanged since.
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "this must be a file", str(path))
    return os.fdopen(handle, "rb")


def check_regular(path: Path) -> None:
    """Look at what lies at `path` without opening it.

    Raises:
        FileNotFoundError: there is nothing.
        OSError: it is no regular file.
    """
    kind = stat.S_IFMT(path.lstat().st_mode)
    if kind != stat.S_IFREG:
        is_kind = _KINDS.get(kind, "a device")
        raise OSError(errno.EINVAL, f"this must be a file, and is {is_kind}", str(path))


def is_folder(path: str | Path) -> bool:
    """Links are not followed, nor Windows's junctions: what they lead to lies somewhere else."""
    try:
        about = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and not getattr(about, "st_reparse_tag", 0)


def folders_in(place: Path, wanted: Callable[[str], object]) -> list[Path]:
    """The folders in `place` whose names are wanted, no links; none where it cannot be read."""
    try:
        entries = list(os.scandir(place))
    except OSError:
        return []
    return [Path(entry.path) for entry in entries if wanted(entry.name) and is_folder(entry.path)]


def read_file(path: Path, most: int) -> bytes:
    """The content of a file of a run.

    Args:
        most: bytes that it may have.

    Raises:
        OSError: it cannot be opened, is no regular file, or larger than that.
    """
    with open_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        # Memory is taken for as much as is asked for, and the file may grow meanwhile.
        content = file.read(size + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise OSError(errno.EFBIG, f"larger than {formatting.size(most)}", str(path))
    return content


def write_whole(path: Path, content: bytes | bytearray) -> None:
    """Put `content` at `path`: a reader, also after a power cut, finds the old file or the new.

    Raises:
        OSError: the disk is full, read-only or gone; the old file is untouched.
    """
    # Not one of tempfile's, which nobody but its owner may read.
    beside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException as problem:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(problem, OSError):
            # The name beside it says nothing to a user.
            problem.filename, problem.filename2 = str(path), None
        raise
    sync_folder(path.parent)


def append_whole(file: io.FileIO, content: bytes) -> None:
    """Append to an unbuffered file, whose `write` may take less than it is given.

    Raises:
        OSError: the disk is full or gone; nothing of `content` is left behind.
    """
    end = file.seek(0, os.SEEK_END)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[file.write(rest) :]
    except BaseException:
        with contextlib.suppress(OSError):
            file.truncate(end)
        raise


def clear_left_overs(folder: Path, own: Collection[str] = ()) -> None:
    """Remove what a kill in the middle of `write_whole` has left, and nothing under way.

    Args:
        own: the files that nobody but the caller writes; of others only what is old is removed.
    """
    for beside in folder.glob(".*-" + "[0-9a-f]" * 8):
        # Another process may write its own file here, and finish it at the same time.
        with contextlib.suppress(OSError):
            is_own = beside.name[1:-9] in own
            if is_own or time.time() - beside.stat().st_mtime > _ABANDONED_SECONDS:
                beside.unlink()


def as_json(content: Any) -> bytes:
    """JSON as it is written, laid out to be read by people too.

    Letters of every script stand as they are, as an escape takes three times their room. Half a
    surrogate pair, which cannot, is escaped: the error handler writes it as JSON does.
    """
    written = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
    return written.encode(errors="backslashreplace") + b"\n"


def write_json(path: Path, content: Any) -> None:
    """`write_whole` for JSON."""
    write_whole(path, as_json(content))


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system offers that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def folder_bytes(folder: Path) -> int:
    """The size of the files in a folder and in those below.

    What cannot be read counts nothing, and so does what a link leads to.
    """
    used, folders = 0, [os.fspath(folder)] if is_folder(folder) else []
    while folders:
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                # A trainer's file beside another may be gone again by now.
                with contextlib.suppress(OSError):
                    if is_folder(entry.path):
                        folders.append(entry.path)
                    else:
                        used += entry.stat(follow_symlinks=False).st_size
    return used


def remove_folder(folder: Path) -> None:
    """Remove as much of a folder as can be; links in it are not followed."""
    # Of folders within folders, a thousand and more, the rest stays.
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
