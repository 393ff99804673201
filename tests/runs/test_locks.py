"""A lock says who lives, with the system's locks and without."""

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
    """Another process that holds the lock when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_lives_as_long_as_its_process(tmp_path: Path) -> None:
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


def test_a_lock_may_be_let_go_of_in_another_thread(tmp_path: Path) -> None:
    lock = lock_on(tmp_path / "lock")
    taker = threading.Thread(target=lock.acquire)
    taker.start()
    taker.join()
    assert is_locked(tmp_path / "lock")
    lock.release()
    assert not is_locked(tmp_path / "lock")


def test_those_who_ask_are_not_taken_for_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    answers: list[bool] = []

    def ask() -> None:
        answers.extend(is_locked(path) for _ in range(300))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    # And they do not keep the owner from it.
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
def test_what_is_no_lock_is_held_by_nobody(tmp_path: Path, kind: str) -> None:
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
    """A disk that answers as some network and FUSE disks do."""
    refuse_flock(monkeypatch)


@pytest.mark.usefixtures("no_flock")
def test_without_flock_a_lock_lives_as_long_as_its_process_too(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    with hold(path, WITHOUT_FLOCK + HOLDER) as process:
        assert is_locked(path)
        # Asking again and again takes nothing from its owner.
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
def test_without_flock_a_process_on_another_machine_may_live(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with lock_on(path):
        marker = path.read_text()
    assert socket.gethostname() in marker
    path.write_text(marker.replace(socket.gethostname(), "another-machine"))
    os.utime(path, (1e9, 1e9))
    assert is_locked(path)


@pytest.mark.usefixtures("no_flock")
def test_without_flock_a_lock_file_that_names_no_process_is_no_lock(tmp_path: Path) -> None:
    """A disk with flock leaves one in every folder, and folders are copied."""
    path = tmp_path / "lock"
    path.touch()
    # Its process may be about to write its name.
    assert is_locked(path)
    os.utime(path, (1e9, 1e9))
    assert not is_locked(path)
    with lock_on(path).acquire(timeout=1):
        assert is_locked(path)


def test_where_nothing_can_be_locked_nobody_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lock").touch()
    refuse_flock(monkeypatch, errno.ENOLCK)
    assert not is_locked(tmp_path / "lock")
