"""`snapshots.bin`: the snapshots of a run, one compressed record after another.

A record is a header and a zlib-compressed safetensors blob (`dgviz/training/snapshot.py`):

    4s  magic b"DGV1"
    B   kind: 0 gates, 1 weights
    B   1 if made where the run ended, 0 if at a log point
    I   number of the newest log point, from 0
    I   step
    I   bytes of the blob
    I   CRC-32 of the blob
    I   CRC-32 of the header before it

all little-endian. An incomplete record at the end is dropped. Damage to a record affects only that
record: the next one is found by its magic. The file is bounded, because a long run keeps only some
of its snapshots.
"""

from __future__ import annotations

import errno
import os
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dgviz import formatting
from dgviz.runs.files import append_whole, open_file, write_whole
from dgviz.runs.layout import LARGEST_SNAPSHOT, LARGEST_SNAPSHOT_FILE

KINDS = ("gates", "weights")
EARLY_POINTS = 20
"""The first log points, two epochs, are always kept: most changes happen there."""
MOST_STRIDES = 72
"""Most strides up to the newest log point; 90 gates of 140 kB and 20 weights of 160 kB: 16 MB."""

MOST_SNAPSHOTS = 200
"""Snapshots of both kinds. Thinning leaves about a hundred; a file with more is not used."""

_MAGIC = b"DGV1"
_HEADER = struct.Struct("<4sBBIIII")
_CHECK = struct.Struct("<I")
_HEAD_BYTES = _HEADER.size + _CHECK.size
_BLOCK = 2**16
_MOST_MAGICS = 10_000
"""Occurrences of the magic that are examined in one file. A run writes about a hundred; by chance
the four bytes occur once in four gigabytes."""


class SnapshotError(LookupError):
    """A snapshot is missing or damaged; the message is one sentence."""


@dataclass(frozen=True)
class RecordedSnapshot:
    """The header of a record: `kind` is "gates" or "weights", `offset` the position of its blob."""

    kind: str
    step: int
    log_point: int
    at_end: bool
    offset: int
    length: int
    crc: int


def stride(log_point: int) -> int:
    """The distance between kept log points when the newest one is `log_point`."""
    step = 1
    while log_point // step > MOST_STRIDES:
        step *= 2
    return step


def is_kept(kind: str, log_point: int, newest: int) -> bool:
    """Whether the snapshot of `log_point` is kept when the newest log point is `newest`.

    It depends only on these numbers, so a resumed run keeps the same ones as an uninterrupted run.
    """
    every = stride(newest)
    if kind == "weights":
        return log_point % (4 * every) == 0
    return log_point <= EARLY_POINTS or log_point % every == 0


class Snapshots:
    """The snapshots in a file, by step; a missing file has none.

    Args:
        path: the file.
        file: the file at `path`, open for reading. Without it every read opens `path` again; the
            training process may have thinned that file, which changes the offsets.

    Attributes:
        damage: a sentence about the parts that could not be read, or "".
        torn: whether the only damage is an incomplete record at the end, which a kill leaves.
    """

    def __init__(self, path: Path, file: BinaryIO | None = None) -> None:
        self._path = path
        self._file = file
        self._snapshots: list[RecordedSnapshot] = []
        self.damage = ""
        self.torn = False
        try:
            scan = _scan(file) if file else _scan_at(path)
        except OSError as problem:
            self.damage = f"{path.name} cannot be read ({problem.strerror})."
        else:
            self._snapshots, self.torn = scan.snapshots, scan.torn
            if scan.lost:
                self.damage = f"{path.name} has {scan.lost:,} damaged bytes, which were skipped."
            if len(scan.snapshots) > MOST_SNAPSHOTS:
                self._snapshots = []
                self.damage = (
                    f"{path.name} holds more than {MOST_SNAPSHOTS} snapshots; no run has so many."
                )
        self._by_step: dict[str, dict[int, RecordedSnapshot]] = {kind: {} for kind in KINDS}
        for snapshot in self._snapshots:
            self._by_step[snapshot.kind][snapshot.step] = snapshot

    @property
    def count(self) -> int:
        """Number of records of all kinds and steps."""
        return len(self._snapshots)

    def of(self, kind: str) -> list[RecordedSnapshot]:
        """The snapshots of a kind by ascending step, one for each step."""
        return [snapshot for _, snapshot in sorted(self._by_step.get(kind, {}).items())]

    def read(self, kind: str, step: int) -> bytes:
        """Read the zlib-compressed blob of a snapshot.

        Raises:
            SnapshotError: the snapshot is missing or damaged.
        """
        snapshot = self._by_step.get(kind, {}).get(step)
        if snapshot is None:
            raise SnapshotError(f"There are no {kind} recorded at step {step}.")
        try:
            blob = self._bytes(snapshot.offset, snapshot.length)
        except OSError as problem:
            raise SnapshotError(f"The {kind} recorded at step {step} cannot be read.") from problem
        if len(blob) < snapshot.length or zlib.crc32(blob) != snapshot.crc:
            raise SnapshotError(f"The {kind} recorded at step {step} are damaged.")
        return blob

    def valid_records(
        self, is_snapshot: Callable[[RecordedSnapshot, bytes], bool]
    ) -> tuple[bytearray, list[RecordedSnapshot]]:
        """The content of the file without damaged records, and the snapshots left out.

        Args:
            is_snapshot: whether a snapshot and its compressed blob are valid.
        """
        content, left_out = bytearray(), []
        for snapshot in self._snapshots:
            try:
                record = self._bytes(snapshot.offset - _HEAD_BYTES, snapshot.length + _HEAD_BYTES)
            except OSError:
                record = b""
            blob = record[_HEAD_BYTES:]
            intact = len(blob) == snapshot.length and zlib.crc32(blob) == snapshot.crc
            if intact and is_snapshot(snapshot, blob):
                content += record
            else:
                left_out.append(snapshot)
        return content, left_out

    def _bytes(self, offset: int, length: int) -> bytes:
        if self._file:
            self._file.seek(offset)
            return self._file.read(length)
        with open_file(self._path) as file:
            file.seek(offset)
            return file.read(length)


