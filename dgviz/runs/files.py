"""Read files safely, and write them so that they are complete or absent after any failure."""

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

_ABANDONED_SECONDS = 3600.0  # Writing a file takes less than a second.

_KINDS = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe"}

READ_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
"""Flags to open a file of a run without following a link or waiting for a pipe.

Windows lacks these flags and needs another one to read bytes unchanged.
"""

ZIP_MODE = (stat.S_IFREG | 0o644) << 16
"""The `external_attr` of a file in a zip that everyone may read once it is unpacked.

By default only the user who unpacks it may.
"""


def open_file(path: Path) -> BinaryIO:
    """Open a regular file of a run for reading.

    Users copy and edit folders by hand. A link would show a file from elsewhere, a pipe would block
    the reader, and a device has no end.

    Raises:
        OSError: the file is missing, cannot be opened, or is not a regular file.
    """
    check_regular(path)
    handle = os.open(path, READ_FLAGS)
    # It may have been replaced since the check.
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "this must be a file", str(path))
    return os.fdopen(handle, "rb")


def check_regular(path: Path) -> None:
    """Check, without opening it, that `path` is a regular file.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        OSError: it is not a regular file.
    """
    kind = stat.S_IFMT(path.lstat().st_mode)
    if kind != stat.S_IFREG:
        is_kind = _KINDS.get(kind, "a device")
        raise OSError(errno.EINVAL, f"this must be a file, and is {is_kind}", str(path))


def is_folder(path: str | Path) -> bool:
    """Whether `path` is a folder; links and Windows junctions, which lead elsewhere, are not."""
    try:
        about = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and not getattr(about, "st_reparse_tag", 0)


def folders_in(place: Path, wanted: Callable[[str], object]) -> list[Path]:
    """The folders in `place` whose names are wanted, without links; [] if it cannot be read."""
    try:
        entries = list(os.scandir(place))
    except OSError:
        return []
    return [Path(entry.path) for entry in entries if wanted(entry.name) and is_folder(entry.path)]


def read_file(path: Path, most: int) -> bytes:
    """Read a file of a run.

    Args:
        most: the largest accepted size in bytes.

    Raises:
        OSError: the file cannot be opened, is not a regular file, or is larger than `most`.
    """
    with open_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        # `read(n)` allocates n bytes, so n is not `most`. One byte more shows whether it grew.
        content = file.read(size + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise OSError(errno.EFBIG, f"larger than {formatting.size(most)}", str(path))
    return content


def write_whole(path: Path, content: bytes | bytearray) -> None:
    """Write a file atomically: a reader finds the old or the new one, also after a power cut.

    Raises:
        OSError: the disk is full, read-only or gone; the old file is unchanged.
    """
    # Not from `tempfile`: only the owner may read those files.
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
            # The temporary name means nothing to a user.
            problem.filename, problem.filename2 = str(path), None
        raise
    sync_folder(path.parent)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file of a run to a new file, and wait until it is on the disk.

    Raises:
        FileNotFoundError: there is no file at `source`.
        OSError: it is not a regular file, or the copy cannot be written.
    """
    with open_file(source) as content, target.open("xb") as copy:
        shutil.copyfileobj(content, copy)
        copy.flush()
        os.fsync(copy.fileno())


def append_whole(file: io.FileIO, content: bytes) -> None:
    """Append all of `content` to an unbuffered file, whose `write` may write less than that.

    Raises:
        OSError: the disk is full or gone; no part of `content` is left in the file.
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


def remove_partial_writes(folder: Path, own: Collection[str] = ()) -> None:
    """Remove temporary files that `write_whole` left behind when its process was killed.

    Args:
        own: the files that only the caller writes; temporary files of other files are removed only
            when they are old.
    """
    for beside in folder.glob(".*-" + "[0-9a-f]" * 8):
        # Another process may rename its own temporary file at the same time.
        with contextlib.suppress(OSError):
            is_own = beside.name[1:-9] in own
            if is_own or time.time() - beside.stat().st_mtime > _ABANDONED_SECONDS:
                beside.unlink()


def as_json(content: Any) -> bytes:
    """Indented JSON in UTF-8, readable for people.

    Letters are not escaped, which would take three times the space. Only half a surrogate pair,
    which UTF-8 cannot encode, is: the error handler writes the same escape as JSON.
    """
    written = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
    return written.encode(errors="backslashreplace") + b"\n"


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file atomically."""
    write_whole(path, as_json(content))


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut, where the system supports it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def folder_bytes(folder: Path) -> int:
    """Size of the files in a folder and its subfolders.

    Unreadable files and the targets of links are not counted.
    """
    used, folders = 0, [os.fspath(folder)] if is_folder(folder) else []
    while folders:
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                # A temporary file may have been renamed by now.
                with contextlib.suppress(OSError):
                    if is_folder(entry.path):
                        folders.append(entry.path)
                    else:
                        used += entry.stat(follow_symlinks=False).st_size
    return used


def remove_folder(folder: Path) -> None:
    """Remove as much of a folder as possible, without following links."""
    # A folder nested a thousand levels deep is removed only in part.
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
