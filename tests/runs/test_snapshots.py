"""Snapshots stay readable after damage to their file, and their number is bounded."""

from __future__ import annotations

import errno
import os
import random
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgviz.runs import snapshots as snapshots_module
from dgviz.runs.layout import LARGEST_SNAPSHOT_FILE
from dgviz.runs.snapshots import (
    EARLY_POINTS,
    KINDS,
    MOST_STRIDES,
    RecordedSnapshot,
    SnapshotError,
    Snapshots,
    SnapshotWriter,
    is_kept,
    stride,
)

STEPS = 43
"""Steps between two log points."""


def blob(kind: str, log_point: int) -> bytes:
    # Long enough that most flips are in blobs; no blob contains another.
    return f"{kind} at {log_point}: ".encode() + bytes(range(log_point % 200, 256))


def write(writer: SnapshotWriter, first: int, beyond: int) -> None:
    """Record the log points from `first` to before `beyond`."""
    for log_point in range(first, beyond):
        for kind in KINDS:
            if writer.is_due(kind, log_point):
                writer.append(kind, STEPS * log_point, log_point, blob(kind, log_point))


def uninterrupted(path: Path, log_points: int) -> bytes:
    writer = SnapshotWriter(path, -1)
    write(writer, 0, log_points)
    writer.sync()
    writer.close()
    return path.read_bytes()


def read_all(path: Path) -> dict[tuple[str, int], bytes]:
    """Read all snapshots, decompressed; only a `SnapshotError` is accepted."""
    snapshots = Snapshots(path)
    found = {}
    for kind in KINDS:
        for snapshot in snapshots.of(kind):
            try:
                found[kind, snapshot.step] = zlib.decompress(snapshots.read(kind, snapshot.step))
            except SnapshotError as problem:
                assert str(problem).endswith(".")
                assert snapshot in damaged(snapshots)
    return found


def read_all_of(content: bytes, path: Path) -> dict[tuple[str, int], bytes]:
    path.write_bytes(content)
    return read_all(path)


