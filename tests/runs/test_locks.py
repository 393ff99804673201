"""Locks show whether a process is running, with the system's locks and without."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import Timeout
from without_locks import WITHOUT_FLOCK, refuse_flock

from dgviz.runs.locks import is_locked, lock_on

HOLDER = """
import sys, time
from pathlib import Path
from dgviz.runs.locks import lock_on
lock = lock_on(Path(sys.argv[1]))
lock.acquire(timeout=5)
print("held", flush=True)
time.sleep(60)
"""


def hold(path: Path, code: str = HOLDER) -> subprocess.Popen[str]:
    """Start another process, and wait until it holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_is_held_until_its_process_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    with hold(path) as process:
        assert is_locked(path)
        with pytest.raises(Timeout):
            lock_on(path).acquire(timeout=0)
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait(10)
        assert not is_locked(path)
    with lock_on(path):
        assert is_locked(path)
    assert not is_locked(path)


def test_a_lock_may_be_released_in_another_thread(tmp_path: Path) -> None:
    lock = lock_on(tmp_path / "lock")
    taker = threading.Thread(target=lock.acquire)
    taker.start()
    taker.join()
    assert is_locked(tmp_path / "lock")
    lock.release()
    assert not is_locked(tmp_path / "lock")


def test_checks_of_a_lock_do_not_count_as_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    answers: list[bool] = []

    def ask() -> None:
        answers.extend(is_locked(path) for _ in range(300))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    # The checks do not prevent the owner from acquiring the lock.
    for _ in range(20):
        with lock_on(path).acquire(timeout=2):
            pass
        if not any(thread.is_alive() for thread in threads):
            break
    for thread in threads:
        thread.join()
    answers.clear()
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 1200 and not any(answers)


@pytest.mark.parametrize("kind", ["folder", "fifo", "link to nowhere"])
def test_a_path_that_is_no_lock_file_is_not_locked(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "lock"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        if not hasattr(os, "mkfifo"):
            pytest.skip("there are none here")
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "absent")
    assert not is_locked(path)


@pytest.fixture
def no_flock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without locks, such as some network and FUSE disks."""
    refuse_flock(monkeypatch)


@pytest.mark.usefixtures("no_flock")
def test_without_flock_a_lock_is_held_until_its_process_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    with hold(path, WITHOUT_FLOCK + HOLDER) as process:
        assert is_locked(path)
        # Another check does not release the lock.
        assert is_locked(path)
        with pytest.raises(Timeout):
            lock_on(path).acquire(timeout=0)
        process.kill()
        process.wait(10)
        assert not is_locked(path)
    with lock_on(path):
        assert is_locked(path)
    assert not is_locked(path)


@pytest.mark.usefixtures("no_flock")
def test_without_flock_a_process_on_another_machine_counts_as_running(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock_on(path):
        marker = path.read_text()
    assert socket.gethostname() in marker
    path.write_text(marker.replace(socket.gethostname(), "another-machine"))
    os.utime(path, (1e9, 1e9))
    assert is_locked(path)


@pytest.mark.usefixtures("no_flock")
def test_without_flock_an_empty_lock_file_is_no_lock(tmp_path: Path) -> None:
    """A disk with flock leaves an empty file in every folder, which may be copied."""
    path = tmp_path / "lock"
    path.touch()
    # A new empty file counts as locked: its process may not have written its name yet.
    assert is_locked(path)
    os.utime(path, (1e9, 1e9))
    assert not is_locked(path)
    with lock_on(path).acquire(timeout=1):
        assert is_locked(path)


def test_where_locking_is_impossible_no_lock_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lock").touch()
    refuse_flock(monkeypatch, errno.ENOLCK)
    assert not is_locked(tmp_path / "lock")
