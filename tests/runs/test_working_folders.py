"""Folders of killed processes beside the runs are removed; those of running ones stay."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from without_locks import WITHOUT_FLOCK, refuse_flock

from bench.run_folders import write_run
from dgviz.runs import working_folders
from dgviz.runs.store import Store
from dgviz.runs.working_folders import INCOMING, OUTGOING, incoming, remove_leftovers

ID = "0123456789ab"

AT_WORK = """
import sys, time
from pathlib import Path
from dgviz.runs.working_folders import incoming
with incoming(Path(sys.argv[1])) as place:
    (place / "half").write_bytes(bytes(1000))
    print("at work", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "runs")
    store.root.mkdir()
    return store


def names(store: Store) -> list[str]:
    return sorted(path.name for path in store.root.iterdir())


@pytest.mark.parametrize("locks", ["the system's", "files"])
def test_an_incomplete_import_is_removed_after_its_process_ended(
    store: Store, monkeypatch: pytest.MonkeyPatch, locks: str
) -> None:
    code = AT_WORK
    if locks == "files":
        refuse_flock(monkeypatch)
        code = WITHOUT_FLOCK + AT_WORK
    with subprocess.Popen(
        [sys.executable, "-c", code, str(store.root)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "at work\n"
        store.remove_leftovers()
        (name,) = names(store)
        assert name.startswith(INCOMING)
        assert store.usage().bytes >= 1000
        process.kill()
        process.wait(10)
    assert names(store) == [name] and store.records() == []
    store.remove_leftovers()
    assert names(store) == [] and store.usage().bytes == 0


def test_it_is_removed_at_the_end_and_after_a_failure(store: Store) -> None:
    with incoming(store.root) as place:
        (place / "half").touch()
    with pytest.raises(ZeroDivisionError), incoming(store.root) as place:
        (place / "half").mkdir()
        1 / 0  # noqa: B018
    assert names(store) == []


def test_nothing_is_removed_where_locking_is_impossible(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        refuse_flock(patch, errno.ENOLCK)
        with incoming(store.root) as place:
            remove_leftovers(store.root)
            (place / "half").touch()
        assert names(store) == []


def test_a_partly_removed_run_is_removed_at_the_next_start(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(store.root, ID)
    store.delete(ID)

    def killed(folder: Path, **_: Any) -> None:
        (folder / "settings.json").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            store.empty_bin()
    assert store.records() == store.deleted() == []
    (left_over,) = working_folders.working_folders(store.root)
    assert left_over.name.startswith(OUTGOING) and store.usage().bytes > 0
    store.remove_leftovers()
    assert names(store) == [".bin"] and store.usage().bytes == 0


def test_a_run_is_removed_if_it_cannot_be_renamed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_run(store.root, ID)
    store.delete(ID)
    monkeypatch.setattr(Path, "rename", full)
    store.empty_bin()
    assert store.deleted() == []


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_and_files_with_such_names_stay(store: Store, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    for prefix in (INCOMING, OUTGOING):
        (store.root / f"{prefix}link").symlink_to(elsewhere)
        (store.root / f"{prefix}dangling").symlink_to(tmp_path / "nowhere")
        (store.root / f"{prefix}file").touch()
    locked = store.root / f"{INCOMING}lock"
    locked.mkdir()
    (locked / "lock").symlink_to(elsewhere / "precious")
    before = names(store)
    store.remove_leftovers()
    assert names(store) == before and (elsewhere / "precious").exists()


def test_a_folder_that_is_removed_before_it_is_locked_is_created_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = working_folders.lock_on
    swept: list[Path] = []

    def lock_on(path: Path) -> FileLock:
        lock = original(path)
        if not swept:
            swept.append(path)

            def acquire(**_: Any) -> None:
                monkeypatch.undo()
                lock.__dict__.pop("acquire")
                store.remove_leftovers()
                raise FileNotFoundError

            lock.__dict__["acquire"] = acquire
        return lock

    monkeypatch.setattr(working_folders, "lock_on", lock_on)
    with incoming(store.root) as place:
        store.remove_leftovers()
        (place / "half").touch()
    assert swept == [place / "lock"] and names(store) == []
