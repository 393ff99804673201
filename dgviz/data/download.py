"""Download a data set into the cache; a failed download leaves nothing there."""

import contextlib
import errno
import re
import socket
import sys
import tempfile
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

from dgviz.data.catalogue import DataError

SILENCE_LIMIT = 20.0
"""Seconds without data after which the download ends; torchvision sets no limit."""

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


def download(reader: Any, title: str, folder: Path) -> None:
    """Download a data set with torchvision and put it at `folder`.

    It is downloaded, checked and read under a temporary name beside `folder`, then renamed: a
    broken download leaves nothing behind, and if two processes download at once, the first copy
    stays. torchvision compares the MD5 of every archive before unpacking it.

    Args:
        reader: a class of torchvision.datasets that takes (root, train, download).
        title: the data set's name in messages.
        folder: the data set's folder: the one that `reader` looks for under its root.

    Raises:
        DataError: there is no network, the server refuses, the file is not the published one, or
            it cannot be written.
    """
    cache = folder.parent
    try:
        cache.mkdir(parents=True, exist_ok=True)
        partial = tempfile.TemporaryDirectory(
            dir=cache, prefix=".download-", ignore_cleanup_errors=True
        )
    except OSError as error:
        raise _no_room(title, cache, error) from error
    with partial as root:
        try:
            with _bounded_and_off_stdout():
                reader(root, train=True, download=True)
                reader(root, train=False)
            _move(Path(root, folder.name), folder)
        except OSError as error:
            if error.errno in _DISK:
                raise _no_room(title, cache, error) from error
            raise _no_network(title, error) from error
        except (RuntimeError, HTTPException, EOFError) as error:
            raise _no_network(title, error) from error


@contextlib.contextmanager
def _bounded_and_off_stdout() -> Iterator[None]:
    """Limit the wait for a server, and print progress to stderr: the CLI writes JSON to stdout."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SILENCE_LIMIT)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        socket.setdefaulttimeout(before)


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        # Another process may have put its copy there: it is the same.
        if not target.exists():
            raise


def _no_room(title: str, cache: Path, error: OSError) -> DataError:
    return DataError(
        f"{title} could not be stored in the cache folder {cache} ({error.strerror or error}): "
        "make room or make it writable, set DGVIZ_CACHE to another folder, "
        "or choose MNIST, which is inside dgviz."
    )


def _no_network(title: str, error: Exception) -> DataError:
    return DataError(
        f"{title} could not be downloaded ({_reason(error)}): "
        "check the network and try again, or choose MNIST, which is inside dgviz and needs none."
    )


def _reason(error: Exception) -> str:
    """The last line of a network error, without the text that Python and torchvision add."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    if "corrupted" in lines[-1]:
        return "what arrived is not the published file: its checksum differs"
    found = re.fullmatch(r"(?:<urlopen error )?(?:\[.*?\] )?(.*?)>?", lines[-1])
    return found[1] if found and found[1] else lines[-1]
