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

all little-endian. A torn tail is dropped, and a damaged record costs that record alone: the next
one is found by its magic. The file is bounded: of a long run fewer snapshots are kept.
"""

from __future__ import annotations

import errno
import os
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dgviz import formatting
from dgviz.runs.files import append_whole, open_file, write_whole
from dgviz.runs.layout import LARGEST_SNAPSHOT, LARGEST_SNAPSHOT_FILE

KINDS = ("gates", "weights")
EARLY = 20
"""Log points at the beginning that are always kept: two epochs, where most of it happens."""
MOST = 72
"""Gates records beyond the early ones; 90 records of 140 kB and 20 of 160 kB make 16 MB."""

MOST_SNAPSHOTS = 200
"""Of both kinds; thinning leaves some hundred. Of a file with more none is read."""

_MAGIC = b"DGV1"
_HEADER = struct.Struct("<4sBBIIII")
_CHECK = struct.Struct("<I")
_HEAD_BYTES = _HEADER.size + _CHECK.size
_BLOCK = 2**16
_MOST_MARKS = 10_000
"""Marks of a record that are looked at in one file, true and false ones. A run leaves some hundred;
by chance the four bytes occur once in four gigabytes."""


class SnapshotError(LookupError):
    """A snapshot that is not there or damaged; the message is one sentence."""


@dataclass(frozen=True)
class RecordedSnapshot:
    """Where one record lies: `kind` is "gates" or "weights", `offset` that of its blob."""

    kind: str
    step: int
    log_point: int
    at_end: bool
    offset: int
    length: int
    crc: int


def stride(log_point: int) -> int:
    """How many log points lie between two kept ones once the run has come to `log_point`."""
    step = 1
    while log_point // step > MOST:
        step *= 2
    return step


def is_kept(kind: str, log_point: int, newest: int) -> bool:
    """Whether the snapshot of `log_point` is kept when the run has come to log point `newest`.

    Nothing but these two numbers decides it: a resumed run keeps what an uninterrupted one does.
    """
    every = stride(newest)
    if kind == "weights":
        return log_point % (4 * every) == 0
    return log_point <= EARLY or log_point % every == 0


class Snapshots:
    """The snapshots in a file, by step; a missing file holds none.

    Args:
        path: where the file lies.
        file: the file at `path`, open for reading. Without it every read opens what lies there by
            then: a file that the trainer has thinned, whose snapshots may lie elsewhere in it.

    Attributes:
        damage: a sentence about what could not be read, or "".
        torn: whether that is no more than an unfinished record at the end, as a kill leaves it.
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
                    f"{path.name} holds more than {MOST_SNAPSHOTS} snapshots, as no run does."
                )
        self._by_step: dict[str, dict[int, RecordedSnapshot]] = {kind: {} for kind in KINDS}
        for snapshot in self._snapshots:
            self._by_step[snapshot.kind][snapshot.step] = snapshot

    @property
    def count(self) -> int:
        """Of all records, whatever their kind and step."""
        return len(self._snapshots)

    def of(self, kind: str) -> list[RecordedSnapshot]:
        """By ascending step, one a step."""
        return [snapshot for _, snapshot in sorted(self._by_step.get(kind, {}).items())]

    def read(self, kind: str, step: int) -> bytes:
        """The zlib-compressed blob of a snapshot.

        Raises:
            SnapshotError: there is none, or it is damaged.
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

    def sound(
        self, is_snapshot: Callable[[RecordedSnapshot, bytes], bool], largest: Mapping[str, int]
    ) -> tuple[bytearray, list[RecordedSnapshot]]:
        """The file without what is damaged, and the snapshots that this leaves out.

        Args:
            is_snapshot: asked of each snapshot and its compressed blob.
            largest: bytes that a compressed blob may have, by kind; of others nothing is read.
        """
        content, left_out = bytearray(), []
        for snapshot in self._snapshots:
            if snapshot.length > largest[snapshot.kind]:
                left_out.append(snapshot)
                continue
            try:
                record = self._bytes(snapshot.offset - _HEAD_BYTES, snapshot.length + _HEAD_BYTES)
            except OSError:
                record = b""
            blob = record[_HEAD_BYTES:]
            whole = len(blob) == snapshot.length and zlib.crc32(blob) == snapshot.crc
            if whole and is_snapshot(snapshot, blob):
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
    """Appends snapshots, and thins the file when it has grown too long.

    Args:
        path: created if it is not there; a torn or damaged part of it is cut out.
        upto: the step that the run goes on from: what was recorded after it is cut out too.

    Raises (as all its methods):
        OSError: the disk is full, read-only or gone.
    """

    def __init__(self, path: Path, upto: int) -> None:
        self._path = path
        scan = _scan_at(path)
        self._snapshots = [m for m in scan.snapshots if m.step <= upto and not m.at_end]
        # A copy of the folder by `cp -l` has the very same file, which appending would change too.
        shared = path.exists() and path.stat().st_nlink > 1
        if shared or scan.lost or len(self._snapshots) < len(scan.snapshots):
            self._rewrite(lambda snapshot: True)
        self._file = path.open("ab", buffering=0)
        self._stride = stride(max((m.log_point for m in self._snapshots), default=0))

    def wants(self, kind: str, log_point: int) -> bool:
        """Whether the snapshot of this newest log point is to be appended."""
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
            at_end: whether the run ends here, so that no thinning ever drops it.
            last: the log point that the run is to end with, where that is known. A snapshot that
                will have been thinned out by then is stored without compression, which would cost
                several times as much as all else that recording does.
        """
        # Not for the sake of a last one: what is kept follows from the log points alone.
        if not at_end and stride(log_point) != self._stride:
            self._thin(log_point)
        passing = last is not None and not at_end and not is_kept(kind, log_point, last)
        packed = zlib.compress(blob, 0) if passing else _compressed(blob)
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
        """Return once everything is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def _thin(self, newest: int) -> None:
        self._rewrite(lambda snapshot: is_kept(snapshot.kind, snapshot.log_point, newest))
        self._file.close()
        self._file = self._path.open("ab", buffering=0)
        self._stride = stride(newest)

    def _rewrite(self, wanted: Callable[[RecordedSnapshot], bool]) -> None:
        """Put a file in the place of this one that has only the snapshots that are wanted."""
        kept, content = [], bytearray()
        with self._path.open("rb") as file:
            for snapshot in filter(wanted, self._snapshots):
                file.seek(snapshot.offset - _HEAD_BYTES)
                kept.append(replace(snapshot, offset=len(content) + _HEAD_BYTES))
                content += file.read(_HEAD_BYTES + snapshot.length)
        write_whole(self._path, bytes(content))
        self._snapshots = kept


def _compressed(blob: bytes) -> bytes:
    """The blob in zlib's format.

    Gates and weights are close to noise: a search for repeated strings takes as long again or more
    and finds none, while runs of equal bytes, from blank pixels, are cheap to find.
    """
    deflater = zlib.compressobj(level=1, strategy=zlib.Z_RLE)
    return deflater.compress(blob) + deflater.flush()


class _Scan(NamedTuple):
    """What a file holds.

    Attributes:
        snapshots: its records.
        lost: how many bytes belong to no record.
        torn: whether there are such bytes, and only after the last record.
    """

    snapshots: list[RecordedSnapshot]
    lost: int
    torn: bool


def _scan_at(path: Path) -> _Scan:
    """The same for the file at `path`; a missing file holds nothing.

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        file = open_file(path)
    except FileNotFoundError:
        return _Scan([], 0, False)
    with file:
        return _scan(file)