class SnapshotWriter:
    """Appends snapshots to a file, and thins it when it has too many.

    Args:
        path: created if missing; incomplete and damaged parts are removed from it.
        resume_step: the step at which the run resumes; later snapshots are removed too.

    Raises (also from every method):
        OSError: the disk is full, read-only or gone.
    """

    def __init__(self, path: Path, resume_step: int) -> None:
        self._path = path
        scan = _scan_at(path)
        self._snapshots = [m for m in scan.snapshots if m.step <= resume_step and not m.at_end]
        # A copy of the folder by `cp -l` shares the file, and appending would change the copy.
        shared = path.exists() and path.stat().st_nlink > 1
        if shared or scan.lost or len(self._snapshots) < len(scan.snapshots):
            self._rewrite(lambda snapshot: True)
        self._file = path.open("ab", buffering=0)
        self._stride = stride(max((m.log_point for m in self._snapshots), default=0))

    def is_due(self, kind: str, log_point: int) -> bool:
        """Whether the snapshot of `log_point`, the newest one, must be recorded."""
        return is_kept(kind, log_point, log_point)

    def append(
        self,
        kind: str,
        step: int,
        log_point: int,
        blob: bytes,
        *,
        at_end: bool = False,
        last: int | None = None,
    ) -> None:
        """Add one snapshot.

        Args:
            blob: the safetensors blob, not compressed.
            at_end: whether the run ends here; such a snapshot is never thinned out.
            last: the last log point of the whole run, if known. A snapshot that will be thinned out
                before it is stored uncompressed, because compression takes several times as long
                as the rest of recording.
        """
        # A snapshot at the end does not start thinning, which depends on log points only.
        if not at_end and stride(log_point) != self._stride:
            self._thin(log_point)
        temporary = last is not None and not at_end and not is_kept(kind, log_point, last)
        packed = zlib.compress(blob, 0) if temporary else _compressed(blob)
        crc = zlib.crc32(packed)
        head = _HEADER.pack(_MAGIC, KINDS.index(kind), at_end, log_point, step, len(packed), crc)
        offset = self._file.seek(0, os.SEEK_END)
        append_whole(self._file, head + _CHECK.pack(zlib.crc32(head)) + packed)
        snapshot = RecordedSnapshot(
            kind, step, log_point, at_end, offset + _HEAD_BYTES, len(packed), crc
        )
        self._snapshots.append(snapshot)

    def has(self, kind: str, step: int) -> bool:
        return any(snapshot.kind == kind and snapshot.step == step for snapshot in self._snapshots)

    def sync(self) -> None:
        """Wait until everything is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def _thin(self, newest: int) -> None:
        self._rewrite(lambda snapshot: is_kept(snapshot.kind, snapshot.log_point, newest))
        self._file.close()
        self._file = self._path.open("ab", buffering=0)
        self._stride = stride(newest)

    def _rewrite(self, wanted: Callable[[RecordedSnapshot], bool]) -> None:
        """Replace the file by one that has only the wanted snapshots."""
        self._snapshots = _rewritten(self._path, filter(wanted, self._snapshots))


def keep_last(path: Path) -> None:
    """Remove all snapshots from a file but the last one of each kind.

    Raises:
        OSError: the file is missing, or cannot be read or written.
    """
    last = {snapshot.kind: snapshot for snapshot in _scan_at(path).snapshots}
    _rewritten(path, last.values())


def _rewritten(path: Path, wanted: Iterable[RecordedSnapshot]) -> list[RecordedSnapshot]:
    """Replace a file by one that has only the wanted ones of its snapshots; return their places."""
    kept, content = [], bytearray()
    with path.open("rb") as file:
        for snapshot in wanted:
            file.seek(snapshot.offset - _HEAD_BYTES)
            kept.append(replace(snapshot, offset=len(content) + _HEAD_BYTES))
            content += file.read(_HEAD_BYTES + snapshot.length)
    write_whole(path, bytes(content))
    return kept


def _compressed(blob: bytes) -> bytes:
    """Compress a blob in zlib's format.

    Gates and weights are nearly random. Searching for repeated strings would at least double the
    time and find none; runs of equal bytes, from always-blank pixels, are found quickly.
    """
    deflater = zlib.compressobj(level=1, strategy=zlib.Z_RLE)
    return deflater.compress(blob) + deflater.flush()


class _Scan(NamedTuple):
    """The records of a file.

    Attributes:
        snapshots: the headers of the records.
        lost: the number of bytes that belong to no record.
        torn: whether there are such bytes, all of them after the last record.
    """

    snapshots: list[RecordedSnapshot]
    lost: int
    torn: bool


def _scan_at(path: Path) -> _Scan:
    """Find the records of the file at `path`; a missing file has none.

    Raises:
        OSError: the file exists and cannot be read.
    """
    try:
        file = open_file(path)
    except FileNotFoundError:
        return _Scan([], 0, False)
    with file:
        return _scan(file)


def _scan(file: BinaryIO) -> _Scan:
    """Find the records of a file.

    Raises:
        OSError: the file cannot be read or is too large.
    """
    snapshots: list[RecordedSnapshot] = []
    lost = at = end_of_last = 0
    size = os.fstat(file.fileno()).st_size
    if size > LARGEST_SNAPSHOT_FILE:
        raise OSError(errno.EFBIG, f"larger than {formatting.size(LARGEST_SNAPSHOT_FILE)}")
    magics = 0
    while at < size:
        magics += 1
        if magics > _MOST_MAGICS:
            lost += size - at
            break
        file.seek(at)
        snapshot = _snapshot(file.read(_HEAD_BYTES), at)
        if snapshot is not None and snapshot.offset + snapshot.length <= size:
            snapshots.append(snapshot)
            at = end_of_last = snapshot.offset + snapshot.length
            continue
        # Blobs are read only to find the next record after damage.
        end = _next_magic(file, at + 1, size)
        lost += end - at
        at = end
    return _Scan(snapshots, lost, lost > 0 and end_of_last + lost == size)


def _next_magic(file: BinaryIO, at: int, size: int) -> int:
    """The position of the first magic from `at` on, or `size`; reads block by block."""
    while at < size:
        file.seek(at)
        block = file.read(_BLOCK)
        if (found := block.find(_MAGIC)) >= 0:
            return at + found
        # The magic may cross the end of a block.
        at += _BLOCK - len(_MAGIC) + 1
    return size


def _snapshot(head: bytes, at: int) -> RecordedSnapshot | None:
    if len(head) < _HEAD_BYTES:
        return None
    magic, kind, at_end, log_point, step, length, crc = _HEADER.unpack(head[: _HEADER.size])
    (check,) = _CHECK.unpack(head[_HEADER.size :])
    if magic != _MAGIC or check != zlib.crc32(head[: _HEADER.size]):
        return None
    if kind >= len(KINDS) or length > LARGEST_SNAPSHOT:
        return None
    return RecordedSnapshot(
        KINDS[kind], step, log_point, bool(at_end), at + _HEAD_BYTES, length, crc
    )
