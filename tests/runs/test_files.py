"""A file that is written whole is there whole, and a lock says who lives."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import Timeout

from dgviz.runs.files import (
    folder_bytes,
    is_locked,
    lock_on,
    open_file,
    read_file,
    remove_folder,
    write_json,
    write_whole,
)

HOLDER = """
import sys, time
from pathlib import Path
from dgviz.runs.files import lock_on
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


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture(params=["link", "dangling link", "pipe", "device", "folder"])
def no_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Something in a file's place that a folder edited by hand may hold."""
    path = tmp_path / "card.json"
    match request.param:
        case "link":
            (tmp_path / "secret").write_bytes(b"{}")
            path.symlink_to(tmp_path / "secret")
        case "dangling link":
            path.symlink_to(tmp_path / "nowhere")
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_only_regular_files_are_read(no_file: Path) -> None:
    for read in (open_file, lambda path: read_file(path, 100)):
        with pytest.raises(OSError):
            read(no_file)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(b"0123456789")
    assert read_file(path, 10) == b"0123456789"
    with pytest.raises(OSError, match="larger than"):
        read_file(path, 9)


def test_it_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    write_whole(path, b"old")
    write_whole(path, b"")
    assert path.read_bytes() == b""
    write_json(path, {"β": [1, None]})
    assert json.loads(path.read_bytes()) == {"β": [1, None]}
    assert names(tmp_path) == ["card.json"]


@pytest.mark.skipif(os.name == "nt", reason="has no such permissions")
def test_others_may_read_it_as_they_may_any_file_of_the_user(tmp_path: Path) -> None:
    write_whole(tmp_path / "whole", b"")
    (tmp_path / "any").touch()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "card.json"
    write_whole(path, b"old")
    with monkeypatch.context() as patch:
        if call == "write":
            # Half of the content has come to the disk when it is full.
            patch.setattr(os, "fsync", lambda handle: os.ftruncate(handle, 2) or fail())
        elif call == "fsync":
            patch.setattr(os, "fsync", fail)
        else:
            patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError) as caught:
            write_whole(path, b"something new")
    assert caught.value.errno == number
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["card.json"]


def test_ctrl_c_while_it_is_written_leaves_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "card.json", b"new")
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", ["absent", "a file"])
def test_a_folder_that_is_none_is_an_os_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(OSError):
        write_whole(tmp_path / place / "card.json", b"new")


def test_what_json_has_no_word_for_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        write_json(tmp_path / "card.json", {"loss": float("nan")})
    assert names(tmp_path) == []


def test_readers_meet_the_old_content_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    contents = {bytes([letter]) * 20_000 for letter in b"abc"}
    write_whole(path, b"a" * 20_000)
    done = threading.Event()

    def write() -> None:
        for _ in range(20):
            for content in contents:
                write_whole(path, content)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        assert path.read_bytes() in contents
    writer.join()


def test_the_size_of_a_folder(tmp_path: Path) -> None:
    assert folder_bytes(tmp_path / "absent") == 0
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"678")
    assert folder_bytes(tmp_path) == 8
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    assert folder_bytes(tmp_path) < 8 + 4096
    used = folder_bytes(tmp_path)
    (tmp_path / "below" / "it").mkdir(parents=True)
    (tmp_path / "below" / "it" / "c").write_bytes(b"90")
    assert folder_bytes(tmp_path) == used + 2
    (tmp_path / "link").symlink_to(tmp_path / "below")
    assert folder_bytes(tmp_path / "link") == 0


def test_a_tree_that_is_too_deep_to_be_walked_stays_and_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_deep(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(shutil, "rmtree", too_deep)
    remove_folder(tmp_path)
    assert tmp_path.is_dir()


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
    fcntl = pytest.importorskip("fcntl")

    def refuse(*arguments: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", refuse)


WITHOUT_FLOCK = """
import errno, fcntl
def refuse(*arguments):
    raise OSError(errno.ENOSYS, "Function not implemented")
fcntl.flock = refuse
"""


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
    fcntl = pytest.importorskip("fcntl")

    def refuse(*arguments: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    (tmp_path / "lock").touch()
    monkeypatch.setattr(fcntl, "flock", refuse)
    assert not is_locked(tmp_path / "lock")
