"""Unpack the files of a run from an untrusted zip, packed by dgviz or by hand."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from dgviz import environment
from dgviz.runs.contents import RunsError
from dgviz.runs.layout import CARD, FILES, LARGEST_TEXT, SETTINGS

MOST_ENTRIES = 1000
"""Entries of a zip. A run has eight files; other files that a computer adds are ignored."""

OVERHEAD = 2**20
"""Bytes that a zip may have in addition to its files."""

_RESOURCE_FORKS = "__MACOSX"
"""The folder in which macOS stores metadata of the files."""

_SHOWN = 5
_BLOCK = 2**20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The exceptions that the standard library raises for damaged or malicious zips.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
    OverflowError,
    AttributeError,
)


@dataclass(frozen=True)
class Unpacked:
    """The result of unpacking a zip.

    Attributes:
        folder: the name of the run's folder in the zip; "" if the files are in no folder.
        ignored: the names of files that belong to no run.
    """

    folder: str
    ignored: tuple[str, ...]

    @property
    def ignored_text(self) -> str:
        """A sentence about the ignored files; "" if there are none."""
        if not self.ignored:
            return ""
        rest = len(self.ignored) - _SHOWN
        more = f" and {rest} more" if rest > 0 else ""
        names = ", ".join(repr(name[:60]) for name in self.ignored[:_SHOWN])
        return f"Ignored, because no run has such files: {names}{more}."


def check_sizes(sizes: Iterable[tuple[str, int]]) -> None:
    """Check that files, given as (name, bytes), are small enough for an export and an import.

    Raises:
        RunsError: they are too large; the sentence says what to do.
    """
    if sum(size for _, size in sizes) > environment.zip_bytes():
        raise too_large()


def too_large() -> RunsError:
    limit = environment.zip_bytes() / 2**20
    return RunsError(
        f"This run is too large for a zip: its files may take {limit:g} MB together. Set the "
        f"variable DGVIZ_ZIP_MB above {limit:g} and start dgviz again, here and where the run is "
        "imported."
    )


def unpack(data: bytes | BinaryIO, target: Path) -> Unpacked:
    """Extract the files of a run into the folder `target`, without checking their content.

    Raises:
        RunsError: the zip is damaged, too large or malicious, or has no run.
        OSError: the files cannot be written.
    """
    packed = _seekable(data)
    with _zip_errors_reported():
        _check_packed(packed)
        archive = zipfile.ZipFile(packed)
    with archive:
        folder, files, ignored = _run_files(archive.infolist())
        for entry in files.values():
            _check_entry(entry)
        check_sizes((name, entry.file_size) for name, entry in files.items())
        sizes = []
        for name, entry in files.items():
            most = LARGEST_TEXT.get(name, environment.zip_bytes())
            with _zip_errors_reported(), archive.open(entry) as file:
                # The size in the directory may be wrong. One byte too many is enough for later
                # checks to find that the file is too large and to leave it out.
                content = file.read(most + 1)
            sizes.append((name, len(content)))
            check_sizes(sizes)
            (target / name).write_bytes(content)
    return Unpacked(folder, ignored)


def _seekable(data: bytes | BinaryIO) -> BinaryIO:
    if isinstance(data, bytes):
        return BytesIO(data)
    return data if data.seekable() else BytesIO(data.read(largest_zip() + 1))


def largest_zip() -> int:
    """Bytes of the largest zip that is read."""
    return environment.zip_bytes() + OVERHEAD


@contextmanager
def _zip_errors_reported() -> Iterator[None]:
    try:
        yield
    except _ZIP_ERRORS as problem:
        raise RunsError(
            "This is not a zip file, or it is damaged: export the run again."
        ) from problem


def _check_packed(packed: BinaryIO) -> None:
    """Check the size of a zip and an upper bound of its number of entries before opening it."""
    if packed.seek(0, 2) > largest_zip():
        raise too_large()
    packed.seek(0)
    found, before = 0, b""
    while block := packed.read(_BLOCK):
        found += (before + block).count(_DIRECTORY_ENTRY)
        before = block[1 - len(_DIRECTORY_ENTRY) :]
    if found > MOST_ENTRIES:
        raise RunsError(
            f"The zip holds more than {MOST_ENTRIES:,} files: pack the folder of one run alone."
        )


def _run_files(
    entries: list[zipfile.ZipInfo],
) -> tuple[str, dict[str, zipfile.ZipInfo], tuple[str, ...]]:
    """The name of the run's folder, the entries of its files by name, and the other names.

    The run is the only folder, with any name and at any depth, that has settings or a card. If no
    folder has them, it is the only folder with any other file of a run.
    """
    paths = [(_path(entry), entry) for entry in entries]
    paths = [(path, entry) for path, entry in paths if path]
    names = [path for path, _ in paths if _RESOURCE_FORKS not in path]
    places = _folders_of(names, (SETTINGS, CARD)) or _folders_of(names, FILES)
    if not places:
        raise RunsError(f"There is no run in the zip: none of {', '.join(FILES)} is there.")
    if len(places) > 1:
        raise RunsError("The zip holds more than one run: import a zip of each.")
    (place,) = places
    files: dict[str, zipfile.ZipInfo] = {}
    ignored = []
    for path, entry in paths:
        if path[:-1] != place or path[-1] not in FILES:
            ignored.append("/".join(path))
        elif path[-1] in files:
            raise RunsError(f"{path[-1]} is in the zip twice: export the run again.")
        else:
            files[path[-1]] = entry
    return place[-1] if place else "", files, tuple(ignored)


def _folders_of(paths: Iterable[tuple[str, ...]], names: Collection[str]) -> set[tuple[str, ...]]:
    """The folders that have a file with one of these names."""
    return {path[:-1] for path in paths if path[-1] in names}


def _path(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The parts of the path of a file; () for a folder.

    Raises:
        RunsError: the path leads out of the zip, or contains a null byte.
    """
    # The original name, because zipfile corrects some names but not all.
    name = entry.orig_filename.replace("\\", "/")
    names = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or ".." in names or re.match("[A-Za-z]:", name) or "\x00" in name:
        shown = repr(entry.orig_filename[:60])
        raise RunsError(f"{shown} in the zip is not a path in a folder: export the run again.")
    return () if name.endswith("/") else names


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """Check the entry of a run's file in the zip's directory before reading the file."""
    shown = repr(entry.orig_filename[:60])
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise RunsError(f"{shown} in the zip must be a plain file and no link.")
    if entry.flag_bits & _ENCRYPTED:
        raise RunsError(f"{shown} in the zip is encrypted: pack it again without a password.")
    if entry.compress_type not in _READABLE:
        raise RunsError(f"{shown} in the zip must be stored or deflated: pack it again that way.")
