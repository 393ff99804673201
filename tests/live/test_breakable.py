"""Work that another thread breaks off, and code that must not be broken off."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from dgviz.live.breakable import Breakable, BrokenOff


@pytest.fixture
def breakable() -> Iterator[Breakable]:
    before = signal.getsignal(signal.SIGUSR1)
    yield Breakable()
    signal.signal(signal.SIGUSR1, before)


def test_a_wait_for_the_network_is_broken_off(breakable: Breakable) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def break_off() -> None:
            assert ours.recv(1) == b"!"
            breakable.break_off()

        thread = threading.Thread(target=break_off)
        thread.start()
        with pytest.raises(BrokenOff), breakable.work():
            theirs.sendall(b"!")
            theirs.recv(1)
        thread.join()


def test_a_wait_for_a_lock_is_broken_off(breakable: Breakable, tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"), pytest.raises(BrokenOff), breakable.work():
        threading.Timer(0.1, breakable.break_off).start()
        FileLock(tmp_path / "lock").acquire(timeout=60)


def test_work_does_not_begin_once_it_has_been_broken_off(breakable: Breakable) -> None:
    breakable.break_off()
    begun = False
    with pytest.raises(BrokenOff), breakable.work():
        begun = True
    assert not begun


def test_a_block_of_the_work_is_not_broken_off_in_its_middle(breakable: Breakable) -> None:
    done = []
    with pytest.raises(BrokenOff), breakable.work():
        with breakable.unbroken():
            breakable.break_off()
            # A signal that was sent before the block, and arrives in it.
            signal.raise_signal(signal.SIGUSR1)
            done.append("the block")
        done.append("the rest")
    assert done == ["the block"]


def test_code_after_the_work_is_not_broken_off(breakable: Breakable) -> None:
    with breakable.work():
        pass
    breakable.break_off()
    # A signal that was sent before the work ended, and arrives after it.
    signal.raise_signal(signal.SIGUSR1)


def test_a_suppressed_break_off_is_raised_at_the_end_of_the_work(breakable: Breakable) -> None:
    """Python suppresses exceptions that are raised while an object is deleted."""
    with pytest.raises(BrokenOff), breakable.work(), contextlib.suppress(BrokenOff):
        breakable.break_off()
        signal.pause()


def test_the_clean_up_after_the_work_is_not_broken_off(breakable: Breakable) -> None:
    cleaned = False
    with pytest.raises(BrokenOff), breakable.work():
        try:
            breakable.break_off()
            signal.pause()
        finally:
            breakable.break_off()
            cleaned = True
    assert cleaned


def test_an_error_caused_by_the_break_off_becomes_broken_off(breakable: Breakable) -> None:
    with pytest.raises(BrokenOff), breakable.work():
        try:
            breakable.break_off()
            signal.pause()
        except BrokenOff as problem:
            raise ImportError("half a module") from problem


def test_other_errors_are_raised_unchanged(breakable: Breakable) -> None:
    with pytest.raises(ZeroDivisionError), breakable.work():
        _ = 1 / 0
