"""Work that another thread breaks off, and what is not to be broken off with it."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator

import pytest

from dgviz.live.breakable import Breakable, BrokenOff


@pytest.fixture
def breakable() -> Iterator[Breakable]:
    before = signal.getsignal(signal.SIGUSR1)
    yield Breakable()
    signal.signal(signal.SIGUSR1, before)


def test_a_wait_for_a_network_is_broken_off(breakable: Breakable) -> None:
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


def test_work_does_not_begin_once_it_has_been_broken_off(breakable: Breakable) -> None:
    breakable.break_off()
    begun = False
    with pytest.raises(BrokenOff), breakable.work():
        begun = True
    assert not begun


def test_what_follows_the_work_is_left_alone(breakable: Breakable) -> None:
    with breakable.work():
        pass
    breakable.break_off()
    # One that was on its way when the work ended.
    signal.raise_signal(signal.SIGUSR1)


def test_a_break_that_was_swallowed_ends_the_work_at_its_end(breakable: Breakable) -> None:
    """Python reports what is raised while an object is removed, and goes on."""
    with pytest.raises(BrokenOff), breakable.work(), contextlib.suppress(BrokenOff):
        breakable.break_off()
        signal.pause()


def test_work_that_cleans_up_is_not_broken_off_twice(breakable: Breakable) -> None:
    cleaned = False
    with pytest.raises(BrokenOff), breakable.work():
        try:
            breakable.break_off()
            signal.pause()
        finally:
            breakable.break_off()
            cleaned = True
    assert cleaned


def test_an_error_that_the_break_has_turned_into_is_one(breakable: Breakable) -> None:
    with pytest.raises(BrokenOff), breakable.work():
        try:
            breakable.break_off()
            signal.pause()
        except BrokenOff as problem:
            raise ImportError("half a module") from problem


def test_other_errors_pass(breakable: Breakable) -> None:
    with pytest.raises(ZeroDivisionError), breakable.work():
        _ = 1 / 0
