"""`snapshots.bin`: the moments of a run, one compressed record after another.

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
one is found by its magic. The file is bounded: of a long run fewer moments are kept.
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
from dgviz.runs.layout import LARGEST_MOMENT, LARGEST_SNAPSHOTS

KINDS = ("gates", "weights")
EARLY = 20
"""Log points at the beginning that are always kept: two epochs, where most of it happens."""
MOST = 72
"""Gates records beyond the early ones; 90 records of 140 kB and 20 of 160 kB make 16 MB."""

MOST_MOMENTS = 200
"""Of both kinds; thinning leaves some hundred. Of a file with more none is read."""

_MAGIC = b"DGV1"
_HEADER = struct.Struct("<4sBBIIII")
_CHECK = struct.Struct("<I")
_HEAD_BYTES = _HEADER.size + _CHECK.size
_BLOCK = 2**16
_MOST_MARKS = 10_000
"""Marks of a record that are looked at in one file, true and false ones. A run leaves some hundred;
by chance the four bytes occur once in four gigabytes."""


class FrameError(LookupError):
    """A moment that is not there or damaged; the message is one sentence."""


@dataclass(frozen=True)
class Moment:
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
    """Whether the moment of `log_point` is kept when the run has come to log point `newest`.

    Nothing but these two numbers decides it: a resumed run keeps what an uninterrupted one does.
    """
    every = stride(newest)
    if kind == "weights":
        return log_point % (4 * every) == 0
    return log_point <= EARLY or log_point % every == 0


class Frames:
    """The moments in a file, by step; a missing file holds none.

    Args:
        path: where the file lies.
        file: the file at `path`, open for reading. Without it every read opens what lies there by
            then: a file that the trainer has thinned, whose moments may lie elsewhere in it.

    Attributes:
        damage: a sentence about what could not be read, or "".
        torn: whether that is no more than an unfinished record at the end, as a kill leaves it.
    """

    def __init__(self, path: Path, file: BinaryIO | None = None) -> None:
        self._path = path
        self._file = file
        self._moments: list[Moment] = []
        self.damage = ""
        self.torn = False
        try:
            scan = _scan(file) if file else _scan_at(path)
        except OSError as problem:
            self.damage = f"{path.name} cannot be read ({problem.strerror})."
        else:
            self._moments, self.torn = scan.moments, scan.torn
            if scan.lost:
                self.damage = f"{path.name} has {scan.lost:,} damaged bytes, which were skipped."
            if len(scan.moments) > MOST_MOMENTS:
                self._moments = []
                self.damage = f"{path.name} holds more than {MOST_MOMENTS} moments, as no run does."
        self._by_step: dict[str, dict[int, Moment]] = {kind: {} for kind in KINDS}
        for moment in self._moments:
            self._by_step[moment.kind][moment.step] = moment

    @property
    def count(self) -> int:
        """Of all records, whatever their kind and step."""
        return len(self._moments)

    def moments(self, kind: str) -> list[Moment]:
        """By ascending step, one a step."""
        return [moment for _, moment in sorted(self._by_step.get(kind, {}).items())]

    def read(self, kind: str, step: int) -> bytes:
        """The zlib-compressed blob of a moment.

        Raises:
            FrameError: there is none, or it is damaged.
        """
        moment = self._by_step.get(kind, {}).get(step)
        if moment is None:
            raise FrameError(f"There are no {kind} recorded at step {step}.")
        try:
            blob = self._bytes(moment.offset, moment.length)
        except OSError as problem:
            raise FrameError(f"The {kind} recorded at step {step} cannot be read.") from problem
        if len(blob) < moment.length or zlib.crc32(blob) != moment.crc:
            raise FrameError(f"The {kind} recorded at step {step} are damaged.")
        return blob

    def sound(
        self, is_picture: Callable[[Moment, bytes], bool], largest: Mapping[str, int]
    ) -> tuple[bytearray, list[Moment]]:
        """The file without what is damaged, and the moments that this leaves out.

        Args:
            is_picture: asked of each moment and its compressed blob.
            largest: bytes that a compressed blob may have, by kind; of others nothing is read.
        """
        content, left_out = bytearray(), []
        for moment in self._moments:
            if moment.length > largest[moment.kind]:
                left_out.append(moment)
                continue
            try:
                record = self._bytes(moment.offset - _HEAD_BYTES, moment.length + _HEAD_BYTES)
            except OSError:
                record = b""
            blob = record[_HEAD_BYTES:]
            whole = len(blob) == moment.length and zlib.crc32(blob) == moment.crc
            if whole and is_picture(moment, blob):
                content += record
            else:
                left_out.append(moment)
        return content, left_out

    def _bytes(self, offset: int, length: int) -> bytes:
        if self._file:
            self._file.seek(offset)
            return self._file.read(length)
        with open_file(self._path) as file:
            file.seek(offset)
            return file.read(length)


class FrameWriter:
    """Appends moments, and thins the file when it has grown too long.

    Args:
        path: created if it is not there; a torn or damaged part of it is cut out.
        upto: the step that the run goes on from: what was recorded after it is cut out too.

    Raises (as all its methods):
        OSError: the disk is full, read-only or gone.
    """

    def __init__(self, path: Path, upto: int) -> None:
        self._path = path
        scan = _scan_at(path)
        self._moments = [m for m in scan.moments if m.step <= upto and not m.at_end]
        # A copy of the folder by `cp -l` has the very same file, which appending would change too.
        shared = path.exists() and path.stat().st_nlink > 1
        if shared or scan.lost or len(self._moments) < len(scan.moments):
            self._rewrite(lambda moment: True)
        self._file = path.open("ab", buffering=0)
        self._stride = stride(max((m.log_point for m in self._moments), default=0))

    def wants(self, kind: str, log_point: int) -> bool:
        """Whether the moment of this newest log point is to be appended."""
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
        """Add one moment.

        Args:
            blob: the safetensors blob, not compressed.
            at_end: whether the run ends here, so that no thinning ever drops it.
            last: the log point that the run is to end with, where that is known. A moment that will
                have been thinned out by then is stored without compression, which would cost
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
        moment = Moment(kind, step, log_point, at_end, offset + _HEAD_BYTES, len(packed), crc)
        self._moments.append(moment)

    def has(self, kind: str, step: int) -> bool:
        return any(moment.kind == kind and moment.step == step for moment in self._moments)

    def sync(self) -> None:
        """Return once everything is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def _thin(self, newest: int) -> None:
        self._rewrite(lambda moment: is_kept(moment.kind, moment.log_point, newest))
        self._file.close()
        self._file = self._path.open("ab", buffering=0)
        self._stride = stride(newest)

    def _rewrite(self, wanted: Callable[[Moment], bool]) -> None:
        """Put a file in the place of this one that has only the moments that are wanted."""
        kept, content = [], bytearray()
        with self._path.open("rb") as file:
            for moment in filter(wanted, self._moments):
                file.seek(moment.offset - _HEAD_BYTES)
                kept.append(replace(moment, offset=len(content) + _HEAD_BYTES))
                content += file.read(_HEAD_BYTES + moment.length)
        write_whole(self._path, bytes(content))
        self._moments = kept


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
        moments: its records.
        lost: how many bytes belong to no record.
        torn: whether there are such bytes, and only after the last record.
    """

    moments: list[Moment]
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
    moments: list[Moment] = []
    lost = at = whole = 0
    size = os.fstat(file.fileno()).st_size
    if size > LARGEST_SNAPSHOTS:
        raise OSError(errno.EFBIG, f"larger than {formatting.size(LARGEST_SNAPSHOTS)}")
    marks = 0
    while at < size:
        marks += 1
        if marks > _MOST_MARKS:
            lost += size - at
            break
        file.seek(at)
        moment = _moment(file.read(_HEAD_BYTES), at)
        if moment is not None and moment.offset + moment.length <= size:
            moments.append(moment)
            at = whole = moment.offset + moment.length
            continue
        # The blobs are only read where there is damage to get over.
        end = _next_mark(file, at + 1, size)
        lost += end - at
        at = end
    return _Scan(moments, lost, lost > 0 and whole + lost == size)


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


def _moment(head: bytes, at: int) -> Moment | None:
    if len(head) < _HEAD_BYTES:
        return None
    magic, kind, at_end, log_point, step, length, crc = _HEADER.unpack(head[: _HEADER.size])
    (check,) = _CHECK.unpack(head[_HEADER.size :])
    if magic != _MAGIC or check != zlib.crc32(head[: _HEADER.size]):
        return None
    if kind >= len(KINDS) or length > LARGEST_MOMENT:
        return None
    return Moment(KINDS[kind], step, log_point, bool(at_end), at + _HEAD_BYTES, length, crc)
