"""The runs directory: listing, running, deleted and restored runs."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.run_folders import write_run
from dgviz.runs import store as store_module
from dgviz.runs.contents import RunsError
from dgviz.runs.layout import CARD, FILES, LABEL, LOCK, METRICS, SNAPSHOTS
from dgviz.runs.locks import lock_on
from dgviz.runs.record import Record
from dgviz.runs.store import (
    BIN,
    BIN_SECONDS,
    RUN_ID,
    RunNotFound,
    Store,
    Usage,
    new_run_id,
    the_store,
)

ID, OTHER = "0123456789ab", "fedcba987654"
DAY = 24 * 3600.0

TRAINER = """
import sys, time
from pathlib import Path
from dgviz.runs.locks import lock_on
lock = lock_on(Path(sys.argv[1]) / "lock")
lock.acquire(timeout=2)
print("training", flush=True)
time.sleep(60)
"""


def trainer(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", TRAINER, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def ids(records: list[Record]) -> list[str]:
    return [record.id for record in records]


def test_a_missing_directory_is_empty(store: Store) -> None:
    assert store.records() == [] and store.deleted() == []
    assert store.usage().bytes == 0 and store.usage().free_bytes > 0
    store.empty_bin()
    assert not store.root.exists()
    with pytest.raises(RunNotFound, match=f"There is no run {ID} in the runs directory"):
        store.record(ID)


@pytest.mark.parametrize("place", ["a file", "a file/runs"])
def test_a_file_instead_of_the_directory(tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").touch()
    store = Store(tmp_path / place)
    assert store.records() == [] and store.usage().bytes == 0 and store.usage().free_bytes > 0
    with pytest.raises(RunNotFound):
        store.record(ID)


@pytest.mark.parametrize(
    "run_id",
    [
        *("", ".", "..", ".bin", "../../../etc", f"../{ID}", f"{ID}/..", "0123456789a/"),
        *(ID.upper(), ID[:-1], ID + "0", ID + "\n", f" {ID}", "\0" * 12, "C:\\windows\\x"),
        # Digits, but not hexadecimal ones.
        "\N{ARABIC-INDIC DIGIT ONE}" * 12,
    ],
)
def test_an_invalid_id_is_not_found(store: Store, run_id: str) -> None:
    write_run(store.root, ID)
    for work in (store.folder, store.record, store.delete, store.restore):
        with pytest.raises(RunNotFound) as caught:
            work(run_id)
        assert "is not a run's id: that has 12 hexadecimal digits" in str(caught.value)
    assert ids(store.records()) == [ID]


def test_an_id_is_completed_if_only_one_run_begins_so(store: Store) -> None:
    first, second = "e02b805708e0", "e02b90000000"
    for run_id in (first, second):
        write_run(store.root, run_id)
    for text in ("e02b8", first[:-1], first):
        assert store.full_id(text) == first
    for text in ("e02", "e02b", "e02c", "E02B8", f"{first}0", "", "*", "../.."):
        assert store.full_id(text) == text
    with pytest.raises(RunNotFound, match=rf"^2 runs begin with e02b: {first} and {second}\.$"):
        store.folder("e02b")
    for i in range(5):
        write_run(store.root, f"e02bf000000{i}")
    with pytest.raises(RunNotFound, match=r"^7 runs .*, e02bf0000002 and 2 more\.$"):
        store.folder("e02b")


def test_new_ids_are_ids(store: Store) -> None:
    made = {new_run_id() for _ in range(100)}
    assert len(made) == 100 and all(RUN_ID.fullmatch(one) for one in made)
    assert store.folder(ID) == store.root / ID


def test_all_runs_are_listed_the_newest_first(store: Store) -> None:
    def at(hours: float) -> str:
        return (datetime(2025, 5, 1, tzinfo=UTC) + timedelta(hours=hours)).isoformat()

    write_run(store.root, "a" * 12, created=at(0))
    write_run(store.root, "b" * 12, created=at(2))
    write_run(store.root, "c" * 12, created=at(1))
    broken = write_run(store.root, "d" * 12, created=at(3))
    (broken / CARD).write_bytes(b"{")
    (store.root / ("e" * 12)).mkdir()
    os.utime(broken, (1e9, 1e9))
    os.utime(store.root / ("e" * 12), (1.1e9, 1.1e9))
    assert ids(store.records()) == [letter * 12 for letter in "bcaed"]
    assert [len(record.problems) for record in store.records()] == [0, 0, 0, 2, 1]


def test_other_files_and_folders_are_not_runs(store: Store) -> None:
    write_run(store.root, ID)
    (store.root / ("f" * 12)).write_bytes(b"a file where a folder should be")
    (store.root / "notes").mkdir()
    (store.root / "ABCDEFABCDEF").mkdir()
    (store.root / ".incoming").mkdir()
    assert ids(store.records()) == [ID]
    for work in (store.record, store.delete):
        with pytest.raises(RunNotFound):
            work("f" * 12)
    assert (store.root / ("f" * 12)).is_file()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_not_followed(store: Store, tmp_path: Path) -> None:
    elsewhere = write_run(tmp_path / "elsewhere", OTHER)
    store.root.mkdir()
    (store.root / OTHER).symlink_to(elsewhere)
    (store.root / BIN).mkdir()
    (store.root / BIN / ID).symlink_to(elsewhere)
    assert store.records() == [] and store.deleted() == [] and store.usage().bytes == 0
    with pytest.raises(RunNotFound):
        store.record(OTHER)
    with pytest.raises(RunNotFound):
        store.delete(OTHER)
    with pytest.raises(RunNotFound):
        store.restore(ID)
    store.empty_bin()
    assert elsewhere.is_dir() and (store.root / OTHER).is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("kind", ["link", "dangling link", "file"])
def test_a_bin_that_is_not_a_folder_is_not_used(store: Store, tmp_path: Path, kind: str) -> None:
    write_run(store.root, ID)
    elsewhere = write_run(tmp_path / "elsewhere", OTHER)
    os.utime(elsewhere, (1e9, 1e9))
    place = store.root / BIN
    if kind == "link":
        place.symlink_to(elsewhere.parent)
    elif kind == "dangling link":
        place.symlink_to(tmp_path / "nowhere")
    else:
        place.touch()
    used = store.usage().bytes
    assert store.deleted() == [] and used == store.record(ID).disk_bytes
    with pytest.raises(RunsError, match=r"\.bin has to be a folder. Remove what is there"):
        store.delete(ID)
    with pytest.raises(RunNotFound):
        store.restore(OTHER)
    store.empty_bin()
    assert ids(store.records()) == [ID] and elsewhere.is_dir()
    assert not (tmp_path / "nowhere").exists()


def test_a_change_is_seen_at_once(store: Store) -> None:
    folder = write_run(store.root, ID)
    first = store.record(ID)
    assert store.record(ID) is first and store.records() == [first]
    assert len(first.log()) == 5
    line = (folder / METRICS).read_bytes().splitlines(keepends=True)[-1]
    with (folder / METRICS).open("ab") as file:
        file.write(line)
    assert len(store.record(ID).log()) == 6
    store.record(ID).relabel(name="Named")
    assert store.record(ID).title == "Named"
    (folder / LABEL).write_text('{"name": "By hand"}')
    assert store.record(ID).title == "By hand"
    (folder / LABEL).unlink()
    assert store.record(ID).name == ""
    assert store.records() == [store.record(ID)]
    shutil.rmtree(folder)
    assert store.records() == []
    write_run(store.root, ID, phase="failed", reason="It broke.")
    assert store.record(ID).reason == "It broke."


def test_a_dangling_link_in_a_run_does_not_hide_changes(store: Store) -> None:
    folder = write_run(store.root, ID)
    (folder / "loose").symlink_to("nowhere")
    store.record(ID)
    (folder / LABEL).write_text('{"name": "Changed"}')
    assert store.record(ID).name == "Changed"


def test_a_run_is_running_until_its_process_ends(store: Store) -> None:
    folder = write_run(store.root, ID, phase="running", step=430, epoch=1.0)
    with trainer(folder) as process:
        assert [record.phase for record in store.records()] == ["running"]
        assert not store.record(ID).resumable
        with pytest.raises(RunsError, match="is being trained: stop it before you delete it"):
            store.delete(ID)
        # No other process can train it, and checking did not release the lock.
        with trainer(folder) as second:
            assert second.wait(20) != 0
        assert Store(store.root).record(ID).phase == "running"
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait(10)
        record = store.record(ID)
        assert (record.phase, record.resumable) == ("interrupted", True)
        # The record is cached, as for a run that ended normally.
        assert store.record(ID) is record
        assert store.records()[0].phase == "interrupted"
    with trainer(folder) as process:
        assert store.record(ID).phase == "running"
        process.kill()
        process.wait(10)
    store.delete(ID)
    assert store.records() == []


def test_a_run_without_a_card_is_running_or_interrupted(store: Store) -> None:
    folder = store.root / ID
    folder.mkdir(parents=True)
    with lock_on(folder / LOCK):
        assert store.record(ID).phase == "running"
    assert store.record(ID).phase == "interrupted"


def test_deleted_runs_are_restored(store: Store) -> None:
    folder = write_run(store.root, ID, created="2020-01-01T00:00:00+00:00")
    write_run(store.root, OTHER)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    used = store.usage().bytes
    store.delete(ID)
    assert ids(store.records()) == [OTHER] and ids(store.deleted()) == [ID]
    with pytest.raises(RunNotFound):
        store.record(ID)
    # A run in the bin still uses its room.
    assert store.usage().bytes == used
    # The age in the bin is that of the deletion, not of the run.
    store.empty_bin(older_than=BIN_SECONDS)
    store.restore(ID)
    assert store.deleted() == [] and set(ids(store.records())) == {ID, OTHER}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with pytest.raises(RunNotFound, match="is not in the bin, which keeps a run for a day"):
        store.restore(ID)


def test_a_restored_run_does_not_overwrite_another(store: Store) -> None:
    write_run(store.root, ID, reason="the first")
    store.delete(ID)
    write_run(store.root, ID, reason="the second")
    with pytest.raises(RunsError, match=f"There is a run {ID} already: delete that one first"):
        store.restore(ID)
    assert store.record(ID).reason == "the second"
    assert store.deleted()[0].reason == "the first"
    # The bin keeps the run that was deleted last.
    store.delete(ID)
    store.restore(ID)
    assert store.record(ID).reason == "the second" and store.deleted() == []


def test_the_bin_is_emptied_after_a_day(store: Store) -> None:
    for run_id in (ID, OTHER):
        write_run(store.root, run_id)
        store.delete(run_id)
    old = time.time() - DAY - 60
    os.utime(store.root / BIN / ID, (old, old))
    store.empty_bin(older_than=BIN_SECONDS)
    assert ids(store.deleted()) == [OTHER]
    os.utime(store.root / BIN / OTHER, (old, old))
    # Deleting a run empties the bin too, because a server may run for weeks.
    write_run(store.root, ID)
    store.delete(ID)
    assert ids(store.deleted()) == [ID]
    store.empty_bin()
    assert store.deleted() == []


def test_a_clock_that_was_set_back_does_not_empty_the_bin(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(store.root, ID)
    store.delete(ID)
    ahead = time.time() + 400 * DAY
    os.utime(store.root / BIN / ID, (ahead, ahead))
    store.empty_bin(older_than=BIN_SECONDS)
    assert ids(store.deleted()) == [ID]


def test_files_and_cards_from_the_future(store: Store) -> None:
    folder = write_run(store.root, ID, created="2999-01-01T00:00:00+00:00")
    session = {"started": "2999-01-01", "ended": "1999-01-01", "seconds": -3.0}
    write_run(store.root, OTHER, created="1970-01-01T00:00:00+00:00", sessions=[session])
    ahead = time.time() + 400 * DAY
    for path in (*folder.iterdir(), folder):
        os.utime(path, (ahead, ahead))
    assert ids(store.records()) == [ID, OTHER]
    assert [record.seconds for record in store.records()] == [61.0, 0.0]
    store.record(ID).relabel(name="Still changes")
    assert store.record(ID).name == "Still changes"


def test_two_processes_may_empty_the_bin(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(store.root, ID)
    store.delete(ID)
    gone = store.root / BIN / OTHER
    original = store_module._run_folders
    monkeypatch.setattr(store_module, "_run_folders", lambda place: [gone, *original(place)])
    store.empty_bin()
    monkeypatch.undo()
    assert store.deleted() == []


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_directory_that_cannot_be_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*arguments: Any, **rest: Any) -> None:
        raise OSError(number, os.strerror(number))

    write_run(store.root, ID)
    write_run(store.root, OTHER)
    store.delete(OTHER)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(RunsError, match=f"could not be deleted: {os.strerror(number)}"):
            store.delete(ID)
        with pytest.raises(RunsError, match=f"could not be restored: {os.strerror(number)}"):
            store.restore(OTHER)
        patch.setattr(Path, "mkdir", refuse)
        with pytest.raises(RunsError, match="could not be deleted"):
            store.delete(ID)
    assert ids(store.records()) == [ID] and ids(store.deleted()) == [OTHER]


def test_four_threads_delete_the_same_run(store: Store) -> None:
    write_run(store.root, ID)
    ends: list[str] = []

    def delete() -> None:
        try:
            Store(store.root).delete(ID)
            ends.append("deleted")
        except (RunsError, RunNotFound) as problem:
            ends.append(type(problem).__name__)

    threads = [threading.Thread(target=delete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends.count("deleted") == 1 and len(ends) == 4
    (record,) = store.deleted()
    assert record.id == ID and {path.name for path in record.folder.iterdir()} == {*FILES, LOCK}


def test_a_second_delete_does_not_remove_the_run_from_the_bin(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_is_faster(path: Path) -> bool:
        monkeypatch.undo()
        Store(store.root).delete(ID)
        return False

    write_run(store.root, ID)
    monkeypatch.setattr(store_module, "is_locked", another_is_faster)
    with pytest.raises(RunsError, match="could not be deleted"):
        store.delete(ID)
    (record,) = store.deleted()
    assert record.id == ID and {path.name for path in record.folder.iterdir()} == {*FILES, LOCK}


def test_listing_while_runs_are_created_and_deleted(store: Store) -> None:
    write_run(store.root, OTHER)
    done = threading.Event()
    broken: list[str] = []

    def come_and_go() -> None:
        for i in range(30):
            write_run(store.root, f"{i:012x}")
            store.delete(f"{i:012x}")
        done.set()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    other = Store(store.root)
    while not done.is_set():
        if OTHER not in ids(other.records()):
            broken.append("hidden")
        other.usage()
    thread.join()
    assert broken == []


Disk = namedtuple("Disk", "total used free")


@pytest.mark.parametrize(
    ("used", "free", "full", "words"),
    [
        (0.0, 50e9, False, None),
        (0.79, 50e9, False, None),
        (0.8, 50e9, False, "is nearly full (8.0 of 10.0 GB are used). Delete runs"),
        (1.0, 50e9, True, "is full (10.0 of 10.0 GB are used): new runs are not recorded."),
        (1.3, 50e9, True, "is full (13.0 of 10.0 GB are used)"),
        (0.1, 150e6, True, "The disk has only 150.0 MB left, so nothing new is recorded."),
        (1.3, 150e6, True, "The disk has only 150.0 MB left"),
    ],
)
def test_warnings_about_the_remaining_room(
    used: float, free: float, full: bool, words: str
) -> None:
    usage = Usage(int(used * 10e9), int(10e9), int(free))
    assert usage.full == full
    assert usage.warning == "" if words is None else words in usage.warning
    assert words is None or usage.warning.endswith(".")


def test_usage_counts_the_bytes_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "deep" / "runs", quota_bytes=10_000)
    asked: list[Path] = []

    def disk_usage(place: Path) -> Disk:
        asked.append(place)
        if not place.exists():
            raise FileNotFoundError(place)
        return Disk(10**9, 0, 5 * 10**8)

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    assert store.usage() == Usage(0, 10_000, 5 * 10**8)
    assert asked[-1] == tmp_path
    folder = write_run(store.root, ID)
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert store.usage().bytes == size == store.record(ID).disk_bytes
    with (folder / SNAPSHOTS).open("ab") as file:
        file.write(bytes(10_000))
    assert store.usage().full and "is full" in store.usage().warning
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Disk(10**9, 10**9, 10**6))
    assert store.usage().warning.startswith("The disk has only 1.0 MB left")


def test_the_only_store_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DGVIZ_RUNS", str(tmp_path))
    monkeypatch.setenv("DGVIZ_RUNS_GB", "2")
    write_run(tmp_path / BIN, ID)
    os.utime(tmp_path / BIN / ID, (1e9, 1e9))
    (tmp_path / ".incoming-0123" / "taken").mkdir(parents=True)
    the_store.cache_clear()
    try:
        store = the_store()
        assert store is the_store()
        assert (store.root, store.quota_bytes) == (tmp_path, 2 * 10**9)
        # Creating it removes leftovers and old runs in the bin.
        assert store.deleted() == [] and [path.name for path in tmp_path.iterdir()] == [BIN]
    finally:
        the_store.cache_clear()