def _scan(file: BinaryIO) -> _Scan:
    """The records of a file.

    Raises:
        OSError: it cannot be read.
    """
    snapshots: list[RecordedSnapshot] = []
    lost = at = whole = 0
    size = os.fstat(file.fileno()).st_size
    if size > LARGEST_SNAPSHOT_FILE:
        raise OSError(errno.EFBIG, f"larger than {formatting.size(LARGEST_SNAPSHOT_FILE)}")
    marks = 0
    while at < size:
        marks += 1
        if marks > _MOST_MARKS:
            lost += size - at
            break
        file.seek(at)
        snapshot = _snapshot(file.read(_HEAD_BYTES), at)
        if snapshot is not None and snapshot.offset + snapshot.length <= size:
            snapshots.append(snapshot)
            at = whole = snapshot.offset + snapshot.length
            continue
        # The blobs are only read where there is damage to get over.
        end = _next_mark(file, at + 1, size)
        lost += end - at
        at = end
    return _Scan(snapshots, lost, lost > 0 and whole + lost == size)


def _next_mark(file: BinaryIO, at: int, size: int) -> int:
    """Where the first mark from `at` on begins, or `size`: there may be much to read on the way."""
    while at < size:
        file.seek(at)
        block = file.read(_BLOCK)
        if (found := block.find(_MAGIC)) >= 0:
            return at + found
        # A mark may lie across the end of a block.
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
