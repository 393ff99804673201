"""Files are written completely or not at all, and only regular files are read."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import sys
import threading
from pathlib import Path

import pytest

from dgviz.runs.files import (
    folder_bytes,
    open_file,
    read_file,
    remove_folder,
    write_json,
    write_whole,
)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture(params=["link", "dangling link", "pipe", "device", "folder"])
def no_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A path that is not a regular file, as in a folder edited by hand."""
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


def test_writing_replaces_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    write_whole(path, b"old")
    write_whole(path, b"")
    assert path.read_bytes() == b""
    write_json(path, {"β": [1, None]})
    assert json.loads(path.read_bytes()) == {"β": [1, None]}
    assert names(tmp_path) == ["card.json"]


@pytest.mark.skipif(os.name == "nt", reason="has no such permissions")
def test_a_written_file_has_the_usual_permissions(tmp_path: Path) -> None:
    write_whole(tmp_path / "whole", b"")
    (tmp_path / "any").touch()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_failed_write_leaves_only_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "card.json"
    write_whole(path, b"old")
    with monkeypatch.context() as patch:
        if call == "write":
            # The disk is full after a part of the content.
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


def test_ctrl_c_during_a_write_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "card.json", b"new")
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", ["absent", "a file"])
def test_writing_into_a_missing_folder_is_an_os_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(OSError):
        write_whole(tmp_path / place / "card.json", b"new")


def test_a_value_that_json_cannot_represent_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        write_json(tmp_path / "card.json", {"loss": float("nan")})
    assert names(tmp_path) == []


def test_readers_find_the_old_or_the_new_content(tmp_path: Path) -> None:
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


def test_a_folder_that_is_nested_too_deeply_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_deep(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(shutil, "rmtree", too_deep)
    remove_folder(tmp_path)
    assert tmp_path.is_dir()