def damaged(snapshots: Snapshots) -> list[RecordedSnapshot]:
    """The snapshots whose bytes have changed since they were written."""
    return snapshots.valid_records(lambda snapshot, blob: True)[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """30 gates and 8 weights."""
    return uninterrupted(tmp_path_factory.mktemp("whole") / "snapshots.bin", 30)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "snapshots.bin"


def ends(content: bytes, scratch: Path) -> list[tuple[str, int, int]]:
    """(kind, step, end of the record), in the order of the file."""
    scratch.write_bytes(content)
    snapshots = [m for kind in KINDS for m in Snapshots(scratch).of(kind)]
    return sorted(((m.kind, m.step, m.offset + m.length) for m in snapshots), key=lambda m: m[2])


def test_only_a_snapshot_that_stays_is_compressed(tmp_path: Path) -> None:
    path, runs_of_bytes = tmp_path / "snapshots.bin", bytes(1000)
    writer = SnapshotWriter(path, -1)
    for log_point in (EARLY_POINTS, EARLY_POINTS + 1, EARLY_POINTS + 2):
        step = STEPS * log_point
        writer.append("gates", step, log_point, runs_of_bytes, last=2 * MOST_STRIDES)
    writer.append(
        "gates",
        STEPS * (EARLY_POINTS + 3),
        EARLY_POINTS + 1,
        runs_of_bytes,
        at_end=True,
        last=2 * MOST_STRIDES,
    )
    writer.close()

    lengths = [snapshot.length for snapshot in Snapshots(path).of("gates")]

    assert [length < 100 for length in lengths] == [True, False, True, True]
    assert set(read_all(path).values()) == {runs_of_bytes}


def test_compression_does_not_search_for_repeated_strings(tmp_path: Path) -> None:
    """The search would take longer than the rest of recording."""
    noise = random.Random(0).randbytes(10_000)
    writer = SnapshotWriter(tmp_path / "snapshots.bin", -1)
    writer.append("gates", 0, 0, 2 * noise)
    writer.close()
    (snapshot,) = Snapshots(tmp_path / "snapshots.bin").of("gates")
    assert snapshot.length > 2 * len(noise)


def test_appended_snapshots_are_read(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.bin"
    writer = SnapshotWriter(path, -1)
    writer.append("gates", 0, 0, b"first")
    writer.append("weights", 0, 0, b"")
    writer.append("gates", 17, 0, b"last", at_end=True)
    assert writer.has("gates", 17) and not writer.has("weights", 17)
    # Before the writer is closed.
    assert read_all(path) == {("gates", 0): b"first", ("weights", 0): b"", ("gates", 17): b"last"}
    writer.close()
    snapshots = Snapshots(path)
    assert snapshots.damage == "" and damaged(snapshots) == []
    assert [snapshot.at_end for snapshot in snapshots.of("gates")] == [False, True]
    for kind, step in (("gates", 1), ("weights", 17), ("colours", 0)):
        with pytest.raises(SnapshotError, match=f"There are no {kind} recorded at step {step}."):
            snapshots.read(kind, step)


def test_a_missing_file_has_no_snapshots(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "snapshots.bin")
    assert snapshots.of("gates") == [] and snapshots.damage == ""
    assert damaged(snapshots) == []


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.bin"
    path.mkdir()
    assert Snapshots(path).damage == (
        "snapshots.bin cannot be read (this must be a file, and is a folder)."
    )
    with pytest.raises(OSError):
        SnapshotWriter(path, -1)


def test_a_file_that_was_removed_is_a_snapshot_error(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.bin"
    uninterrupted(path, 3)
    snapshots = Snapshots(path)
    path.unlink()
    with pytest.raises(SnapshotError, match="cannot be read"):
        snapshots.read("gates", 0)


def test_an_open_file_is_unaffected_by_thinning(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.bin"
    before = uninterrupted(path, 2 * MOST_STRIDES + 2)
    with path.open("rb") as file:
        snapshots = Snapshots(path, file)
        # Recording continues, and the stride doubles.
        writer = SnapshotWriter(path, STEPS * (2 * MOST_STRIDES + 2))
        write(writer, 2 * MOST_STRIDES + 2, 4 * MOST_STRIDES + 2)
        writer.close()
        assert path.read_bytes() != before
        assert snapshots.valid_records(lambda snapshot, blob: True) == (before, [])


def test_a_magic_across_two_blocks_is_found(
    whole: bytes, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(iter(read_all_of(whole, scratch)))
    for block in range(5, 60):
        monkeypatch.setattr(snapshots_module, "_BLOCK", block)
        found = read_all_of(b"?" + whole[1:], scratch)
        assert first not in found and len(found) == len(read_all_of(whole, scratch)) - 1


def test_large_damage_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.bin"
    with path.open("wb") as file:
        file.truncate(64 * 2**20)
    tracemalloc.start()
    damage = Snapshots(path).damage
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "67,108,864 damaged bytes" in damage
    assert peak < 2**20


def test_a_file_larger_than_any_run_has_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.bin"
    with path.open("wb") as file:
        file.truncate(LARGEST_SNAPSHOT_FILE + 1)
    assert Snapshots(path).damage == "snapshots.bin cannot be read (larger than 2048 MB)."
    with pytest.raises(OSError, match="larger than 2048 MB"):
        SnapshotWriter(path, -1)


def test_the_search_in_a_file_full_of_magics_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "snapshots.bin"
    uninterrupted(path, 2)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"DGV1" * 100_000)
    looked_at = []
    read = snapshots_module._snapshot
    monkeypatch.setattr(snapshots_module, "_snapshot", lambda *a: looked_at.append(a) or read(*a))
    found = Snapshots(path)
    assert len(looked_at) <= 10_000
    assert [snapshot.step for snapshot in found.of("gates")] == [0, STEPS]
    assert "400,000 damaged bytes" in found.damage and path.stat().st_size == size + 400_000


@given(data=st.data())
@settings(max_examples=100)
def test_an_incomplete_end_affects_only_its_records(
    whole: bytes, scratch: Path, data: st.DataObject
) -> None:
    records = ends(whole, scratch)
    cut = data.draw(st.integers(0, len(whole)))
    scratch.write_bytes(whole[:cut])
    there = {(kind, step) for kind, step, end in records if end <= cut}
    found = read_all(scratch)
    assert found == {(kind, step): blob(kind, step // STEPS) for kind, step in there}
    # A writer can continue from there.
    reached = max((step for _, step in there), default=-1)
    writer = SnapshotWriter(scratch, reached)
    writer.append("gates", 10_000, 31, b"after the damage")
    writer.close()
    assert read_all(scratch) == {**found, ("gates", 10_000): b"after the damage"}
    assert Snapshots(scratch).damage == ""


@given(data=st.data())
@settings(max_examples=200)
def test_a_damaged_byte_affects_one_record(
    whole: bytes, scratch: Path, data: st.DataObject
) -> None:
    records = ends(whole, scratch)
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[at] ^= data.draw(st.integers(1, 255))
    scratch.write_bytes(flipped)
    (hit,) = [(kind, step) for kind, step, end in records if end > at][:1]
    expected = {(kind, step): blob(kind, step // STEPS) for kind, step, _ in records}
    del expected[hit]
    assert read_all(scratch) == expected
    snapshots = Snapshots(scratch)
    assert bool(snapshots.damage) != bool(damaged(snapshots))


@given(data=st.data())
@settings(max_examples=100)
def test_damage_never_gives_a_wrong_snapshot(
    whole: bytes, scratch: Path, data: st.DataObject
) -> None:
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 400))
        content[at : at + length] = data.draw(
            st.one_of(st.binary(max_size=60), st.just(whole[at // 2 : at // 2 + 300]))
        )
    scratch.write_bytes(content)
    for (kind, step), found in read_all(scratch).items():
        assert found == blob(kind, step // STEPS)


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_any_bytes_can_be_read(scratch: Path, content: bytes) -> None:
    scratch.write_bytes(content)
    assert read_all(scratch) == {}
    assert bool(Snapshots(scratch).damage) == bool(content)


def test_a_file_of_magics_only_is_read_quickly(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.bin"
    path.write_bytes(b"DGV1" * 50_000)
    assert Snapshots(path).damage == "snapshots.bin has 200,000 damaged bytes, which were skipped."


@pytest.mark.parametrize(
    "log_points", [1, EARLY_POINTS, MOST_STRIDES + 1, MOST_STRIDES + 2, 150, 300, 501, 1201]
)
def test_thinning_keeps_a_bounded_number(tmp_path: Path, log_points: int) -> None:
    path = tmp_path / "snapshots.bin"
    writer = SnapshotWriter(path, -1)
    for log_point in range(log_points):
        write(writer, log_point, log_point + 1)
    writer.close()
    snapshots = Snapshots(path)
    newest = log_points - 1
    # Thinning happens only when a snapshot is appended.
    appended = max(i for i in range(log_points) if is_kept("gates", i, i))
    for kind in KINDS:
        steps = [snapshot.step // STEPS for snapshot in snapshots.of(kind)]
        assert steps == [i for i in range(appended + 1) if is_kept(kind, i, appended)]
    gates, weights = snapshots.of("gates"), snapshots.of("weights")
    assert [snapshot.step for snapshot in gates[: EARLY_POINTS + 1]] == [
        STEPS * i for i in range(min(EARLY_POINTS + 1, log_points))
    ]
    assert len(gates) <= EARLY_POINTS + MOST_STRIDES + 1 and len(weights) <= MOST_STRIDES // 4 + 1
    if log_points > 200:
        assert len(gates) > 50
    assert {snapshot.step for snapshot in weights} <= {snapshot.step for snapshot in gates}
    # The newest snapshot is less than one stride old.
    assert newest - gates[-1].step // STEPS < stride(newest)


@given(
    beyond=st.integers(1, 400),
    kills=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 30), st.integers(0, 80), st.booleans()),
        max_size=5,
    ),
)
@settings(max_examples=30)
def test_a_resumed_run_has_the_file_of_an_uninterrupted_one(
    scratch: Path, beyond: int, kills: list[tuple[int, int, int, bool]]
) -> None:
    scratch.unlink(missing_ok=True)
    expected = uninterrupted(scratch, beyond)
    scratch.unlink()
    at = 0
    # Each session reaches a log point. A killed one falls back to an earlier checkpoint and has an
    # incomplete end; a stopped one has snapshots at its end.
    for reached, back, torn, stopped in sorted(kills):
        reached = min(reached, beyond)
        if reached < at:
            continue
        writer = SnapshotWriter(scratch, STEPS * (at - 1))
        write(writer, at, reached)
        if stopped:
            newest = max(reached - 1, 0)
            writer.append("gates", STEPS * newest + 1, newest, b"the end", at_end=True)
        writer.close()
        at = reached if stopped else max(0, reached - back)
        size = scratch.stat().st_size
        # The recorder syncs all snapshots before it writes a checkpoint.
        kept = [m for k in KINDS for m in Snapshots(scratch).of(k) if m.step < STEPS * at]
        synced = max((m.offset + m.length for m in kept), default=0)
        os.truncate(scratch, max(size - torn, synced))
    writer = SnapshotWriter(scratch, STEPS * (at - 1))
    write(writer, at, beyond)
    writer.close()
    assert scratch.read_bytes() == expected


def test_a_full_disk_affects_only_the_new_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "snapshots.bin"
    writer = SnapshotWriter(path, -1)
    write(writer, 0, 3)
    before = path.read_bytes()
    original = writer._file

    class Full:
        """Writes 10 bytes and then fails, like a full disk."""

        def __getattr__(self, name: str) -> object:
            return getattr(original, name)

        def write(self, content: memoryview) -> int:
            if len(path.read_bytes()) > len(before):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return original.write(content[:10])

    monkeypatch.setattr(writer, "_file", Full())
    with pytest.raises(OSError):
        writer.append("gates", 999, 3, b"too much")
    assert path.read_bytes() == before and not writer.has("gates", 999)
    monkeypatch.setattr(writer, "_file", original)
    write(writer, 3, 5)
    writer.close()
    assert path.read_bytes() == uninterrupted(tmp_path / "other", 5)


def test_a_full_disk_while_thinning_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "snapshots.bin"
    writer = SnapshotWriter(path, -1)
    write(writer, 0, MOST_STRIDES + 2)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError):
            write(writer, MOST_STRIDES + 2, MOST_STRIDES + 3)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    # When there is room again, recording continues.
    write(writer, MOST_STRIDES + 2, 120)
    writer.close()
    assert path.read_bytes() == uninterrupted(tmp_path / "other", 120)


def test_a_partial_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may write fewer bytes than requested."""
    path = tmp_path / "snapshots.bin"
    writer = SnapshotWriter(path, -1)
    original = writer._file

    class Slow:
        def __getattr__(self, name: str) -> object:
            return getattr(original, name)

        def write(self, content: memoryview) -> int:
            return original.write(content[:7])

    monkeypatch.setattr(writer, "_file", Slow())
    write(writer, 0, 2)
    writer.close()
    assert path.read_bytes() == uninterrupted(tmp_path / "other", 2)
