"""A zip from anywhere, packed by dgviz or by hand, as a run's files, or a refusal."""

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
"""In a zip; a run has seven files, and what else a computer packs with them is ignored."""

OVERHEAD = 2**20
"""What a zip may have beyond the files in it."""

_RESOURCE_FORKS = "__MACOSX"
"""Where macOS puts what it knows of the files beside it."""

_SHOWN = 5
_BLOCK = 2**20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1 | 0x40
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Whatever the standard library raises at a zip that is cut, bent or made to harm.
_BROKEN = (
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
    """What a zip held.

    Attributes:
        folder: the name of the run's folder in the zip; "" where there was none.
        ignored: the names of what belongs to no run.
    """

    folder: str
    ignored: tuple[str, ...]

    @property
    def words(self) -> str:
        """What was ignored, in a sentence; "" for nothing."""
        if not self.ignored:
            return ""
        rest = len(self.ignored) - _SHOWN
        more = f" and {rest} more" if rest > 0 else ""
        names = ", ".join(repr(name[:60]) for name in self.ignored[:_SHOWN])
        return f"Ignored, because no run has such files: {names}{more}."


def check_sizes(sizes: Iterable[tuple[str, int]]) -> None:
    """Whether files, by name and bytes, together are small enough for an export and an import.

    Raises:
        RunsError: they are not; the sentence says what to do.
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
    """Put a run's files into the folder `target`; nothing in them has been looked at yet.

    Raises:
        RunsError: it is no zip, damaged, too large, made to harm, or holds no run.
        OSError: the files cannot be written.
    """
    packed = _seekable(data)
    with _broken_is_said():
        _check_packed(packed)
        archive = zipfile.ZipFile(packed)
    with archive:
        folder, files, ignored = _sorted_out(archive.infolist())
        for entry in files.values():
            _check_entry(entry)
        check_sizes((name, entry.file_size) for name, entry in files.items())
        sizes = []
        for name, entry in files.items():
            most = LARGEST_TEXT.get(name, environment.zip_bytes())
            with _broken_is_said(), archive.open(entry) as file:
                # It is not believed to be as short as it says. One byte too many is enough for
                # its reader to find that it is too large, and to leave it out.
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
    """The bytes of the largest zip that is looked at."""
    return environment.zip_bytes() + OVERHEAD


@contextmanager
def _broken_is_said() -> Iterator[None]:
    try:
        yield
    except _BROKEN as problem:
        raise RunsError("That is no zip file, or a damaged one: export the run again.") from problem


def _check_packed(packed: BinaryIO) -> None:
    """Before anything of a zip is believed: its size, and how many entries it can have at most."""
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


def _sorted_out(
    entries: list[zipfile.ZipInfo],
) -> tuple[str, dict[str, zipfile.ZipInfo], tuple[str, ...]]:
    """The name of the run's folder, the entries of its files by name, and the names of the rest.

    The run is the one folder, whatever its name and depth, that holds settings or a card. Of a run
    that has lost both it is the one that holds any other of its files.
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
    """The folders in which there is a file of one of these names."""
    return {path[:-1] for path in paths if path[-1] in names}


def _path(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The names on the way to a file; none for a folder.

    Raises:
        RunsError: the path would lead out of the zip, or is cut by a null byte.
    """
    # As it stands in the zip: zipfile mends some names, and not all.
    name = entry.orig_filename.replace("\\", "/")
    names = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or ".." in names or re.match("[A-Za-z]:", name) or "\x00" in name:
        shown = repr(entry.orig_filename[:60])
        raise RunsError(f"{shown} in the zip is no place in a folder: export the run again.")
    return () if name.endswith("/") else names


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """What the zip's directory says of a run's file, before anything of it is read."""
    shown = repr(entry.orig_filename[:60])
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise RunsError(f"{shown} in the zip must be a plain file and no link.")
    if entry.flag_bits & _ENCRYPTED:
        raise RunsError(f"{shown} in the zip is encrypted: pack it again without a password.")
    if entry.compress_type not in _READABLE:
        raise RunsError(f"{shown} in the zip must be stored or deflated: pack it again that way.")
