"""A zip from anywhere as the names and bytes of a run's files, or a refusal."""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO
from typing import BinaryIO

from dgviz.runs.contents import RunsError
from dgviz.runs.record import CARD, FILES, SETTINGS
from dgviz.runs.store import RUN_ID

LARGEST_BYTES = 64 * 2**20
"""Of all files together, packed or unpacked: a 50-epoch run of the paper's network has 20 MB, and
the server holds all of it in memory while it is checked."""

MOST_ENTRIES = 10
"""A run has seven files; the rest is room for an entry for the folder itself."""

_LARGEST_TEXT_BYTES = 8 * 2**20
"""Of a text file: 1,000 epochs are 4 MB, and as Python objects they take ten times as much."""

_TOO_LARGE = (
    f"A run's files are at most {LARGEST_BYTES // 2**20} MB together, and its text files "
    f"{_LARGEST_TEXT_BYTES // 2**20} MB each; these are more."
)
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


def unpack(data: bytes | BinaryIO) -> tuple[str, dict[str, bytes]]:
    """The run's id and the content of its files, nothing of which has been looked at yet.

    Raises:
        RunsError: it is no zip, damaged, too large, or holds what no run has.
    """
    packed = data if isinstance(data, bytes) else data.read(LARGEST_BYTES + 1)
    if len(packed) > LARGEST_BYTES:
        raise RunsError(_TOO_LARGE)
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            entries = archive.infolist()
            run_id = _check_entries(entries)
            files, room = {}, LARGEST_BYTES
            for entry in entries:
                if entry.is_dir():
                    continue
                name = entry.filename.rpartition("/")[2]
                files[name] = _read(archive, entry, room)
                room -= len(files[name])
    except _BROKEN as problem:
        raise RunsError("That is no zip file, or a damaged one: export the run anew.") from problem
    for name in (SETTINGS, CARD):
        if name not in files:
            raise RunsError(f"The zip lacks {name}, without which there is no run.")
    return run_id, files


def _check_entries(entries: list[zipfile.ZipInfo]) -> str:
    """What the zip's directory says of itself, before anything of it is read; returns the id."""
    if not 0 < len(entries) <= MOST_ENTRIES:
        raise RunsError(f"A run's zip holds 1 to {MOST_ENTRIES} files; this holds {len(entries)}.")
    run_id = entries[0].filename.partition("/")[0]
    if not RUN_ID.fullmatch(run_id):
        raise RunsError("A run's zip holds one folder that is named by 12 hexadecimal digits.")
    accepted = {f"{run_id}/", *(f"{run_id}/{name}" for name in FILES)}
    for entry in entries:
        # The name as it stands in the zip: on some systems zipfile mends it.
        shown = repr(entry.orig_filename[:60])
        if entry.orig_filename not in accepted:
            raise RunsError(f"A run's zip has no place for {shown}: {', '.join(FILES)} are known.")
        accepted.remove(entry.orig_filename)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG):
            raise RunsError(f"{shown} in the zip must be a plain file and no link.")
        if entry.flag_bits & _ENCRYPTED:
            raise RunsError(f"{shown} in the zip is encrypted: a run's files are not.")
        if entry.compress_type not in _READABLE:
            raise RunsError(f"{shown} in the zip must be stored or deflated.")
    if sum(entry.file_size for entry in entries) > LARGEST_BYTES:
        raise RunsError(_TOO_LARGE)
    return run_id


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """An entry's content, which is not believed to be as short as it says."""
    if entry.filename.endswith((".json", ".jsonl")):
        room = min(room, _LARGEST_TEXT_BYTES)
    with archive.open(entry) as file:
        content = file.read(room + 1)
    if len(content) > room:
        raise RunsError(_TOO_LARGE)
    return content
