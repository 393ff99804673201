"""Which commands train a sweep, as its folder shows it."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from dgviz.runs.locks import is_locked
from dgviz.sweeps import at_work as module
from dgviz.sweeps.at_work import AT_WORK, Command, at_work, commands
from dgviz.sweeps.folder import SweepFolder


def test_a_command_shows_that_it_trains_and_how_long_it_takes(tmp_path: Path) -> None:
    unknown = Command("", None)
    assert commands(tmp_path) == [] and not SweepFolder(tmp_path).is_trained
    with at_work(tmp_path) as tell:
        assert commands(tmp_path) == [unknown] and SweepFolder(tmp_path).is_trained
        tell(100.0)
        with at_work(tmp_path, "the-server"):
            first, second = sorted(commands(tmp_path), key=lambda one: one.seconds or 0.0)
            assert (
                first == Command("the-server", None)
                and second.seconds
                and 90 < second.seconds <= 100
            )
        # It takes longer than it had expected, or does not know it any more.
        for seconds in (-1.0, None):
            tell(seconds)
            assert commands(tmp_path) == [unknown]
    assert commands(tmp_path) == [] == [*(tmp_path / AT_WORK).iterdir()]


def test_no_time_is_told_by_a_clock_that_is_ahead_while_none_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ahead:
        ahead.setattr(module, "time", SimpleNamespace(time=lambda: time.time() + 300))
        command = contextlib.ExitStack()
        tell = command.enter_context(at_work(tmp_path))
        at_first = commands(tmp_path)
        tell(100.0)
        tell(None)
    with command:
        assert at_first == commands(tmp_path) == [Command("", None)]


def test_the_file_of_a_command_is_closed_before_it_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Windows removes no file that is open.
    unlink, open_ones = Path.unlink, []
    monkeypatch.setattr(
        Path, "unlink", lambda file: (open_ones.append(is_locked(file)), unlink(file))
    )
    with at_work(tmp_path):
        pass
    assert open_ones == [False]


def test_what_a_killed_command_left_is_no_command_and_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / AT_WORK / f"{os.getpid()}-0123456789ab"
    left.parent.mkdir()
    left.touch()
    os.utime(left, (2e10, 2e10))
    assert commands(tmp_path) == []
    with at_work(tmp_path):
        # Another command may have made it just now.
        assert left.exists()
    monkeypatch.setattr(module, "_ABANDONED_SECONDS", -1.0)
    with at_work(tmp_path):
        assert not left.exists() and len(commands(tmp_path)) == 1


def test_a_sweep_that_was_deleted_is_not_made_again(tmp_path: Path) -> None:
    with at_work(tmp_path / "gone") as tell:
        tell(1.0)
    assert not (tmp_path / "gone").exists()
